import type { StoredToken } from './authorization.ts';

/** Tokens are given up this long before they expire, so that none expires on its way. */
const EARLY_MS = 60_000;

/** Whether a token may be used by a caller that found `bad` bad. A short-lived one serves half of its life. */
export function serves(
  token: StoredToken | undefined,
  bad: string | undefined,
  now: number,
): token is StoredToken {
  if (!token || token.stopped || token.accessToken === bad) return false;
  const early = Math.min(EARLY_MS, (token.expiresAt - token.obtainedAt) / 2);
  return now < token.expiresAt - early;
}
