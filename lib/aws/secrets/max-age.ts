/** A copy of a secret older than this is read again. */
export const MAX_AGE_MS = 300_000;

/**
 * The same of the webhook secrets in `ingest`. What a copy cannot verify has it read again, so a new one is taken up with
 * the first delivery that it signs: this says how long one that is gone still serves.
 */
export const SIGNING_MAX_AGE_MS = 900_000;

/**
 * The same of the credentials in `sync`. It calls Mautic with a token, which outlives the credentials that got it by up
 * to an hour; whatever is refused, token or password, has them read again at once.
 */
export const CREDENTIALS_MAX_AGE_MS = 1_800_000;
