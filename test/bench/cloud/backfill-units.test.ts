import { beforeAll, describe, expect, test } from 'vitest';
import { forecast } from '../../../lib/pipeline/backfill/plan/forecast.ts';
import { DOLLARS, FUNCTIONS, MEASURED } from '../../../lib/pipeline/backfill/plan/measured.ts';
import { SIZING } from '../../../lib/stack/functions/sizing.ts';
import { type Asked, type MeasuredBackfill, measureBackfill } from './backfill-units.ts';
import { AWS_MS, MB_PER_PROCESSOR, DOLLARS as PRICES } from './prices.ts';

/** What was measured may be so much more or less than what a dry run calculates with. */
const AS_CALCULATED = 0.1;
/** Whoever buys once, and whoever comes back. */
const EXTENTS = [
  { orders: 100, people: 100 },
  { orders: 200, people: 20 },
] as const;

const measured: MeasuredBackfill[] = [];

beforeAll(async () => {
  // One after the other: there is one meter of the index.
  for (const extent of EXTENTS) measured.push(await measureBackfill(extent));
});

type Unit = 'reads' | 'writes' | 'logBytes';

/** What both of its parts asked. */
function askedBy({ reading, writing }: MeasuredBackfill, unit: keyof Asked): number {
  return reading[unit] + writing[unit];
}

describe('what a dry run of a backfill calculates with', () => {
  test.each<Unit>(['reads', 'writes', 'logBytes'])('is what a backfill asks of AWS: %s', (unit) => {
    for (const [index, { orders, people }] of EXTENTS.entries()) {
      const one = measured[index];
      if (!one) throw new Error('it was not measured');
      const calculated = orders * MEASURED.order[unit] + people * MEASURED.contact[unit];

      expect(one.contacts).toBe(people);
      expect(askedBy(one, unit) / calculated).toBeGreaterThan(1 - AS_CALCULATED);
      expect(askedBy(one, unit) / calculated).toBeLessThan(1 + AS_CALCULATED);
    }
  });

  test('is what the ledger is called for while it reads, and what Mautic takes for a contact', () => {
    const calls = measured.map(({ reading }, index) => reading.calls / (EXTENTS[index]?.orders ?? 1));
    const [once] = measured;

    expect(Math.min(...calls)).toBeLessThanOrEqual(MEASURED.order.calls);
    expect(Math.max(...calls)).toBeGreaterThanOrEqual(MEASURED.order.calls);
    expect((once?.writing.mauticMs ?? 0) / 100 / MEASURED.contact.mauticMs).toBeGreaterThan(
      1 - AS_CALCULATED,
    );
    expect((once?.writing.mauticMs ?? 0) / 100 / MEASURED.contact.mauticMs).toBeLessThan(
      1 + 2 * AS_CALCULATED,
    );
  });

  test('is what the functions have, and what AWS takes', () => {
    const { backfill, sync } = SIZING;
    expect(FUNCTIONS.gigabytes).toEqual({ reading: backfill.memory / 1024, writing: sync.memory / 1024 });
    expect(FUNCTIONS.callMs).toBe(AWS_MS.dynamodb);
    expect(FUNCTIONS.processor).toBe(SIZING.backfill.memory / MB_PER_PROCESSOR);
    expect(PRICES).toMatchObject(DOLLARS);
  });
});

describe('the forecast', () => {
  const SHOP = { orders: 100_000, customers: 0, contacts: 20_000, pageMs: 500 };

  test('adds what the store takes to what the bridge takes', () => {
    const [quick, slow] = [forecast(SHOP), forecast({ ...SHOP, pageMs: 1_500 })];

    expect(slow.readingSeconds - quick.readingSeconds).toBe(1_000);
    expect(slow.writingSeconds).toBe(quick.writingSeconds);
  });

  test('writes as fast as Mautic works, and costs little', () => {
    const { writingSeconds, dollars } = forecast(SHOP);

    expect(writingSeconds).toBe(180 + (20_000 * MEASURED.contact.mauticMs) / 1_000);
    expect(dollars).toBeGreaterThan(0.2);
    expect(dollars).toBeLessThan(1);
  });

  test('of nothing is the waiting alone', () => {
    expect(forecast({ orders: 0, customers: 0, contacts: 0, pageMs: 0 })).toEqual({
      readingSeconds: 0,
      writingSeconds: 180,
      dollars: 0,
    });
  });
});
