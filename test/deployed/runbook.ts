import { readFileSync } from 'node:fs';

/** What somebody on call is told to type: what is written there must work. */
const RUNBOOK = readFileSync(new URL('../../lib/stack/runbook.md', import.meta.url), 'utf8');

/**
 * The blocks for a shell of a chapter's Resolution, in their order; `<LedgerTable>` and its like stand for these values.
 * @throws Error when the chapter is not there, or names something that is not given.
 */
export function blocksOf(chapter: string, values: Readonly<Record<string, string>>): readonly string[] {
  const text = RUNBOOK.split(/^## /m).find((one) => one.startsWith(`${chapter}\n`));
  const resolution = text?.split('### Resolution')[1];
  if (resolution === undefined) throw new Error(`The runbook has no chapter ${chapter} with a resolution`);
  return [...resolution.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = '']) =>
    block.replace(/^ {3}/gm, '').replace(/<(\w+)>/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`The runbook names ${name}, which this test does not know`);
      return value;
    }),
  );
}
