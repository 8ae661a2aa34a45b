/**
 * What a webhook asked of AWS when `npm run bench -- cost` was run last for this file; the bench fails when it measures
 * a tenth more. Of what has a price in `prices.ts`, by the names of the bench's table.
 */
export const MEASURED = {
  requests: 1,
  functionRuns: 1.11,
  gigabyteSeconds: 0.0235,
  queueRequests: 1.2,
  laneRequests: 0.145,
  ledgerWrites: 3.52,
  ledgerReads: 2.39,
  logBytes: 508,
} as const;
