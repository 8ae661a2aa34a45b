import type { Outcome } from '../core/ledger/failure.ts';
import type { Log } from '../core/ports/telemetry.ts';

export interface RenewTokenParts {
  readonly authorization: { renewIfDue(withinMs: number): Promise<Outcome<string>> };
  readonly log: Log;
}

/** Longer than the pause between two runs, so that no token expires in between. */
const AHEAD_MS = 20 * 60_000;

/** Renews Mautic's access token before it expires, so that no contact has to wait for it. */
export function createRenewToken({ authorization, log }: RenewTokenParts): () => Promise<void> {
  return async function renewToken() {
    const renewal = await authorization.renewIfDue(AHEAD_MS);
    if (renewal.ok) log.info('Looked after the access token', { outcome: renewal.value });
    else
      log.warn('The access token could not be renewed', {
        code: renewal.failure.code,
        remedy: renewal.failure.message,
      });
  };
}
