/** What somebody typed cannot be done. */
class WrongUsage extends Error {}

/**
 * Runs one of the long runs of `npm run`: prints its usage for `--help` and `-h`, and where what was typed makes no
 * sense; then with code 2.
 */
export async function runWithUsage(
  usage: string,
  run: (args: readonly string[]) => Promise<void>,
): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) return void process.stdout.write(`${usage}\n`);
  try {
    await run(args);
  } catch (error) {
    if (!isWrongUsage(error)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}\n`);
    process.exitCode = 2;
  }
}

/** A number that was typed; of what it may be at least. @throws when it is none. */
export function numberOf(flag: string, text: string, least = 1): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new WrongUsage(`--${flag} must be a whole number from ${String(least)} on.`);
}

/** @throws when a name that was typed is none of these. */
export function expectKnown(what: string, name: string, known: readonly string[]): void {
  if (!known.includes(name)) throw new WrongUsage(`There is no ${what} of this name.`);
}

function isWrongUsage(error: unknown): error is Error {
  if (error instanceof WrongUsage) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
