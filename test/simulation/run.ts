import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { NOTHING_YET, sum, type Tally, textOf } from './report.ts';
import { VARIANTS } from './variants.ts';

const USAGE = `npm run simulate -- [--seeds N] [--seed S] [--variant NAME]
  runs the seeds S … S+N-1 (200 from 1 on, if not said otherwise); a failing seed replays exactly
  --variant breaks the bridge on purpose: ${VARIANTS.map(({ name }) => name).join(', ')}`;

function numberOf(text: string, name: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`--${name} must be a whole number above 0`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      variant: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  const { variant } = values;
  if (variant !== undefined && !VARIANTS.some(({ name }) => name === variant))
    throw new Error(`there is no variant ${variant}`);
  const [seeds, seed] = [numberOf(values.seeds, 'seeds'), numberOf(values.seed, 'seed')];
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

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exitCode = 2;
}
