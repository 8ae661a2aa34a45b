/** Statuses that WooCommerce itself gives to orders (`wc_get_order_statuses`, drafts and the trash); without `wc-`. */
const KNOWN: ReadonlySet<string> = new Set([
  'pending',
  'processing',
  'on-hold',
  'completed',
  'cancelled',
  'refunded',
  'failed',
  'checkout-draft',
  'auto-draft',
  'trash',
]);

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
