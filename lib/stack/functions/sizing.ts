/** Memory in MB and longest run in seconds of each function; queues take their visibility from the latter. */
export const SIZING = {
  ingest: { memory: 512, timeout: 10 },
  record: { memory: 512, timeout: 60 },
  sync: { memory: 512, timeout: 120 },
  sweep: { memory: 256, timeout: 60 },
  reconcile: { memory: 256, timeout: 300 },
  'renew-token': { memory: 256, timeout: 60 },
} as const;

/** The functions by their names in metrics, logs and `functions/`. */
export type FunctionName = keyof typeof SIZING;
