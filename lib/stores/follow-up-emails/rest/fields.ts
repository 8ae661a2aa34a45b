import * as v from 'valibot';

/** Numbers and texts are mixed. */
export const Id = v.pipe(
  v.union([v.string(), v.pipe(v.number(), v.integer())]),
  v.transform(String),
  v.regex(/^\d{1,20}$/),
);

/** "0" and "" mean none. */
export const OptionalId = v.pipe(
  v.fallback(v.nullish(v.union([v.string(), v.number()])), undefined),
  v.transform((id) => (/^[1-9]\d*$/.test(String(id)) ? String(id) : undefined)),
);

/** As `OptionalId`, but what is no id is not none: what an e-mail is about must not be forgotten. */
export const Scope = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => {
      if (typeof value === 'string' || typeof value === 'number')
        return ['', '0'].includes(String(value)) ? undefined : String(value);
      return value === null || value === false || isEmpty(value) ? undefined : 'unreadable';
    }),
  ),
  null,
);

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

export const Text = v.fallback(v.string(), '');

/** "1", 1, true; everything else is no. */
export const Flag = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => value === true || value === 1 || value === '1'),
  ),
  null,
);

export const Count = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => {
      const count = Number(value);
      return Number.isFinite(count) ? count : 0;
    }),
  ),
  null,
);

/**
 * The store's local time; where it stands with a `Z` that is false (facts/follow-up-emails B1, "Time zones").
 * `YYYY-MM-DDTHH:MM:SS`, without a zone; `undefined` for the year -1.
 */
export const LocalTime = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => {
      const [, date, time] =
        /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)/.exec(typeof value === 'string' ? value : '') ?? [];
      return date === undefined || time === undefined ? undefined : `${date}T${time}`;
    }),
  ),
  null,
);

/** Epoch ms of what is UTC indeed; `undefined` for the year -1, which means never. */
export const Instant = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => {
      const known = typeof value === 'string' && /^\d{4}-/.test(value) ? Date.parse(value) : Number.NaN;
      return Number.isNaN(known) ? undefined : known;
    }),
  ),
  null,
);
