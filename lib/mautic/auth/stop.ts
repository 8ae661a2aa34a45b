import { createHash } from 'node:crypto';
import { commandLine } from '../../core/ledger/command.ts';
import type { Failure } from '../../core/ledger/failure.ts';
import type { AuthorizationOptions, Credentials, StoredToken } from './authorization.ts';
import { authorizeUrl } from './authorize-url.ts';

/** Keeps a refusal of our credentials, for all instances, until something changed. */
export interface Stop {
  /** Remembered without a look at the store, for a while. */
  recent(): Failure | undefined;
  /** Why nothing may be sent; `undefined` when nothing is stopped or the credentials are other ones by now. */
  standing(stored: StoredToken | undefined): Promise<Failure | undefined>;
  /** Persists the stop, beside the token and whatever else is stored, and says what a person must do. */
  impose(reason: string, stored: StoredToken | undefined, needs?: 'authorisation'): Promise<Failure>;
  forget(): void;
}

/** How soon an instance notices that a stop was lifted or that credentials were corrected. */
const RECHECK_MS = 30_000;

/** The stop shared through the token store. */
export function createStop(options: AuthorizationOptions): Stop {
  const { credentials, tokens, clock, log, metrics, baseUrl } = options;
  let seen: { readonly failure: Failure; readonly at: number } | undefined;

  function recent(): Failure | undefined {
    return seen && clock.now() - seen.at < RECHECK_MS ? seen.failure : undefined;
  }

  async function standing(stored: StoredToken | undefined): Promise<Failure | undefined> {
    seen = undefined;
    if (!stored?.stopped) return undefined;
    const { credentials: refused, reason, needs } = stored.stopped;
    const current = await credentials.read(true);
    if (refused !== undefined && refused !== fingerprint(current)) return undefined;
    return remember(needs ? authorise(reason, authorizeUrl(current, baseUrl)) : correct(reason));
  }

  async function impose(
    reason: string,
    stored: StoredToken | undefined,
    needs?: 'authorisation',
  ): Promise<Failure> {
    const refused = await credentials.read();
    const since = stored?.stopped?.since ?? clock.now();
    await tokens.write({
      ...(stored ?? { accessToken: '', expiresAt: 0, obtainedAt: 0 }),
      stopped: { reason, since, credentials: fingerprint(refused), ...(needs && { needs }) },
    });
    metrics.count('MauticStopped');
    if (!needs) {
      log.error('Mautic refuses the credentials: correct them in the secret, nothing is sent until then', {
        reason,
      });
      return remember(correct(reason));
    }
    const url = authorizeUrl(refused, baseUrl);
    log.error('Mautic must be told again to let the bridge in: open the URL, allow it, exchange the code', {
      reason,
      url,
    });
    return remember(authorise(reason, url));
  }

  function remember(message: string): Failure {
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

function correct(reason: string): string {
  return `Mautic refuses the credentials (${reason}). Correct them in the secret, or allow them in Mautic.`;
}

function authorise(reason: string, url: string): string {
  return `A person must authorise the bridge in Mautic (${reason}). Open ${url} in a browser, allow the access, and give the bridge the address it leads to within 30 seconds: ${commandLine("authorise --code '<address>'")}`;
}

/** Tells credentials apart without keeping them. */
export function fingerprint(credentials: Credentials): string {
  const parts = Object.entries(credentials).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
