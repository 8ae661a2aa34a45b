import { type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { ordersOf } from './by-id.ts';
import { type Found, type Item, type Reading, readAll, SUBSCRIPTIONS } from './pages.ts';
import { hasUpdatedSince, updatedSince } from './pro-filter.ts';

/** Subscriptions that may have changed after that moment (epoch ms): Pro is asked for them, free shows all there are. */
export async function subscriptionsSince(reading: Reading, after: number): Promise<Outcome<Found>> {
  const probe = await hasUpdatedSince(reading);
  if (!probe.ok) return probe;
  const list = { list: SUBSCRIPTIONS, source: 'subscription', relations: [] } as const;
  return probe.value.has ? updatedSince(reading, list, after) : readAll(reading, SUBSCRIPTIONS, []);
}

/**
 * The same subscriptions, each with the order it began with: that alone says whose it is on the bill, and whether it
 * was made in the test mode.
 */
export async function withOrders(
  reading: Reading,
  subscriptions: readonly Item[],
): Promise<Outcome<readonly Item[]>> {
  const ids = subscriptions
    .map((item) => String(item['parent_order_id']))
    .filter((id) => /^[1-9]\d*$/.test(id));
  if (ids.length === 0) return succeeded(subscriptions);
  const orders = await ordersOf(reading, [...new Set(ids)]);
  if (!orders.ok) return orders;
  const byId = new Map(orders.value.items.map((order) => [String(order['id']), order]));
  return succeeded(
    subscriptions.map((item) => ({
      ...item,
      order: byId.get(String(item['parent_order_id'])) ?? item['order'],
    })),
  );
}
