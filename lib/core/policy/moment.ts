import * as v from 'valibot';

/** A moment as people write it, kept in epoch ms. */
export const Moment = v.pipe(
  v.string(),
  v.isoTimestamp('must be a moment like 2026-01-31T00:00:00Z'),
  v.transform((text) => Date.parse(text)),
);
