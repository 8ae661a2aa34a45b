import { sum } from '../ledger/money.ts';
import { isOwnStatus } from '../ledger/order-status.ts';
import type { Policy } from '../policy/policy.ts';
import type { Facts } from './facts.ts';
import type { KnownOrder } from './known-order.ts';

export interface Totals {
  readonly orderCount: number;
  /** Currency → sum of total plus refunds over counted orders, decimal string. */
  readonly spent: Readonly<Record<string, string>>;
}

/**
 * An order counts in the statuses the policy names, and in a status of the shop's own while it is paid: a plugin that
 * moves a paid order to `delivered` takes no money back.
 */
export function counts({ data }: Pick<KnownOrder, 'data'>, { countedStatuses }: CountingPolicy): boolean {
  if (countedStatuses.includes(data.status)) return true;
  return isOwnStatus(data.status) && data.paidAt !== undefined;
}

export type CountingPolicy = Pick<Policy, 'countedStatuses'>;

export function countedOrders({ orders }: Facts, policy: CountingPolicy): readonly KnownOrder[] {
  return orders.filter((order) => counts(order, policy));
}

export function totalsOf(counted: readonly KnownOrder[]): Totals {
  const amounts = Map.groupBy(counted, ({ data }) => data.currency);
  const spent = [...amounts].map(([currency, orders]): [string, string] => [
    currency,
    sum(orders.flatMap(({ data }) => [data.total, data.refunded])),
  ]);
  return {
    orderCount: counted.length,
    spent: Object.fromEntries(spent.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
