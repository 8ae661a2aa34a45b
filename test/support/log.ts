import { createTelemetry } from '../../lib/aws/telemetry/telemetry.ts';
import type { Fields, Log } from '../../lib/core/ports/telemetry.ts';
import { keep } from '../logged/tap.ts';

export interface Line {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Fields | undefined;
}

let printing: Log | undefined;

/**
 * The log for tests. Each line is kept as it was given, then printed as the functions print it: at the end of the run
 * both must hold nothing personal.
 */
export function recordingLog(notice: (line: Line) => void = () => undefined): Log {
  const at = (level: Line['level']) => (message: string, fields?: Fields, cause?: unknown) => {
    notice({ level, message, fields });
    const isNew = keep('given', JSON.stringify({ message, ...fields }));
    if (isNew || isNewCause(cause)) print(level, { message, fields, cause });
  };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

const causes = new Set<string>();

function isNewCause(cause: unknown): boolean {
  if (cause === undefined) return false;
  const said = cause instanceof Error ? `${cause.name}: ${cause.message}` : typeof cause;
  const shape = said.replace(/\d+/g, '0');
  if (causes.has(shape)) return false;
  causes.add(shape);
  return true;
}

interface Printed {
  readonly message: string;
  readonly fields: Fields | undefined;
  readonly cause: unknown;
}

function print(level: Line['level'], { message, fields, cause }: Printed): void {
  printing ??= createTelemetry('test').log;
  if (level === 'info') printing.info(message, fields);
  else printing[level](message, fields, cause);
}
