import { fold, type OrderState } from '../../ledger/fold/order.ts';
import { refName, type Snapshot } from '../../ledger/snapshot.ts';
import { wasPlaced } from '../facts/buyer.ts';
import type { CountingPolicy } from '../facts/counting.ts';
import type { KnownOrder } from '../facts/known-order.ts';
import { isClosedBy } from './abandoned.ts';
import type { Checkout } from './checkout.ts';

/** An order as its shop shows it at this moment. */
export type ShownOrder = Extract<Snapshot, { type: 'order' }>;

/**
 * What becomes of an abandoned checkout by what the shop shows right before somebody is told of it: how it can be taken
 * up now, or `undefined`, because it was bought or is gone. A webhook may be late, or lost.
 * @param shown orders of its address, of its cart, and the order that it is itself.
 */
export function checkoutNow(
  checkout: Checkout,
  shown: readonly ShownOrder[],
  policy: CountingPolicy,
): Checkout | undefined {
  const orders = shown.map(asKnown);
  const purchases = orders.filter((order) => wasPlaced(order, policy));
  if (purchases.some((purchase) => isClosedBy(checkout, purchase))) return undefined;
  // A cart that is kept as an order is deleted by the shop after a day.
  if (!checkout.unpaid || checkout.ref.kind === 'cart') return checkout;
  const itself = orders.find(({ ref }) => refName(ref) === refName(checkout.ref));
  if (!itself || purchases.includes(itself) || itself.data.status === 'trash') return undefined;
  const { checkout: unpaid = { ...checkout.unpaid, needsPayment: false } } = itself.data;
  return { ...checkout, unpaid };
}

function asKnown(snapshot: ShownOrder): KnownOrder {
  // Of an order's snapshot; the cast holds for nothing else.
  const state = fold(undefined, snapshot) as OrderState;
  return { ref: snapshot.ref, state, data: snapshot.data, effects: {} };
}
