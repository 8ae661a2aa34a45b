import type { Fault } from './faults.ts';
import type { Verdict } from './rest.ts';

/** What became of the world of one seed. */
export interface Outcome extends Verdict {
  readonly seed: number;
  readonly events: number;
  readonly deliveries: number;
  readonly faults: ReadonlyMap<Fault, number>;
}

/** What a number of seeds came to; of the failing ones the first few are kept. */
export interface Tally {
  readonly seeds: number;
  readonly events: number;
  readonly deliveries: number;
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: number;
  readonly failures: readonly Failure[];
}

interface Failure {
  readonly seed: number;
  readonly lines: readonly string[];
}

const MOST_FAILURES = 10;

export const NOTHING_YET: Tally = {
  seeds: 0,
  events: 0,
  deliveries: 0,
  faults: {},
  lost: 0,
  doubled: 0,
  wrong: 0,
  failures: [],
};

/** The tally of one seed. */
export function tallyOf({ seed, events, deliveries, faults, lost, doubled, wrong }: Outcome): Tally {
  const lines = [
    ...lost.map((what) => `lost: ${what}`),
    ...doubled.map((what) => `doubled: ${what}`),
    ...wrong.map((what) => `wrong: ${what}`),
  ];
  return {
    seeds: 1,
    events,
    deliveries,
    faults: Object.fromEntries(faults),
    lost: lost.length,
    doubled: doubled.length,
    wrong: wrong.length,
    failures: lines.length > 0 ? [{ seed, lines }] : [],
  };
}

export function sum(a: Tally, b: Tally): Tally {
  const faults: Partial<Record<Fault, number>> = { ...a.faults };
  for (const [fault, count] of Object.entries(b.faults) as [Fault, number][])
    faults[fault] = (faults[fault] ?? 0) + count;
  return {
    seeds: a.seeds + b.seeds,
    events: a.events + b.events,
    deliveries: a.deliveries + b.deliveries,
    faults,
    lost: a.lost + b.lost,
    doubled: a.doubled + b.doubled,
    wrong: a.wrong + b.wrong,
    failures: [...a.failures, ...b.failures].sort((x, y) => x.seed - y.seed).slice(0, MOST_FAILURES),
  };
}

/** As people read it. */
export function textOf(tally: Tally, seconds: number): string {
  const faults = Object.entries(tally.faults).sort(([a], [b]) => (a < b ? -1 : 1));
  const kinds = faults.map(([fault, count]) => `  ${String(count).padStart(9)}  ${fault}`);
  const failures = tally.failures.flatMap(({ seed, lines }) => [
    `seed ${String(seed)} (again: npm run simulate -- --seeds 1 --seed ${String(seed)})`,
    ...lines.map((line) => `  ${line}`),
  ]);
  return [
    `${String(tally.seeds)} seeds, ${String(tally.deliveries)} deliveries, ${String(tally.events)} events in ${seconds.toFixed(0)} s`,
    'faults:',
    ...kinds,
    ...failures,
    `lost ${String(tally.lost)}, doubled ${String(tally.doubled)}, wrong ${String(tally.wrong)}`,
  ].join('\n');
}
