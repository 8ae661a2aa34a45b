import { describe, expect, test } from 'vitest';
import { filterMoment, gmtText, siteText } from '../../../lib/simulators/woocommerce/records/site-time.ts';

const MEANT = Date.parse('2026-11-21T23:28:56Z');

describe('a date filter by form and time zone (facts §1.8): how far it is off, in hours', () => {
  test.each([
    ['2026-11-21T23:28:56', true, 0, 0, 0],
    ['2026-11-21T23:28:56Z', false, 0, 0, 0],
    ['2026-11-21T23:28:56.000Z', false, -1, 0, 5],
    ['2026-11-21T23:28:56Z', true, 1, 0, -5],
    ['2026-11-21T23:28:56.000Z', true, 1, 0, -5],
    ['2026-11-21T23:28:56', false, -1, 0, 5],
  ])('%s with dates_are_gmt=%s', (text, gmt, ...off) => {
    const hours = ['Europe/Paris', 'UTC', 'America/New_York'].map(
      (zone) => ((filterMoment(text, { gmt, zone }) ?? Number.NaN) - MEANT) / 3_600_000,
    );

    expect(hours).toEqual(off);
  });

  test('is nothing when it is no date', () => {
    const forms = { gmt: true, zone: 'UTC' };

    expect(filterMoment('yesterday', forms)).toBeUndefined();
    expect(filterMoment('2026-13-41T00:00:00', forms)).toBeUndefined();
  });
});

test('dates are written by both clocks, in summer too', () => {
  expect([gmtText(MEANT), siteText(MEANT, 'Europe/Paris')]).toEqual([
    '2026-11-21T23:28:56',
    '2026-11-22T00:28:56',
  ]);
  expect(siteText(Date.parse('2026-07-01T10:00:00Z'), 'America/New_York')).toBe('2026-07-01T06:00:00');
  expect(siteText(Date.parse('2026-07-01T10:00:00Z'), 'Asia/Kathmandu')).toBe('2026-07-01T15:45:00');
});
