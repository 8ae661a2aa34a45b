import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { numberOf, runWithUsage } from '../support/run-usage.ts';
import { BLOCK } from './block.ts';
import { emptyReport, type Report, type ReportData, written } from './report.ts';

/**
 * `npm run fuzz -- --inputs N [--seed S]`: hostile deliveries through the real pipelines. Every input follows from
 * its seed alone; `--seed S --inputs 1` runs one again, in the world that it met.
 */
const WORKERS = 2;
const USAGE = `Usage: npm run fuzz [-- <flags>]

Hostile deliveries through the real pipelines; 100,000 take about four minutes.
  --inputs <n>   how many; 20000 if not said
  --seed <n>     the first one, 1 if not said; --seed <n> --inputs 1 runs one again, in the world that it met`;

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      inputs: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const [inputs, seed] = [numberOf('inputs', values.inputs, 0), numberOf('seed', values.seed, 0)];
  const report = await runInParts(seed, inputs);
  process.stdout.write(written(report));
  process.exitCode = report.failures.length > 0 ? 1 : 0;
}

/** Parts begin with a block: whoever starts within one has to live through the beginning of it first. */
async function runInParts(seed: number, inputs: number): Promise<Report> {
  const report = emptyReport();
  const start = performance.now();
  const end = seed + inputs;
  const middle = Math.min(end, Math.ceil((seed + inputs / WORKERS) / BLOCK) * BLOCK);
  const parts = [
    [seed, middle],
    [middle, end],
  ] as const;
  const ended = await Promise.all(
    parts.filter(([from, to]) => from < to).map(([from, to]) => runInWorker(from, to - from)),
  );
  for (const part of ended) report.merge(part);
  report.failures.sort((a, b) => a.seed - b.seed);
  report.seconds = (performance.now() - start) / 1000;
  return report;
}

async function runInWorker(seed: number, inputs: number): Promise<ReportData> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { seed, inputs } });
  const [report] = (await once(worker, 'message')) as [ReportData];
  return report;
}

await runWithUsage(USAGE, main);
