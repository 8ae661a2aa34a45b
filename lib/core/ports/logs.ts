import type { Thread } from '../ledger/telemetry/logged.ts';

/**
 * Reads what the functions logged of a thread since a moment (epoch ms): batches of lines as they were printed, in no
 * order, some of them empty. There may be lines of other things among them.
 */
export type ReadLogs = (thread: Thread, since: number) => AsyncIterable<readonly string[]>;
