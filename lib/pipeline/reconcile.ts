import type { Store } from '../core/policy.ts';
import type { Log } from '../core/ports.ts';

export interface ReconcileParts {
  readonly stores: readonly Store[];
  readonly log: Log;
}

/**
 * The second witness. It deploys and runs, but reads nothing yet: until it does, a delivery that WooCommerce never
 * sent, or sent stale, is not found by the bridge, and each run says so.
 */
export function createReconcile({ stores, log }: ReconcileParts): () => Promise<void> {
  return async function reconcile() {
    for (const { id } of stores)
      log.info('Stores are not read by REST yet; webhooks are the only witness', { store: id });
  };
}
