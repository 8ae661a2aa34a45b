import { isAtLeast, sum } from '../../ledger/money.ts';
import { isOwnStatus } from '../../ledger/order-status.ts';
import type { Policy } from '../../policy/policy.ts';
import type { KnownOrder } from './known-order.ts';
import { type Purchases, type Standing, standingOrders } from './order-parts.ts';

export interface Totals {
  /** How often something was bought: an order and its parts are one. */
  readonly orderCount: number;
  /** Currency → sum of total plus refunds over counted orders, decimal string. */
  readonly spent: Readonly<Record<string, string>>;
}

export type CountingPolicy = Pick<Policy, 'countedStatuses'>;

/**
 * An order counts in the statuses the policy names, and in a status of the shop's own while it is paid: a plugin that
 * moves a paid order to `delivered` takes no money back.
 */
export function counts({ data }: Pick<KnownOrder, 'data'>, { countedStatuses }: CountingPolicy): boolean {
  if (countedStatuses.includes(data.status)) return true;
  return isOwnStatus(data.status) && data.paidAt !== undefined;
}

/** Orders that count, without parts that are in the total of another. */
export function countedOrders(purchases: Purchases, policy: CountingPolicy): readonly Standing[] {
  return standingOrders(purchases).filter(({ order }) => counts(order, policy));
}

export function totalsOf(counted: readonly Standing[]): Totals {
  const amounts = Map.groupBy(counted, ({ order }) => order.data.currency);
  const spent = [...amounts].map(([currency, orders]): [string, string] => [
    currency,
    sum(orders.flatMap((standing) => [standing.order.data.total, refundedOf(standing)])),
  ]);
  return {
    orderCount: new Set(counted.map(({ purchase }) => purchase)).size,
    spent: Object.fromEntries(spent.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** A plugin notes what was given back at the order, at its parts, or at both: whichever is more. */
export function refundedOf({ order: { data }, holds }: Standing): string {
  const ofParts = sum(holds.map((part) => part.data.refunded));
  return isAtLeast(data.refunded, ofParts) ? ofParts : data.refunded;
}

/** What rules about orders look at. */
export interface OrderFacts {
  readonly latest: KnownOrder | undefined;
  readonly totals: Totals;
  /** Of the store that the newest order came from. */
  readonly base: string | undefined;
}

/** What was spent in the base currency, whatever it is called: `constructor` is no property of every record here. */
export function spentIn({ totals: { spent }, base }: OrderFacts): string {
  return (base !== undefined && Object.hasOwn(spent, base) && spent[base]) || '0.00';
}
