import * as v from 'valibot';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Months have 30 days and years 365, as in Follow-Up Emails: no calendar is asked. */
const UNITS: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
  year: 365 * DAY_MS,
};

const DURATION = /^(\d{1,4}) (minute|hour|day|week|month|year)s?$/;

/** `3 days`, in ms. */
export const Duration = v.pipe(
  v.string(),
  v.regex(DURATION, 'must be a number of minutes, hours, days, weeks, months or years, like "3 days"'),
  v.transform(msOf),
);

/** `1 per 24 hours`: the least time between two, in ms. */
export const OncePer = v.pipe(
  v.string(),
  v.regex(
    /^1 per \d{1,4} (minute|hour|day|week|month|year)s?$/,
    'must be one in a while, like "1 per 24 hours"',
  ),
  v.transform((text) => msOf(text.slice('1 per '.length))),
);

function msOf(text: string): number {
  const [, number = '0', unit = ''] = DURATION.exec(text) ?? [];
  return Number(number) * (UNITS[unit] ?? 0);
}
