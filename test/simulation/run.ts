import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { expectKnown, numberOf, runWithUsage } from '../support/run-usage.ts';
import { NOTHING_YET, sum, type Tally, textOf } from './report.ts';
import { VARIANTS } from './variants.ts';

const NAMES = VARIANTS.map(({ name }) => name);
const USAGE = `Usage: npm run simulate [-- <flags>]

The real pipelines in a world of their own, where everything goes wrong that can; 500 seeds take about two minutes.
  --seeds <n>        how many; 200 if not said
  --seed <n>         the first one, 1 if not said; a failing seed replays exactly
  --variant <name>   breaks the bridge on purpose: ${NAMES.join(', ')}`;

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      variant: { type: 'string' },
    },
  });
  const { variant } = values;
  if (variant !== undefined) expectKnown('variant', variant, NAMES);
  const [seeds, seed] = [numberOf('seeds', values.seeds), numberOf('seed', values.seed)];
  const begun = performance.now();
  const tally = await inParallel(seed, seeds, variant);
  process.stdout.write(`${textOf(tally, (performance.now() - begun) / 1000)}\n`);
  if (tally.lost + tally.doubled + tally.wrong > 0) process.exitCode = 1;
}

async function inParallel(seed: number, seeds: number, variant: string | undefined): Promise<Tally> {
  const workers = Math.min(availableParallelism(), seeds);
  const tallies = Array.from({ length: workers }, async (_, index): Promise<Tally> => {
    const workerData = { seed: seed + index, seeds: seeds - index, step: workers, variant };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
    const [tally] = (await once(worker, 'message')) as [Tally];
    return tally;
  });
  return (await Promise.all(tallies)).reduce(sum, NOTHING_YET);
}

await runWithUsage(USAGE, main);
