import * as v from 'valibot';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Months are 30 days and years 365, as in Follow-Up Emails. */
const UNITS: Readonly<Record<string, number>> = {
  minute: MINUTE,
  hour: HOUR,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
  year: 365 * DAY,
};

const TEXT = /^(\d{1,4}) (minute|hour|day|week|month|year)s?$/;

/** A span of time as people write it, like "1 hour" or "14 days", or none at all; milliseconds. */
export const Delay = v.pipe(
  v.string(),
  v.regex(TEXT, 'must be a span of time like "1 hour" or "14 days"'),
  v.transform(millisecondsOf),
);

/** As `Delay`, and not none. */
export const Duration = v.pipe(Delay, v.minValue(MINUTE, 'must be a minute at least'));

/** `1 per 24 hours`: the least time between two; milliseconds. */
export const OncePer = v.pipe(
  v.string(),
  v.regex(
    /^1 per \d{1,4} (minute|hour|day|week|month|year)s?$/,
    'must be one in a while, like "1 per 24 hours"',
  ),
  v.transform((text) => millisecondsOf(text.slice('1 per '.length))),
);

function millisecondsOf(text: string): number {
  const [, count = '0', unit = ''] = TEXT.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? 0);
}
