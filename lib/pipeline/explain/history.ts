import { isOfThread, type LoggedLine, loggedLine, type Thread } from '../../core/ledger/telemetry/logged.ts';
import type { ReadLogs } from '../../core/ports/logs.ts';

/** What the functions said of an order or a person, in order of time. */
export interface LoggedHistory {
  readonly lines: readonly LoggedLine[];
  /** There were more, of which the oldest are left out. */
  readonly isCut: boolean;
}

const MOST_LINES = 500;

/** Reads the logs from a moment (epoch ms) on. `heard` is told how many batches were read. */
export async function readHistory(
  readLogs: ReadLogs,
  { thread, since }: { readonly thread: Thread; readonly since: number },
  heard: (batches: number) => void = () => undefined,
): Promise<LoggedHistory> {
  const lines: LoggedLine[] = [];
  let batches = 0;
  for await (const texts of readLogs(thread, since)) {
    batches += 1;
    heard(batches);
    for (const text of texts) {
      const line = loggedLine(text);
      if (line && line.at >= since && isOfThread(line, thread)) lines.push(line);
    }
  }
  const sorted = lines.toSorted((one, other) => one.at - other.at);
  return { lines: sorted.slice(-MOST_LINES), isCut: sorted.length > MOST_LINES };
}

/** The history as lines of text. */
export function historyLines({ lines, isCut }: LoggedHistory, since: number): readonly string[] {
  const from = new Date(since).toISOString();
  if (lines.length === 0) return [`The logs say nothing of it since ${from}.`];
  return [
    `The logs since ${from}${isCut ? `, the last ${String(MOST_LINES)} lines` : ''}:`,
    ...lines.map(({ at, service, level, message, fields }) => {
      const told = Object.entries(fields).map(([name, value]) => `${name} ${String(value)}`);
      const mark = level === 'INFO' ? '' : `${level} `;
      return `  ${new Date(at).toISOString()}  ${service.padEnd(11)}  ${mark}${message}${told.length === 0 ? '' : ` (${told.join(', ')})`}`;
    }),
  ];
}
