/** Memory in MB and longest run in seconds of each function; queues take their visibility from the latter. */
export const SIZING = {
  // API Gateway waits for 30 s; the tries of ingest's own calls end before this, so that it can say what failed.
  ingest: { memory: 512, timeout: 29 },
  record: { memory: 512, timeout: 60 },
  // A wait for a dead creator (61 s), a request (60 s) and the last 20 s must fit.
  sync: { memory: 512, timeout: 180 },
  sweep: { memory: 256, timeout: 60 },
  reconcile: { memory: 256, timeout: 300 },
  'renew-token': { memory: 256, timeout: 60 },
} as const;

/** The functions by their names in metrics, logs and `functions/`. */
export type FunctionName = keyof typeof SIZING;
