import type { Thread } from '../ledger/telemetry/logged.ts';

/** Lines of one function that say one of these things. */
export interface Sayings {
  /** The function: `ingest`. */
  readonly service: string;
  readonly messages: readonly string[];
}

/**
 * Reads what the functions logged of a thread, or one of them said, since a moment (epoch ms): batches of lines as they
 * were printed, in no order, some of them empty. There may be lines of other things among them.
 */
export type ReadLogs = (asked: Thread | Sayings, since: number) => AsyncIterable<readonly string[]>;
