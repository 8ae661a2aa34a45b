/** What the simulated shop tells its webhooks; it sends `coupon.deleted` for what is no coupon, as the real one does. */
export const TOPICS = [
  'order.created',
  'order.updated',
  'order.deleted',
  'order.restored',
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'product.created',
  'product.updated',
  'product.deleted',
  'product.restored',
  'product.published',
  'coupon.deleted',
] as const;

/** What a companion registers besides. */
const CARTS = 'cart.updated';

export type Topic = (typeof TOPICS)[number] | typeof CARTS;

const VALID =
  /^((coupon|customer|order|product)\.(created|updated|deleted|restored)|product\.published|action\.(woocommerce|wc)_\w+)$/;

/** Whether WooCommerce takes a webhook of this topic; `order.published` is refused (facts/woocommerce §4). */
export function isValidTopic(topic: string, hasCompanion: boolean): boolean {
  return VALID.test(topic) || (hasCompanion && topic === CARTS);
}
