/** The topics that tell of something; coupons, actions and whatever a plugin adds do not. */
const TOPICS = [
  'order.created',
  'order.updated',
  'order.restored',
  'order.deleted',
  'customer.created',
  'customer.updated',
  'customer.deleted',
  'cart.updated',
  'product.created',
  'product.updated',
  'product.published',
  'product.restored',
  'product.deleted',
  // Of the extension WooCommerce Subscriptions; nobody is asked to make webhooks for them.
  'subscription.created',
  'subscription.updated',
  'subscription.switched',
  'subscription.deleted',
] as const;
export type Topic = (typeof TOPICS)[number];

export function isTopic(topic: string): topic is Topic {
  return TOPICS.some((known) => known === topic);
}

/** Everything else is dropped by its topic. */
export function accepts(topic: string): 'take' | 'drop' {
  return isTopic(topic) ? 'take' : 'drop';
}
