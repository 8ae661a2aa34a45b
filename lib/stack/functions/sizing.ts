import { type FunctionName, LONGEST_RUN } from '../../environment.ts';

/** Memory in MB and longest run in seconds of each function; queues take their visibility from the latter. */
export const SIZING = {
  // Fifteen bodies of 4 MB, one after the other, leave it at 209 MB; it waits for the queue most of the time.
  ingest: { memory: 320, timeout: LONGEST_RUN.ingest },
  record: { memory: 512, timeout: LONGEST_RUN.record },
  sync: { memory: 512, timeout: LONGEST_RUN.sync },
  sweep: { memory: 256, timeout: LONGEST_RUN.sweep },
  reconcile: { memory: 256, timeout: LONGEST_RUN.reconcile },
  // A whole processor, which is what reading waits for; it costs the same an order, and a cent a month idle.
  backfill: { memory: 1769, timeout: LONGEST_RUN.backfill },
  'renew-token': { memory: 256, timeout: LONGEST_RUN['renew-token'] },
} as const satisfies Record<FunctionName, { readonly memory: number; readonly timeout: number }>;

export type { FunctionName };
