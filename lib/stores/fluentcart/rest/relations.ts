import type { Query } from './client.ts';
import type { Item } from './pages.ts';

/**
 * What an order is nothing without; a list has none of it unless it is asked for, and an unknown relation is answered
 * with 500 (facts/fluentcart D3).
 */
export const WITH_ALL: Query = ['customer', 'order_items', 'transactions', 'order_addresses'].map(
  (relation) => ['with[]', relation] as const,
);

/** SKUs and categories (facts/fluentcart D4). */
export const WITH_SKUS: Query = ['variants', 'categories'].map((relation) => ['with[]', relation] as const);

/** An order without the copies of itself in its addresses, which make it three times as long. */
export function slim(order: Item): Item {
  const addresses = order['order_addresses'];
  if (!Array.isArray(addresses)) return order;
  return { ...order, order_addresses: addresses.map(withoutCopies) };
}

function withoutCopies(address: unknown): unknown {
  if (typeof address !== 'object' || address === null) return address;
  const { order: _order, formatted_address: _formatted, ...rest } = address as Item;
  return rest;
}
