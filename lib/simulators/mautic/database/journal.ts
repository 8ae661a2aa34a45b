import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** One line of the journal: the newest row of a table, null when it was deleted, or the table's next id. */
export type Entry =
  | { readonly table: string; readonly id: number; readonly row: unknown }
  | { readonly table: string; readonly next: number };

/** Where the tables' changes go; `flush` returns when they would survive the death of the process. */
export type Journal = {
  readonly record: (entry: Entry) => void;
  readonly flush: () => void;
  readonly close: () => void;
};

/** A journal that keeps nothing: state in memory only. */
export const FORGETFUL: Journal = { record() {}, flush() {}, close() {} };

const FILE = 'mautic.jsonl';

/**
 * The journal of a data directory, created when absent. Appending survives SIGKILL because the bytes are in
 * the kernel when `flush` returns; one write per request costs some 20 microseconds.
 */
export function openJournal(directory: string): Journal {
  mkdirSync(directory, { recursive: true });
  const file = openSync(join(directory, FILE), 'a');
  const pending = new Map<string, Entry>();
  function flush(): void {
    if (pending.size === 0) return;
    const text = [...pending.values()].map((entry) => `${JSON.stringify(entry)}\n`).join('');
    pending.clear();
    writeAll(file, Buffer.from(text));
  }
  return {
    record: (entry) => pending.set(`${entry.table} ${'id' in entry ? entry.id : 'next'}`, entry),
    flush,
    close: () => {
      flush();
      closeSync(file);
    },
  };
}

/** What a data directory's journal holds, oldest first; a torn last line was never answered and is left out. */
export function readJournal(directory: string): Entry[] {
  const path = join(directory, FILE);
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  // The next append must not continue a torn line.
  if (end < text.length) appendFileSync(path, '\n');
  const lines = text.slice(0, end).split('\n');
  return lines.filter((line) => line.startsWith('{') && line.endsWith('}')).flatMap(parseLine);
}

function parseLine(line: string): Entry[] {
  try {
    return [JSON.parse(line) as Entry];
  } catch {
    return [];
  }
}

/** Replaces the journal by these entries, in one step. */
export function rewriteJournal(directory: string, entries: readonly Entry[]): void {
  const path = join(directory, FILE);
  writeFileSync(`${path}.new`, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  renameSync(`${path}.new`, path);
}

function writeAll(file: number, bytes: Buffer): void {
  let offset = 0;
  while (offset < bytes.length) offset += writeSync(file, bytes, offset);
}
