import type { MetricName } from '../ledger/telemetry/metrics.ts';

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Static message plus fields, never personal data, bodies or tokens: dashboards group by the message. */
export interface Log {
  info(message: string, fields?: Fields): void;
  /** `cause` is a caught error; the adapter prints it masked. */
  warn(message: string, fields?: Fields, cause?: unknown): void;
  error(message: string, fields?: Fields, cause?: unknown): void;
}

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Metrics {
  /** Adds `value` (default 1) to a counter of this name. */
  count(name: MetricName, value?: number): void;
}
