import type { OrderAddress } from './address.ts';
import type { Witness } from './witness.ts';

/** The dates in an order's body, epoch ms. */
interface OrderDates {
  readonly created_at?: number | undefined;
  /** REST alone says it. */
  readonly updated_at?: number | undefined;
  readonly billing_address: OrderAddress;
  readonly shipping_address: OrderAddress;
  readonly order_items: readonly Dated[];
  readonly transactions: readonly Dated[];
}

interface Dated {
  readonly updated_at?: number | undefined;
}

/**
 * The greatest date of all that belongs to the order. An order that an administrator made without an address has none
 * of its own in a webhook, and the customer's moves for other reasons (facts/fluentcart D1). Epoch ms.
 */
export function modifiedAtOf(order: OrderDates): number {
  const { billing_address: billing, shipping_address: shipping, order_items, transactions } = order;
  const parts = [billing, shipping, ...order_items, ...transactions].flatMap(
    ({ updated_at: at }) => at ?? [],
  );
  const known = [...ownDatesOf(order), ...parts];
  return known.length > 0 ? Math.max(...known) : (order.created_at ?? 0);
}

/**
 * A status moves no date but the order's own (facts/fluentcart D1). Where a body has none, all others may be older than
 * the status it shows: what is sure is that it was so when the body came. Epoch ms; `undefined`: `modifiedAtOf` is no
 * older than the status.
 */
export function seenAtOf(order: OrderDates, { receivedAt, readAt }: Witness): number | undefined {
  if (ownDatesOf(order).length > 0) return undefined;
  return Math.max(modifiedAtOf(order), receivedAt ?? readAt ?? 0);
}

/** When the order itself was changed: REST says it of the order, a webhook of the copies in its addresses. */
function ownDatesOf({ updated_at, billing_address, shipping_address }: OrderDates): readonly number[] {
  const copies = [billing_address, shipping_address].map(({ order }) => order.updated_at);
  return [updated_at, ...copies].filter((at) => at !== undefined);
}
