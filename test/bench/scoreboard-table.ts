import { readFileSync, writeFileSync } from 'node:fs';
import type { Verdict } from './support/judge.ts';

/** How one way of writing fared. */
export interface Score extends Verdict {
  readonly name: string;
  readonly calls: number;
  /** Of Mautic's own time. */
  readonly seconds: number;
}

const DATA = new URL('scoreboard.data.json', import.meta.url);
const README = new URL('../../README.md', import.meta.url);
const HEAD = '| | lost | doubled | wrong | calls to Mautic | Mautic’s time |\n|---|---|---|---|---|---|\n';

/** README's table of what was measured last and kept. */
export function scoreboardTable(): string {
  const scores = JSON.parse(readFileSync(DATA, 'utf8')) as readonly Score[];
  return HEAD + scores.map(rowOf).join('\n');
}

function rowOf({ name, lost, doubled, wrong, calls, seconds }: Score): string {
  const numbers = [lost, doubled, wrong, calls.toLocaleString('en-US'), `${String(seconds)} s`];
  return `| ${[name, ...numbers].join(' | ')} |`;
}

/** Keeps what was measured, and puts it into README's table. */
export function keepScores(scores: readonly Score[]): void {
  const before = scoreboardTable();
  writeFileSync(DATA, `${JSON.stringify(scores, null, 1)}\n`);
  writeFileSync(README, readFileSync(README, 'utf8').replace(before, scoreboardTable()));
}
