import type { Failure } from '../../core/ledger/failure.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { Source } from '../../core/stores/source.ts';
import type { StoreApi, StoreItem } from '../../core/stores/store-api.ts';
import type { Seen } from '../record/parts.ts';

export interface BringInParts {
  readonly store: Pick<Store, 'id' | 'testOrders'>;
  readonly api: Pick<StoreApi, 'order'>;
  readonly source: Pick<Source, 'read'>;
  /** Its contacts come behind live work. */
  readonly fold: (seen: readonly Seen[]) => Promise<ReadonlySet<number>>;
}

/** So many that cannot be read in a row are no fault of theirs. */
const MOST_IN_A_ROW = 3;

/** Orders that could not be read now, with the last reason, and whether any could be. */
export interface BroughtIn {
  readonly unread: ReadonlySet<string>;
  readonly failure?: Failure;
}

/**
 * Reads orders from the store, one by one, into the ledger. One that makes the store fail keeps no other from being
 * read: it is named, and read when somebody comes again; after three in a row nothing more is asked for.
 * @throws Error when the ledger did not take all of them.
 */
export function createBringIn({ store, api, source, fold }: BringInParts) {
  return async function bringIn(ids: readonly string[]): Promise<BroughtIn> {
    const { found, ...brought } = await readOrders(api, ids);
    const testOrders = store.testOrders ? { testOrders: true } : {};
    const seen = found.map((order, position): Seen => {
      const { snapshots } = source.read({ kind: 'order', store: store.id, ...order, ...testOrders });
      return { snapshots, position, redelivered: false };
    });
    const failed = await fold(seen);
    if (failed.size > 0) throw new Error('The ledger did not take all orders; run it again');
    return brought;
  };
}

interface ReadOrders extends BroughtIn {
  readonly found: readonly StoreItem[];
}

async function readOrders(api: BringInParts['api'], ids: readonly string[]): Promise<ReadOrders> {
  const found: StoreItem[] = [];
  const unread = new Set<string>();
  let failure: Failure | undefined;
  let inARow = 0;
  for (const id of ids) {
    const answer = inARow < MOST_IN_A_ROW ? await api.order(id) : undefined;
    inARow = answer?.ok ? 0 : inARow + 1;
    if (!answer?.ok) unread.add(id);
    else if (answer.value !== undefined) found.push(answer.value);
    failure = answer?.ok === false ? answer.failure : failure;
  }
  return { found, unread, ...(failure && { failure }) };
}
