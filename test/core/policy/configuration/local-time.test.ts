import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  instantOf,
  isTimeZone,
  localText,
  nextTimeOfDay,
} from '../../../../lib/core/policy/configuration/local-time.ts';

const BERLIN = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);

describe('a local time', () => {
  it.each([
    ['2027-01-22T06:00:00', BERLIN, '2027-01-22T05:00:00Z'],
    ['2026-07-22T06:00:00', BERLIN, '2026-07-22T04:00:00Z'],
    ['2026-07-22T06:00:00', 'America/New_York', '2026-07-22T10:00:00Z'],
    ['2026-07-22T06:00:00', 'Asia/Kathmandu', '2026-07-22T00:15:00Z'],
    ['2026-07-22T06:00:00', 'UTC', '2026-07-22T06:00:00Z'],
    // Clocks go from 2:00 to 3:00 on this day, and from 3:00 to 2:00 on the other.
    ['2026-03-29T02:30:00', BERLIN, '2026-03-29T01:30:00Z'],
    ['2026-10-25T02:30:00', BERLIN, '2026-10-25T00:30:00Z'],
  ])('%s in %s is %s', (local, zone, instant) => {
    expect(instantOf(local, zone)).toBe(at(instant));
  });

  it('is nothing when it is no date', () => {
    expect(instantOf('tomorrow', BERLIN)).toBeUndefined();
  });

  it('comes out of an instant as it went in, whatever the zone and the day', () => {
    const zones = fc.constantFrom(BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC');
    const instants = fc.integer({
      min: at('2024-01-01T00:00:00Z') / 1000,
      max: at('2030-01-01T00:00:00Z') / 1000,
    });
    fc.assert(
      fc.property(instants, zones, (second, zone) => {
        const text = localText(second * 1000, zone);
        const back = instantOf(text, zone);

        expect(back).toBeDefined();
        expect(localText(back ?? 0, zone)).toBe(text);
      }),
    );
  });
});

describe('the next time of day', () => {
  it.each([
    ['2026-11-27T07:59:00Z', '09:00', '2026-11-27T08:00:00Z'],
    ['2026-11-27T08:00:00Z', '09:00', '2026-11-27T08:00:00Z'],
    ['2026-11-27T08:00:01Z', '09:00', '2026-11-28T08:00:00Z'],
    ['2026-11-27T23:30:00Z', '09:00', '2026-11-28T08:00:00Z'],
    ['2026-03-28T20:00:00Z', '09:00', '2026-03-29T07:00:00Z'],
    // A day after that is the day after tomorrow: tomorrow has 23 hours.
    ['2026-03-28T22:30:00Z', '09:00', '2026-03-29T07:00:00Z'],
  ])('after %s at %s in Berlin is %s', (from, time, next) => {
    expect(nextTimeOfDay(at(from), time, BERLIN)).toBe(at(next));
  });

  it('is within a day and an hour, never earlier, and shows that time', () => {
    const minutes = fc.integer({
      min: at('2024-01-01T00:00:00Z') / 60_000,
      max: at('2030-01-01T00:00:00Z') / 60_000,
    });
    fc.assert(
      fc.property(minutes, fc.constantFrom('06:00', '09:00', '18:30'), (minute, time) => {
        const from = minute * 60_000;
        const next = nextTimeOfDay(from, time, BERLIN);

        expect(next).toBeGreaterThanOrEqual(from);
        expect(next - from).toBeLessThanOrEqual(25 * 3_600_000);
        expect(localText(next, BERLIN).slice(11, 16)).toBe(time);
      }),
    );
  });
});

it('a zone is one that the time zone database has', () => {
  expect(isTimeZone(BERLIN)).toBe(true);
  expect(isTimeZone('Mars/Olympus')).toBe(false);
});
