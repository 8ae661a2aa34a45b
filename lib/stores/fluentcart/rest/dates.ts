import type { Item } from './pages.ts';

const STAMP = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/** Epoch ms; a date without a zone is UTC. */
export function momentOf(value: unknown): number | undefined {
  const match = typeof value === 'string' ? STAMP.exec(value.trim()) : null;
  if (!match) return undefined;
  const stamp = match[0].replace(' ', 'T');
  const at = Date.parse(match[1] === undefined ? `${stamp}Z` : stamp);
  return at >= 0 ? at : undefined;
}

/**
 * When an order was last changed: the greatest date of all that belongs to it, because an edited address moves its own
 * only (facts/fluentcart D1); where it has no address, of its customer too, who then says who they are. Epoch ms; 0
 * without any.
 */
export function orderChangedAt(order: Item): number {
  const addresses = ['billing', 'shipping'].map((type) => addressOf(order, type)).filter(isAddress);
  const parts = [...itemsIn(order['order_items']), ...itemsIn(order['transactions'])];
  const whose = addresses.length === 0 ? [order['customer']] : [];
  const dates = [
    order,
    ...whose,
    ...parts,
    ...addresses.flatMap((address) => [address, fieldOf(address, 'order')]),
  ];
  return latest(dates.map((dated) => fieldOf(dated, 'updated_at'))) ?? momentOf(order['created_at']) ?? 0;
}

/** The one that the order has by name, or the first of this type that it lists; it may list more. */
function addressOf(order: Item, type: string): unknown {
  const listed = itemsIn(order['order_addresses']).find((address) => fieldOf(address, 'type') === type);
  return order[`${type}_address`] ?? listed;
}

function isAddress(value: unknown): boolean {
  return momentOf(fieldOf(value, 'updated_at')) !== undefined;
}

/** When a subscription was last changed. Epoch ms; 0 without any date. */
export function subscriptionChangedAt({ updated_at: changed, created_at: created }: Item): number {
  return momentOf(changed) ?? momentOf(created) ?? 0;
}

function latest(values: readonly unknown[]): number | undefined {
  const known = values.map(momentOf).filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** PHP sends a list with gaps as an object. */
function itemsIn(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Item)[name] : undefined;
}
