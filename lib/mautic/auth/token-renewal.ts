import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { AuthorizationOptions, StoredToken } from './authorization.ts';
import type { Stop } from './stop.ts';
import { createTokenLease } from './token-lease.ts';
import { createTokenReplacement } from './token-replacement.ts';
import { serves } from './token-validity.ts';

export interface TokenRenewal {
  /** A token other than `bad`: the stored one if it is, else a new one. `despiteStop` tries where a stop stands. */
  bring(bad: string | undefined, despiteStop: boolean): Promise<Outcome<StoredToken>>;
}

const WAIT_MS = 30_000;
const POLL_MS = 250;

/** Renews under a lease, so that of all instances one asks Mautic and the others read what it stored. */
export function createTokenRenewal(options: AuthorizationOptions, stop: Stop): TokenRenewal {
  const { tokens, clock } = options;
  const lease = createTokenLease(options);
  const replacement = createTokenReplacement(options, stop);

  /** What the store says: a token, a stop, or nothing (`undefined`). */
  async function stored(
    bad: string | undefined,
    despiteStop: boolean,
  ): Promise<Outcome<StoredToken> | undefined> {
    const token = await tokens.read();
    if (serves(token, bad, clock.now())) {
      stop.forget();
      return succeeded(token);
    }
    const standing = despiteStop || replacement.isOwing() ? undefined : await stop.standing(token);
    return standing && failed(standing);
  }

  async function bring(bad: string | undefined, despiteStop: boolean): Promise<Outcome<StoredToken>> {
    const giveUpAt = clock.now() + WAIT_MS + POLL_MS;
    for (;;) {
      const known = await stored(bad, despiteStop);
      if (known) return known;
      const renewed = await lease.hold(() => underLease(bad, despiteStop));
      if (renewed !== 'held') return renewed;
      if (clock.now() >= giveUpAt) return failed(busy());
      await clock.sleep(POLL_MS);
    }
  }

  /** Reads again: between the look and the lease somebody else may have renewed. */
  async function underLease(bad: string | undefined, despiteStop: boolean): Promise<Outcome<StoredToken>> {
    const late = await replacement.catchUp();
    if (late) return succeeded(late);
    return (await stored(bad, despiteStop)) ?? (await replacement.replace(bad));
  }

  return { bring };
}

function busy(): Failure {
  const message =
    'Another instance is renewing the token and did not finish in time. The next attempt reads it.';
  return { kind: 'retry', code: 'token-busy', message };
}
