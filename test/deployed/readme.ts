import { readFileSync } from 'node:fs';

/** What a person is told to type, taken from where they read it: what is written there must work. */
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/**
 * The lines that fill the secrets: `<StoreSecretsId>` stands for that output of the stack, `"clientId":"…"` for the
 * value of that name.
 */
export function linesThatFillSecrets(
  outputs: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): readonly string[] {
  return linesWith('aws secretsmanager put-secret-value').map((line) =>
    line
      .replace(/<(\w+)>/, (_, output: string) => known(outputs, output))
      .replace(/"(\w+)":"[^"]*…"/g, (_, name: string) => `"${name}":${JSON.stringify(known(values, name))}`),
  );
}

/** The command that lets production be deleted. */
export function lineThatEndsProtection(): string {
  const found = /`(aws cloudformation update-termination-protection [^`]*)`/.exec(README)?.[1];
  if (found === undefined) throw new Error('README.md does not say how to end the termination protection');
  return found;
}

/** A line of a code block that begins so. */
export function lineOfReadme(beginning: string): string {
  const [found] = linesWith(beginning);
  if (found === undefined) throw new Error(`README.md has no line that begins with ${beginning}`);
  return found;
}

function linesWith(beginning: string): readonly string[] {
  return README.split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith(beginning));
}

function known(given: Readonly<Record<string, string>>, name: string): string {
  const value = given[name];
  if (value === undefined) throw new Error(`README.md names ${name}, which this test does not know`);
  return value;
}
