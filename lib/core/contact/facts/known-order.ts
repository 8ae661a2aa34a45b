import type { EffectStates } from '../../ledger/effect-state.ts';
import type { OrderState } from '../../ledger/fold/order.ts';
import type { OrderData, Ref } from '../../ledger/snapshot.ts';

/** An order with its name in the ledger; the data is there. */
export interface KnownOrder {
  readonly ref: Ref;
  readonly state: OrderState;
  readonly data: OrderData;
  /** What has been done for it once. */
  readonly effects: EffectStates;
  /** What is known of the order it names as its parent; absent when it names none, or one never of this buyer. */
  readonly parent?: 'of-this-buyer' | 'unknown';
  /** When the ledger last learnt something of it, epoch ms. */
  readonly savedAt?: number;
}

/** The newest by (date created, id): decides identity, order data and the status tag. */
export function newest(orders: readonly KnownOrder[]): KnownOrder | undefined {
  return orders.reduce<KnownOrder | undefined>(
    (best, order) => (best && !isNewer(order, best) ? best : order),
    undefined,
  );
}

/** The order of `newest`, from the newest on. */
export function newestFirst(orders: readonly KnownOrder[]): readonly KnownOrder[] {
  return [...orders].sort((a, b) => (isNewer(a, b) ? -1 : 1));
}

function isNewer(a: KnownOrder, b: KnownOrder): boolean {
  if (a.data.createdAt !== b.data.createdAt) return a.data.createdAt > b.data.createdAt;
  return compareIds(a.ref, b.ref) > 0;
}

/** Ids are numbers in every store known so far; numeric ones compare as numbers, then by store. */
function compareIds(a: Ref, b: Ref): number {
  const numeric = Number(a.id) - Number(b.id);
  if (Number.isFinite(numeric) && numeric !== 0) return numeric;
  const [left, right] = [`${a.id}/${a.store}`, `${b.id}/${b.store}`];
  return left === right ? 0 : left > right ? 1 : -1;
}
