import { parseArgs } from 'node:util';
import { expectKnown, runWithUsage } from '../support/run-usage.ts';
import { holds, printSection, type Section, writeResults } from './report.ts';
import { keepScores } from './scoreboard-table.ts';

/**
 * `npm run bench`: measures, prints a table, and fails when a limit is broken. Names run only those parts; each is loaded
 * when its turn comes.
 */
const PARTS = {
  ingest: async () => (await import('./ingest.ts')).benchIngest(),
  mautic: async () => (await import('./mautic.ts')).benchMautic(),
  scoreboard: async () => (await import('./scoreboard.ts')).benchScoreboard(),
  scale: async () => (await import('./scale.ts')).benchScale(),
  cost: async () => (await import('./cost.ts')).benchCost(),
} as const;
const USAGE = `Usage: npm run bench [-- <part> …]

Measures what the bridge costs, and fails when a limit is broken; about two minutes on a quiet machine. A part alone:
  ${Object.keys(PARTS).join(', ')}

  --keep   puts the scoreboard into README.md`;

async function main(args: readonly string[]): Promise<void> {
  const { positionals: names, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { keep: { type: 'boolean', default: false } },
  });
  for (const name of names) expectKnown('part', name, Object.keys(PARTS));
  const sections: Section[] = [];
  for (const [name, bench] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const section = await bench();
    printSection(section);
    sections.push(section);
    if (values.keep && section.scores) keepScores(section.scores);
  }
  const file = await writeResults(sections);
  const broken = sections.flatMap(({ figures }) => figures.filter((figure) => !holds(figure)));
  process.stdout.write(`\nAll figures: ${file}\n`);
  for (const { name } of broken) process.stdout.write(`Limit broken: ${name}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

await runWithUsage(USAGE, main);
