/** Statuses that placed orders have in WooCommerce itself (`wc_get_order_statuses`), without `wc-`; plugins add their own. */
export const ORDER_STATUSES: readonly string[] = [
  'pending',
  'processing',
  'on-hold',
  'completed',
  'cancelled',
  'refunded',
  'failed',
];

/** Those, drafts and the trash. */
const KNOWN: ReadonlySet<string> = new Set([...ORDER_STATUSES, 'checkout-draft', 'auto-draft', 'trash']);

/** A status that the shop or one of its plugins added: `delivered`, `shipped`. */
export function isOwnStatus(status: string): boolean {
  return !KNOWN.has(status);
}

/**
 * Nobody has paid or promised to. `cancelled` is one of them because WooCommerce itself cancels what is not paid
 * within an hour; whether such an order was more before is known by its other statuses and its date of payment.
 */
const UNPROMISED: ReadonlySet<string> = new Set([
  'pending',
  'failed',
  'cancelled',
  'checkout-draft',
  'auto-draft',
  'trash',
]);

/** Whether an order in this status is no more than an attempt to buy. */
export function isAttempt(status: string): boolean {
  return UNPROMISED.has(status);
}

/** A checkout has begun it, and nobody has placed it. */
export const DRAFT = 'checkout-draft';
