import * as v from 'valibot';
import { REFUSED } from '../../core/ledger/telemetry/refusals.ts';
import { lineOf } from './line.ts';

const LogLine = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({ level: v.string(), message: v.string(), service: v.string() }),
);

const LEVELS: Readonly<Record<string, string>> = { WARN: 'warning', ERROR: 'error', CRITICAL: 'error' };
/** They are kept, and not shown. */
const QUIET: ReadonlySet<string> = new Set(['DEBUG', 'INFO']);
/** What the lines about deliveries and contacts say already. */
const TOLD: ReadonlySet<string> = new Set([
  REFUSED,
  'A contact waits for its next try',
  'A contact is parked until somebody acts',
]);
/** Of a log line: what is for machines, and what differs from one time to the next. */
const UNSHOWN: ReadonlySet<string> = new Set([
  'level',
  'message',
  'timestamp',
  'service',
  'sampling_rate',
  'xray_trace_id',
  'errorStack',
]);
const CHANGING: ReadonlySet<string> = new Set(['contact', 'due', 'until', 'deliveryId', 'messageId']);
/** What goes on being wrong is said again after this. */
const SILENCE_MS = 600_000;
const MOST_REMEMBERED = 1000;

/** A stream that log lines are written to. */
type LogStream = Pick<NodeJS.WriteStream, 'write'>;

/**
 * Makes the log lines that functions print as JSON readable: warnings and errors as sentences with their fields, each
 * once in a while, and none that is told otherwise or needs nobody. All else passes. @returns what ends it.
 */
export function makeLogsReadable(stream: LogStream, now: () => number = Date.now): () => void {
  const { write } = stream;
  const saidAt = new Map<string, number>();
  const isNews = (line: Readable) => {
    const known = saidAt.get(line.key);
    const isNew = known === undefined || now() - known >= SILENCE_MS;
    if (saidAt.size >= MOST_REMEMBERED) saidAt.clear();
    if (isNew) saidAt.set(line.key, now());
    return isNew;
  };
  stream.write = function readable(this: LogStream, chunk: string | Uint8Array, ...rest: never[]): boolean {
    const line = typeof chunk === 'string' ? readableOf(chunk) : undefined;
    if (!line) return write.call(stream, chunk, ...rest);
    if (!line.isTold && isNews(line)) return write.call(stream, `${line.text}\n`, ...rest);
    const done: unknown = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
  return () => {
    stream.write = write;
  };
}

interface Readable {
  readonly text: string;
  /** The same for lines that say the same again. */
  readonly key: string;
  readonly isTold: boolean;
}

function readableOf(chunk: string): Readable | undefined {
  if (!chunk.startsWith('{')) return undefined;
  const parsed = v.safeParse(LogLine, chunk);
  if (!parsed.success) return undefined;
  const { level, message, service, remedy, ...rest } = parsed.output;
  const fields = Object.entries(rest).filter(([name, value]) => !UNSHOWN.has(name) && value !== undefined);
  const shown = fields.map(([name, value]) => `${name} ${String(value)}`).join(', ');
  const end = typeof remedy === 'string' ? `: ${remedy}` : '';
  const text = lineOf(
    LEVELS[level] ?? level.toLowerCase(),
    service,
    `${message}${shown && ` (${shown})`}${end}`,
  );
  const lasting = fields.filter(([name]) => !CHANGING.has(name));
  return {
    text,
    key: JSON.stringify([level, service, message, remedy, lasting]),
    isTold: TOLD.has(message) || QUIET.has(level),
  };
}
