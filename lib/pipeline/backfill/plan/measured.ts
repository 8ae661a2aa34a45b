/**
 * What a backfill asks of AWS and of Mautic, as `test/bench/cloud/backfill-units.test.ts` measures it: of the ledger in
 * units as DynamoDB bills them. An order is read into the ledger; a contact is noted then, and written at the end.
 */
export const MEASURED = {
  order: { writes: 2.5, reads: 3.4, calls: 2.7, logBytes: 285 },
  contact: { writes: 10.1, reads: 2.4, logBytes: 390, mauticMs: 32 },
} as const;

/** Seconds of a processor that reading an order takes, by `npm run bench:backfill -- --read`. */
export const PROCESSOR_SECONDS = 0.003;

/** What the functions are given (`lib/stack/functions/sizing.ts`), and how the ledger is called. */
export const FUNCTIONS = {
  gigabytes: { reading: 1769 / 1024, writing: 0.5 },
  /** Of a processor, which Lambda gives by memory. */
  processor: 1,
  /** Of DynamoDB for a call. */
  callMs: 5,
  /** Calls at once (`lib/pipeline/in-parallel.ts`). */
  atOnce: 8,
  /** Contacts that `sweep` rings for in a minute at most (`lib/pipeline/sweep.ts`). */
  ringsAMinute: 2_500,
} as const;

/** Of AWS in us-east-1, for a unit, a gigabyte second, and a gigabyte of logs. */
export const DOLLARS = {
  write: 0.625e-6,
  read: 0.125e-6,
  gigabyteSecond: 0.0000133334,
  logGigabyte: 0.5,
} as const;
