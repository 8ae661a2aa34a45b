import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Scale, ScaleRun } from './children/scale.ts';
import type { Figure, Section } from './report.ts';
import { median } from './support/statistics.ts';

const run = promisify(execFile);

const CHILD = fileURLToPath(new URL('./children/scale.ts', import.meta.url));
const LIMIT = 1.3;
const MICROSECONDS = 1000;

/** Whether more deliveries, or more orders of one contact, make each one dearer. */
export async function benchScale(): Promise<Section> {
  const { stdout } = await run(process.execPath, ['--expose-gc', CHILD]);
  const { runs, oneMore } = JSON.parse(stdout) as Scale;
  const sizes = [...new Set(runs.map(({ deliveries }) => deliveries))];
  const per = (size: number, what: (run: ScaleRun) => number) =>
    median(runs.filter(({ deliveries }) => deliveries === size).map((one) => what(one) / size));
  const figures = (size: number): readonly Figure[] => [
    compared('CPU', 'µs', { size, sizes, of: (at) => per(at, ({ cpuMs }) => cpuMs * MICROSECONDS) }),
    compared('heap kept', 'bytes', { size, sizes, of: (at) => per(at, ({ heapBytes }) => heapBytes) }),
    {
      name: `${label(size)} deliveries: throughput`,
      unit: '/s',
      value: 1000 / per(size, ({ wallMs }) => wallMs),
    },
  ];
  return {
    title: 'Pipelines: record and sync on the memory ledger and a memory Mautic',
    notes: [
      'Per delivery, over the cheapest of the smaller runs. The heap holds the ledger and what Mautic holds.',
      'One more order: CPU time and ledger items read until it is in Mautic.',
    ],
    figures: [
      ...sizes.flatMap(figures),
      ...oneMore.flatMap(({ orders, cpuMs, reads }) => [
        { name: `one more order after ${label(orders)}`, unit: 'ms CPU', value: cpuMs },
        { name: `one more order after ${label(orders)}`, unit: 'items read', value: reads },
      ]),
    ],
  };
}

interface Comparison {
  readonly size: number;
  readonly sizes: readonly number[];
  readonly of: (size: number) => number;
}

function compared(what: string, unit: string, { size, sizes, of }: Comparison): Figure {
  const figure = { name: `${label(size)} deliveries: ${what}`, unit, value: of(size) };
  const smaller = sizes.filter((other) => other < size);
  return smaller.length === 0 ? figure : { ...figure, baseline: Math.min(...smaller.map(of)), limit: LIMIT };
}

function label(count: number): string {
  return count.toLocaleString('en-US');
}
