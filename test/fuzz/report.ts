import type { Check, Finding } from './oracle/findings.ts';
import type { Outcome } from './oracle/run-input.ts';

/** An input with something wrong about it. */
export interface Failure {
  readonly seed: number;
  readonly kind: string;
  readonly findings: readonly Finding[];
}

export interface Ended extends Outcome {
  readonly seed: number;
  readonly kind: string;
  readonly ms: number;
}

type Counts = Record<string, number>;

/** What a run, or several at once, came to; plain data, so that it can leave a worker. */
export class Report {
  seconds = 0;
  inputs = 0;
  readonly kinds: Counts = {};
  readonly statuses: Counts = {};
  readonly drops: Counts = {};
  readonly failures: Failure[] = [];
  slowest = { seed: 0, kind: '', ms: 0 };

  add({ seed, kind, ms, findings, statuses, drops }: Ended): void {
    this.inputs += 1;
    count(this.kinds, kind);
    for (const status of statuses) count(this.statuses, String(status));
    for (const reason of drops) count(this.drops, reason);
    if (findings.length > 0) this.failures.push({ seed, kind, findings });
    if (ms > this.slowest.ms) this.slowest = { seed, kind, ms };
  }

  /** Takes in what another run came to. */
  merge(other: ReportData): void {
    this.inputs += other.inputs;
    for (const name of ['kinds', 'statuses', 'drops'] as const)
      for (const [key, value] of Object.entries(other[name])) count(this[name], key, value);
    this.failures.push(...other.failures);
    if (other.slowest.ms > this.slowest.ms) this.slowest = other.slowest;
  }
}

export type ReportData = Omit<Report, 'add' | 'merge'>;

export function emptyReport(): Report {
  return new Report();
}

function count(counts: Counts, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by;
}

const MOST_SHOWN = 20;
const LAST_LINE: readonly Check[] = ['crashed', '5xx', 'retried', 'outside', 'leaked'];

/** The report as people read it; its last line says whether anything was wrong. */
export function written(report: Report): string {
  const { inputs, seconds, kinds, statuses, drops, slowest } = report;
  const lines = [
    `inputs ${String(inputs)} in ${seconds.toFixed(1)} s, ${((seconds * 1000) / Math.max(inputs, 1)).toFixed(2)} ms each`,
    `slowest ${slowest.ms.toFixed(0)} ms: seed ${String(slowest.seed)}, ${slowest.kind}`,
    `kinds    ${counted(kinds)}`,
    `statuses ${counted(statuses)}`,
    `drops    ${counted(drops)}`,
    ...report.failures.slice(0, MOST_SHOWN).map(failureLine),
    verdict(report.failures),
  ];
  return `${lines.join('\n')}\n`;
}

function failureLine({ seed, kind, findings }: Failure): string {
  const [first] = findings;
  return `FAILED seed ${String(seed)} (${kind}) ${first?.check ?? ''}: ${oneLine(first?.reason ?? '')}`;
}

/** The first finding of an input is its cause as a rule. */
function verdict(failures: readonly Failure[]): string {
  const byCheck: Counts = {};
  for (const { findings } of failures)
    for (const check of new Set(findings.map(({ check }) => check))) count(byCheck, check);
  const rest = Object.keys(byCheck).filter((check) => !LAST_LINE.some((name) => name === check));
  return [...LAST_LINE, ...rest].map((check) => `${check} ${String(byCheck[check] ?? 0)}`).join(', ');
}

function counted(counts: Counts): string {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.map(([name, value]) => `${name} ${String(value)}`).join(', ');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 240);
}
