import { errorFields } from '../aws/telemetry/scrub.ts';
import type { Log } from '../core/ports/telemetry.ts';

/** Where a command talks to whoever runs it. */
export interface Terminal {
  /** What was asked for. */
  print(line: string): void;
  /** What goes wrong on the way. */
  complain(line: string): void;
}

/** Warnings and errors of the pipelines for people, masked as in the functions' logs. */
export function createTerminalLog(terminal: Terminal): Log {
  const say = (message: string, fields: object = {}, cause?: unknown) => {
    const { errorStack: _stack, ...reason } = cause === undefined ? {} : errorFields(cause);
    const details = { ...fields, ...reason };
    terminal.complain(Object.keys(details).length === 0 ? message : `${message} ${JSON.stringify(details)}`);
  };
  return { info: () => undefined, warn: say, error: say };
}

/** Says the answer of a command: as one JSON document for machines, or as lines for people. */
export function answer(
  { terminal, json }: { readonly terminal: Terminal; readonly json: boolean },
  value: unknown,
  lines: readonly string[],
): void {
  if (json) terminal.print(JSON.stringify(value, undefined, 2));
  else for (const line of lines) terminal.print(line);
}
