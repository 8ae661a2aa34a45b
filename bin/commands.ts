import { readFile } from 'node:fs/promises';
import type { Doors } from '../lib/cli/place/open-place.ts';
import { repeatingPlace } from '../lib/cli/place/spelt-place.ts';
import { runProgram } from '../lib/cli/program.ts';
import type { Terminal } from '../lib/cli/terminal.ts';
import { asUsageError, Interrupted, UsageError } from '../lib/cli/usage-error.ts';
import { readEnvironment } from '../lib/environment.ts';
import { LocalEnvironment } from '../lib/local-environment.ts';
import packageFile from '../package.json' with { type: 'json' };

const COMPANION = new URL('../lib/stores/woocommerce/companion/mcb-companion.php', import.meta.url);

/** What runs on a laptop only is started here; loaded when it is asked for. */
const DOORS: Omit<Doors, 'terminal'> = {
  version: packageFile.version,
  openLocal: async (config) => {
    const { openLocal } = await import('../lib/local/bridge/open-local.ts');
    return openLocal(readEnvironment(LocalEnvironment), config);
  },
  start: async (flags, config) => {
    const { start } = await import('../lib/local/bridge/start.ts');
    await start({ config, environment: readEnvironment(LocalEnvironment), ...flags });
  },
  mautic: async (args) => {
    const [{ serveMautic }, { FlagsError }, { portTaken }] = await Promise.all([
      import('../lib/simulators/mautic/serve.ts'),
      import('../lib/simulators/mautic/flags.ts'),
      import('../lib/local/bridge/port-taken.ts'),
    ]);
    const environment = readEnvironment(LocalEnvironment);
    try {
      await serveMautic(args, environment).catch(portTaken('MAUTIC_PORT', environment.MAUTIC_PORT));
    } catch (error) {
      throw error instanceof FlagsError ? new UsageError(error.message, { cause: error }) : error;
    }
  },
  companion: () => readFile(COMPANION, 'utf8'),
};

/** As scripts read it: 1 something is wrong, 2 wrong use, 130 interrupted. */
function codeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  return error instanceof Interrupted ? 130 : 1;
}

/**
 * Does what was typed after `npm run bridge --`, and says on this terminal what went wrong; with --json also as a
 * document, where the command had none to give.
 * The code to end with; 0 after `start` and `mautic` too, which run on.
 */
export async function runCommandLine(args: readonly string[], streams: Terminal): Promise<number> {
  const terminal = repeatingPlace(streams, args);
  let hasAnswered = false;
  const print = (line: string) => {
    hasAnswered = true;
    terminal.print(line);
  };
  try {
    await runProgram(args, { ...DOORS, terminal: { ...terminal, print } });
    return 0;
  } catch (thrown) {
    const error = asUsageError(thrown);
    const message = error instanceof Error ? error.message : String(error);
    if (args.includes('--json') && !hasAnswered) print(JSON.stringify({ error: message }, undefined, 2));
    terminal.complain(message);
    return codeOf(error);
  }
}
