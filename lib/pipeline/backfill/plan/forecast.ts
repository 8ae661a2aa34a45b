/** What a whole backfill takes, roughly: from what a page took in the sample, and what was measured. */
export interface Forecast {
  readonly readingSeconds: number;
  readonly writingSeconds: number;
  /** For AWS, at the prices of us-east-1. */
  readonly dollars: number;
}

interface Extent {
  readonly orders: number;
  readonly customers: number;
  readonly contacts: number;
  /** What the store took for a page, ms. */
  readonly pageMs: number;
}

const PER_PAGE = 100;
/** Of the bridge itself, for a page of orders: about 300 a second into DynamoDB. */
const OWN_PAGE_MS = 350;
/** Sweep rings for five times 500 a minute at most; Mautic takes about 30 ms for a contact of a batch. */
const CONTACTS_PER_SECOND = 30;
/** Minutes between steps, and until the first run. */
const WAITS_SECONDS = 180;

/** Write units of an order (itself, its pointer, its contact and the index) and of a contact that is written. */
const ORDER_WRITES = 8;
const CONTACT_WRITES = 8;
/** Half of them strongly consistent: read before it is written, and once more by `sync`. */
const READS = 4;
const DOLLARS = { write: 0.625e-6, read: 0.125e-6, gigabyteSecond: 0.0000133334 };

/** What a backfill of this extent takes. */
export function forecast({ orders, customers, contacts, pageMs }: Extent): Forecast {
  const pages = Math.ceil(orders / PER_PAGE) + Math.ceil(customers / PER_PAGE);
  const readingSeconds = (pages * (pageMs + OWN_PAGE_MS)) / 1_000;
  const writingSeconds = contacts / CONTACTS_PER_SECOND;
  const things = orders + customers;
  const units = (things * ORDER_WRITES + contacts * CONTACT_WRITES) * DOLLARS.write;
  const reads = (things + contacts) * READS * DOLLARS.read;
  const running = (readingSeconds + writingSeconds) * 0.5 * DOLLARS.gigabyteSecond;
  return {
    readingSeconds: Math.ceil(readingSeconds),
    writingSeconds: Math.ceil(writingSeconds + WAITS_SECONDS),
    dollars: Math.ceil((units + reads + running) * 100) / 100,
  };
}
