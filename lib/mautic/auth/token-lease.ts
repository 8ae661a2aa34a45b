import { type AuthorizationOptions, isGrant } from './authorization.ts';

/** One instance at a time changes the token. */
export interface TokenLease {
  /** Runs the action alone among all instances; `held`, and nothing done, while another one is at it. */
  hold<Value>(action: () => Promise<Value>): Promise<Value | 'held'>;
}

const NAME = 'mautic-token';
/** Long enough for a token request; two at once do no harm. */
const CLIENT_MS = 30_000;
/** Longer than any request may take, because two at once would use up the same refresh token. */
const GRANT_MS = 90_000;

/** The lease in the ledger; it lapses when its holder dies. */
export function createTokenLease(
  options: Pick<AuthorizationOptions, 'claims' | 'clock' | 'holder' | 'credentials'>,
): TokenLease {
  const { claims, clock, holder, credentials } = options;

  async function hold<Value>(action: () => Promise<Value>): Promise<Value | 'held'> {
    const lasts = isGrant(await credentials.read()) ? GRANT_MS : CLIENT_MS;
    const now = clock.now();
    const claimed = await claims.claim('LEASE', NAME, { holder, now, until: now + lasts });
    if (claimed !== 'claimed') return 'held';
    try {
      return await action();
    } finally {
      await claims.release('LEASE', NAME, holder);
    }
  }

  return { hold };
}
