import { createHash } from 'node:crypto';
import type { Failure } from '../core/failure.ts';
import type { AuthorizationOptions, Credentials, StoredToken } from './authorization.ts';

/** Keeps a refusal of our credentials, for all instances, until something changed. */
export interface Stop {
  /** Remembered without a look at the store, for a while. */
  recent(): Failure | undefined;
  /** Why nothing may be sent; `undefined` when nothing is stopped or the credentials are other ones by now. */
  standing(stored: StoredToken | undefined): Promise<Failure | undefined>;
  /** Persists the stop and says what a person must do. */
  impose(reason: string, stored: StoredToken | undefined): Promise<Failure>;
  forget(): void;
}

/** How soon an instance notices that a stop was lifted or that credentials were corrected. */
const RECHECK_MS = 30_000;

/** The stop shared through the token store. */
export function createStop({ credentials, tokens, clock, log, metrics }: AuthorizationOptions): Stop {
  let seen: { readonly failure: Failure; readonly at: number } | undefined;

  function recent(): Failure | undefined {
    return seen && clock.now() - seen.at < RECHECK_MS ? seen.failure : undefined;
  }

  async function standing(stored: StoredToken | undefined): Promise<Failure | undefined> {
    seen = undefined;
    if (!stored?.stopped) return undefined;
    const refused = stored.stopped.credentials;
    if (refused !== undefined && refused !== fingerprint(await credentials.read(true))) return undefined;
    return remember(stored.stopped.reason);
  }

  async function impose(reason: string, stored: StoredToken | undefined): Promise<Failure> {
    const now = clock.now();
    const refused = fingerprint(await credentials.read());
    await tokens.write({
      accessToken: stored?.accessToken ?? '',
      expiresAt: stored?.expiresAt ?? 0,
      obtainedAt: stored?.obtainedAt ?? 0,
      stopped: { reason, since: stored?.stopped?.since ?? now, credentials: refused },
    });
    metrics.count('MauticStopped');
    log.error('Mautic refuses the credentials: correct them in the secret, nothing is sent until then', {
      reason,
    });
    return remember(reason);
  }

  function remember(reason: string): Failure {
    const message = `Mautic refuses the credentials (${reason}). Correct them in the secret, or allow them in Mautic.`;
    const failure: Failure = { kind: 'authorise', code: 'stopped', message };
    seen = { failure, at: clock.now() };
    return failure;
  }

  return {
    recent,
    standing,
    impose,
    forget: () => {
      seen = undefined;
    },
  };
}

/** Tells credentials apart without keeping them. */
export function fingerprint(credentials: Credentials): string {
  const parts = Object.entries(credentials).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
