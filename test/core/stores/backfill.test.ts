import { describe, expect, it } from 'vitest';
import {
  backfillStores,
  backfillStoresText,
  holdsSegments,
  isReading,
  isWhole,
  newBackfill,
  readBackfillText,
} from '../../../lib/core/stores/backfill.ts';

const NOW = Date.parse('2026-12-01T10:00:00Z');

describe('what is kept of a backfill', () => {
  it('is read as it was written', () => {
    const backfill = newBackfill({ from: 5, noSegments: true }, NOW);

    expect(readBackfillText(JSON.stringify(backfill))).toEqual(backfill);
  });

  it('keeps what a later version adds, so that an older one at work during a deployment loses nothing', () => {
    const { tally, ...backfill } = newBackfill({}, NOW);
    const later = { ...backfill, tally: { ...tally, subscriptions: 3 }, weather: 'fair' };

    expect(readBackfillText(JSON.stringify(later))).toEqual(later);
  });

  it.each(['', 'no JSON', '{}', '{"state":"dreaming"}', '[]'])('is nothing where it reads %j', (text) => {
    expect(readBackfillText(text)).toBeUndefined();
    expect(backfillStores(text)).toEqual([]);
  });

  it('lists each store once', () => {
    expect(backfillStores(backfillStoresText(['shop', 'demo', 'shop']))).toEqual(['demo', 'shop']);
    expect(backfillStores(undefined)).toEqual([]);
  });
});

describe('a backfill', () => {
  it('begins with the customers where nothing else was asked for', () => {
    expect(newBackfill({}, NOW)).toMatchObject({ step: 'orders', state: 'running', startedAt: NOW });
    expect(newBackfill({ only: 'customers' }, NOW).step).toBe('customers');
  });

  it('leaves nothing out unless that was asked for, or something has no name', () => {
    const { tally, ...whole } = newBackfill({}, NOW);

    expect(isWhole({ ...whole, tally })).toBe(true);
    expect(isWhole({ ...whole, tally: { ...tally, nameless: 1 } })).toBe(false);
    expect(
      [{ from: 0 }, { only: 'customers' } as const].map((options) => isWhole(newBackfill(options, NOW))),
    ).toEqual([false, false]);
  });

  it('reads until only writing is left, somebody pauses it, or its store stays away', () => {
    const backfill = newBackfill({}, NOW);
    const trouble = { code: 'unavailable', message: 'away', since: NOW, notBefore: NOW, times: 1 };

    expect(isReading(backfill)).toBe(true);
    expect(isReading({ ...backfill, step: 'telling' })).toBe(true);
    expect(isReading({ ...backfill, trouble })).toBe(true);
    expect(isReading({ ...backfill, trouble: { ...trouble, times: 4 } })).toBe(false);
    expect(isReading({ ...backfill, step: 'writing' })).toBe(false);
    expect(isReading({ ...backfill, state: 'paused' })).toBe(false);
  });

  it('leaves segments alone while that was asked for, paused or not', () => {
    const backfill = newBackfill({ noSegments: true }, NOW);

    expect(holdsSegments(backfill)).toBe(true);
    expect(holdsSegments({ ...backfill, state: 'paused' })).toBe(true);
    expect(holdsSegments({ ...backfill, segmentsAt: NOW })).toBe(false);
    expect(holdsSegments({ ...backfill, state: 'finished' })).toBe(false);
    expect(holdsSegments(newBackfill({}, NOW))).toBe(false);
  });
});
