import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loggedLine } from '../../core/ledger/telemetry/logged.ts';
import type { ReadLogs } from '../../core/ports/logs.ts';

/** What the functions logged, and what they logged before that file was full. */
export const LOG_FILES = { now: 'logs.jsonl', before: 'logs.before.jsonl' } as const;

/** Two of them are kept. */
const LARGEST_BYTES = 8 * 1024 * 1024;

type LogStream = Pick<NodeJS.WriteStream, 'write'>;

/**
 * Keeps the log lines that functions print as JSON in files of a folder, as CloudWatch does for a deployed bridge; what
 * is printed is printed all the same. Written at once, so that a process that is killed leaves what it said.
 * @returns what ends it.
 */
export function keepLogs(
  streams: readonly LogStream[],
  folder: string,
  largestBytes: number = LARGEST_BYTES,
): () => void {
  const now = join(folder, LOG_FILES.now);
  mkdirSync(folder, { recursive: true });
  let bytes = existsSync(now) ? statSync(now).size : 0;
  const keep = (line: string) => {
    if (bytes + line.length > largestBytes && bytes > 0) {
      renameSync(now, join(folder, LOG_FILES.before));
      bytes = 0;
    }
    appendFileSync(now, line, { mode: 0o600 });
    bytes += Buffer.byteLength(line);
  };
  const ends = streams.map((stream) => {
    const { write } = stream;
    stream.write = function kept(this: LogStream, chunk: string | Uint8Array, ...rest: never[]): boolean {
      if (typeof chunk === 'string' && chunk.startsWith('{') && loggedLine(chunk)) keep(chunk);
      return write.call(stream, chunk, ...rest);
    };
    return () => {
      stream.write = write;
    };
  });
  return () => {
    for (const end of ends) end();
  };
}

/** What was kept in a folder, the older file first; a line that is half written is left out. */
export function keptLogs(folder: string): ReadLogs {
  return async function* readLogs() {
    for (const name of [LOG_FILES.before, LOG_FILES.now]) {
      const text = await readFile(join(folder, name), 'utf8').catch(() => '');
      yield text.split('\n').filter((line) => line !== '');
    }
  };
}
