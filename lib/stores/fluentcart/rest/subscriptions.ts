import { type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { ordersOf } from './by-id.ts';
import { type Found, type Item, PER_PAGE, type Reading, readPage, SUBSCRIPTIONS } from './pages.ts';
import { hasUpdatedSince, type Since, updatedSince } from './pro-filter.ts';

/** A thousand, as many as are looked at each quarter of an hour without Pro. */
const NEWEST_PAGES = 5;

/**
 * Subscriptions that may have changed after that moment (epoch ms): Pro is asked for them. Of free the newest are read;
 * the others are found by whoever goes through all of them.
 */
export async function subscriptionsSince(reading: Reading, since: Since): Promise<Outcome<Found>> {
  const probe = await hasUpdatedSince(reading);
  if (!probe.ok) return probe;
  const list = { list: SUBSCRIPTIONS, source: 'subscription' } as const;
  return probe.value.has ? updatedSince(reading, list, since) : newest(reading);
}

async function newest(reading: Reading): Promise<Outcome<Found>> {
  const found = new Map<unknown, Item>();
  let now = reading.clock.now();
  for (let page = 1; page <= NEWEST_PAGES; page += 1) {
    const answer = await readPage(reading, SUBSCRIPTIONS, [
      ['sort_by', 'id'],
      ['sort_type', 'desc'],
      ['per_page', String(PER_PAGE)],
      ['page', String(page)],
    ]);
    if (!answer.ok) return answer;
    const { items, total } = answer.value;
    if (page === 1) now = answer.value.now;
    for (const item of items) found.set(item['id'], item);
    if (items.length === 0 || found.size >= total) break;
  }
  return succeeded({ items: [...found.values()], now });
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
