import { countedOrders, counts, type Totals, totalsOf } from '../../contact/facts/counting.ts';
import type { Facts } from '../../contact/facts/facts.ts';
import { type KnownOrder, newestFirst } from '../../contact/facts/known-order.ts';
import type { Standing } from '../../contact/facts/order-parts.ts';
import { isOwnStatus } from '../../ledger/order-status.ts';
import type { Policy } from '../../policy/policy.ts';

/** What a contact has bought, as follow-ups look at it. */
export interface Past {
  /** What was bought in one go, oldest first. */
  readonly purchases: readonly KnownOrder[];
  /** Orders that count, without parts that are in the total of another. */
  readonly standing: readonly Standing[];
}

/** @param also an order that counted once and shall be counted although it was cancelled or refunded since. */
export function pastOf(facts: Facts, policy: Policy, also?: KnownOrder): Past {
  const standing = countedOrders(facts, policy);
  const bought = new Set(standing.map(({ purchase }) => purchase));
  if (also && wasPurchase(also, policy)) bought.add(also);
  return { purchases: newestFirst([...bought]).toReversed(), standing };
}

/** What had been bought by then, epoch ms: later orders change nothing of what was due before. */
export function pastBefore({ purchases, standing }: Past, time: number): Past {
  const isThere = ({ data }: KnownOrder) => data.createdAt <= time;
  return {
    purchases: purchases.filter(isThere),
    standing: standing.filter(({ order }) => isThere(order)),
  };
}

/** How often and for how much, up to and with this purchase. */
export function totalsUpTo({ purchases, standing }: Past, order: KnownOrder): Totals {
  const upTo = new Set(purchases.slice(0, purchases.indexOf(order) + 1));
  return totalsOf(standing.filter(({ purchase }) => upTo.has(purchase)));
}

/** Sum of a currency; nothing bought is "0.00". */
export function spentIn({ spent }: Totals, currency: string): string {
  return (Object.hasOwn(spent, currency) && spent[currency]) || '0.00';
}

/** It counts, or did once. */
function wasPurchase(order: KnownOrder, policy: Policy): boolean {
  return counts(order, policy) || countedSights(order, policy).length > 0;
}

/** When it became a purchase, epoch ms: seen first in a status that counts. */
export function boughtAt(order: KnownOrder, policy: Policy): number {
  const times = countedSights(order, policy);
  return times.length > 0 ? Math.min(...times) : (order.data.paidAt ?? order.data.createdAt);
}

function countedSights({ state, data }: KnownOrder, { countedStatuses }: Policy): readonly number[] {
  return Object.entries(state.sights)
    .filter(([status]) => countedStatuses.includes(status) || (isOwn(status) && data.paidAt !== undefined))
    .map(([, time]) => time);
}

/** What FluentCart calls shipped is no status of the order. */
function isOwn(status: string): boolean {
  return isOwnStatus(status) && status !== 'shipped' && status !== 'delivered';
}
