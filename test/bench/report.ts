import { mkdir, writeFile } from 'node:fs/promises';
import type { Score } from './scoreboard-table.ts';

/** One line of the table. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** What it is compared with, measured in the same run. */
  readonly baseline?: number;
  /** `value` over `baseline`, where it is not simply that. */
  readonly ratio?: number;
  /** The most the ratio may be; without a baseline, the most the value may be. */
  readonly limit?: number;
}

export interface Section {
  readonly title: string;
  /** What was compared with what, one line each. */
  readonly notes: readonly string[];
  readonly figures: readonly Figure[];
  /** Of whoever was measured beside the bridge. */
  readonly scores?: readonly Score[];
}

/** False when a limit is broken. */
export function holds(figure: Figure): boolean {
  return figure.limit === undefined || (ratioOf(figure) ?? figure.value) <= figure.limit;
}

/** Prints a section as a table. */
export function printSection({ title, notes, figures }: Section): void {
  const rows = [HEAD, ...figures.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => padded(cell, column, widths))
      .join('  ')
      .trimEnd(),
  );
  process.stdout.write(`\n${title}\n${notes.map((note) => `  ${note}\n`).join('')}\n`);
  process.stdout.write(`${lines.map((line) => `  ${line}`).join('\n')}\n`);
}

const HEAD = ['', 'ours', 'baseline', 'unit', 'ratio', 'limit', ''] as const;

function rowOf(figure: Figure): readonly string[] {
  const { name, unit, value, baseline, limit } = figure;
  const ratio = ratioOf(figure);
  return [
    name,
    shown(value),
    baseline === undefined ? '' : shown(baseline),
    unit,
    ratio === undefined ? '' : ratio.toFixed(3),
    limit === undefined ? '' : `≤ ${String(limit)}`,
    limit === undefined ? '' : verdictOf(figure),
  ];
}

function verdictOf(figure: Figure): string {
  return holds(figure) ? 'ok' : 'FAILED';
}

function ratioOf({ value, baseline, ratio }: Figure): number | undefined {
  return ratio ?? (baseline === undefined ? undefined : value / baseline);
}

function padded(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0;
  return column === 0 || column === 3 ? cell.padEnd(width) : cell.padStart(width);
}

function shown(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

/** Writes everything that was measured where tools can read it. */
export async function writeResults(sections: readonly Section[]): Promise<string> {
  const folder = new URL('./results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const figures = sections.flatMap(({ title, figures: own }) =>
    own.map((figure) => ({ section: title, ...figure, ratio: ratioOf(figure), holds: holds(figure) })),
  );
  const file = new URL('latest.json', folder);
  const environment = { node: process.version, platform: `${process.platform} ${process.arch}` };
  await writeFile(
    file,
    `${JSON.stringify({ at: new Date().toISOString(), environment, figures }, null, 2)}\n`,
  );
  return file.pathname;
}
