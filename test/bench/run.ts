import { benchCost } from './cost.ts';
import { benchIngest } from './ingest.ts';
import { benchMautic } from './mautic.ts';
import { holds, printSection, type Section, writeResults } from './report.ts';
import { benchScale } from './scale.ts';

/** `npm run bench`: measures, prints a table, and fails when a limit is broken. Names run only those parts. */
const PARTS = { ingest: benchIngest, mautic: benchMautic, scale: benchScale, cost: benchCost } as const;

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !(name in PARTS));
  if (unknown !== undefined)
    throw new Error(`there is no part ${unknown}; there are ${Object.keys(PARTS).join(', ')}`);
  const sections: Section[] = [];
  for (const [name, bench] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const section = await bench();
    printSection(section);
    sections.push(section);
  }
  const file = await writeResults(sections);
  const broken = sections.flatMap(({ figures }) => figures.filter((figure) => !holds(figure)));
  process.stdout.write(`\nAll figures: ${file}\n`);
  for (const { name } of broken) process.stdout.write(`Limit broken: ${name}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

await main(process.argv.slice(2));
