import { failed, type Outcome, succeeded } from '../core/failure.ts';
import type { AuthorizationOptions, StoredToken } from './authorization.ts';
import type { Stop } from './stop.ts';
import { askForToken } from './token-request.ts';
import { serves } from './token-validity.ts';

export interface TokenRenewal {
  /** A token other than `bad`: the stored one if it is, else a new one. `despiteStop` tries where a stop stands. */
  bring(bad: string | undefined, despiteStop: boolean): Promise<Outcome<StoredToken>>;
}

const LEASE = 'mautic-token';
const LEASE_MS = 30_000;
const POLL_MS = 250;

/** Renews under a lease, so that of all instances one asks Mautic and the others read what it stored. */
export function createTokenRenewal(options: AuthorizationOptions, stop: Stop): TokenRenewal {
  const { tokens, claims, clock, holder } = options;
  const now = () => clock.now();

  /** What the store says: a token, a stop, or nothing (`undefined`). */
  async function stored(
    bad: string | undefined,
    despiteStop: boolean,
  ): Promise<Outcome<StoredToken> | undefined> {
    const token = await tokens.read();
    if (serves(token, bad, now())) {
      stop.forget();
      return succeeded(token);
    }
    const standing = despiteStop ? undefined : await stop.standing(token);
    return standing && failed(standing);
  }

  async function bring(bad: string | undefined, despiteStop: boolean): Promise<Outcome<StoredToken>> {
    const giveUpAt = now() + LEASE_MS + POLL_MS;
    for (;;) {
      const known = await stored(bad, despiteStop);
      if (known) return known;
      const lease = { holder, now: now(), until: now() + LEASE_MS };
      if ((await claims.claim('LEASE', LEASE, lease)) === 'claimed') return underLease(bad, despiteStop);
      if (now() >= giveUpAt) return failed(busy());
      await clock.sleep(POLL_MS);
    }
  }

  /** Reads again: between the look and the lease somebody else may have renewed. */
  async function underLease(bad: string | undefined, despiteStop: boolean): Promise<Outcome<StoredToken>> {
    try {
      return (await stored(bad, despiteStop)) ?? (await request());
    } finally {
      await claims.release('LEASE', LEASE, holder);
    }
  }

  /** Persists before use: a token that only one instance knows would be requested again by all others. */
  async function request(): Promise<Outcome<StoredToken>> {
    const asked = await askForToken(options);
    if (asked.ok) {
      await tokens.write(asked.value);
      stop.forget();
      return asked;
    }
    const { failure } = asked;
    if (failure.code !== 'credentials-refused') return asked;
    return failed(await stop.impose(failure.message, await tokens.read()));
  }

  return { bring };
}

function busy() {
  const message =
    'Another instance is renewing the token and did not finish in time. The next attempt reads it.';
  return { kind: 'retry', code: 'token-busy', message } as const;
}
