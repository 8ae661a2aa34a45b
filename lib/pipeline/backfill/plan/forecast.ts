import { DOLLARS, FUNCTIONS, MEASURED, PROCESSOR_SECONDS } from './measured.ts';

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
  /** To be created or changed. */
  readonly contacts: number;
  /** What the store took for a page, ms. */
  readonly pageMs: number;
}

const PER_PAGE = 100;
/** Between steps, and until the first run. */
const WAITS_SECONDS = 180;

/** What a backfill of this extent takes. */
export function forecast({ orders, customers, contacts, pageMs }: Extent): Forecast {
  const things = orders + customers;
  const pages = Math.ceil(orders / PER_PAGE) + Math.ceil(customers / PER_PAGE);
  const readingSeconds = (pages * pageMs) / 1_000 + things * secondsOfAnOrder();
  const writingSeconds = contacts / contactsASecond();
  const { order, contact } = MEASURED;
  const { gigabytes } = FUNCTIONS;
  const dollars =
    (things * order.writes + contacts * contact.writes) * DOLLARS.write +
    (things * order.reads + contacts * contact.reads) * DOLLARS.read +
    ((things * order.logBytes + contacts * contact.logBytes) / 1e9) * DOLLARS.logGigabyte +
    (readingSeconds * gigabytes.reading + writingSeconds * gigabytes.writing) * DOLLARS.gigabyteSecond;
  return {
    readingSeconds: Math.ceil(readingSeconds),
    writingSeconds: Math.ceil(writingSeconds + WAITS_SECONDS),
    dollars: Math.ceil(dollars * 100) / 100,
  };
}

/** Of the bridge itself, without what the store takes. */
function secondsOfAnOrder(): number {
  const { callMs, atOnce, processor } = FUNCTIONS;
  return (MEASURED.order.calls * callMs) / atOnce / 1_000 + PROCESSOR_SECONDS / processor;
}

/** Mautic sets the pace, unless nobody rings for more. */
function contactsASecond(): number {
  return Math.min(1_000 / MEASURED.contact.mauticMs, FUNCTIONS.ringsAMinute / 60);
}
