import type { Store } from '../../core/policy/store.ts';
import type { Source } from '../../core/stores/source.ts';
import type { StoreApi } from '../../core/stores/store-api.ts';
import type { Seen } from '../record/parts.ts';
import { answered } from './parts.ts';

export interface BringInParts {
  readonly store: Pick<Store, 'id' | 'testOrders'>;
  readonly api: Pick<StoreApi, 'order'>;
  readonly source: Pick<Source, 'read'>;
  readonly fold: (seen: readonly Seen[]) => Promise<ReadonlySet<number>>;
}

/**
 * Reads orders from the store, one by one, into the ledger, as a webhook would bring them.
 * @throws TakeoverStopped when the store does not answer, Error when the ledger did not take all of them.
 */
export function createBringIn({ store, api, source, fold }: BringInParts) {
  return async function bringIn(ids: readonly string[]): Promise<void> {
    const seen: Seen[] = [];
    for (const [position, id] of ids.entries()) {
      const found = answered(await api.order(id));
      if (found === undefined) continue;
      const testOrders = store.testOrders ? { testOrders: true } : {};
      const { snapshots } = source.read({ kind: 'order', store: store.id, ...found, ...testOrders });
      seen.push({ snapshots, position, redelivered: false });
    }
    const failed = await fold(seen);
    if (failed.size > 0) throw new Error('The ledger did not take all orders; run it again');
  };
}
