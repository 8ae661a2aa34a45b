import { failed, type Outcome } from '../../core/ledger/failure.ts';
import type { Log } from '../../core/ports/telemetry.ts';

/** Secrets or the ledger that cannot be reached become a failure; Mautic was not called then. */
export function guardStores<Value>(action: () => Promise<Outcome<Value>>, log: Log): Promise<Outcome<Value>> {
  return action().catch((error: unknown) => {
    log.error('The credentials, the token or its lease could not be read or written', {
      reason: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown',
    });
    const message =
      'The secrets or the ledger could not be used. Check the permissions of this function and try again.';
    return failed({ kind: 'retry', code: 'token-store', message });
  });
}
