import type { Store } from '../core/policy/policy.ts';
import type { HeaderNames } from '../core/stores/source.ts';

/** What the rest of the house may know of a kind of store without knowing its code: data only. */
export interface CatalogEntry {
  /** The topics a store's webhooks must cover; other topics are accepted and dropped. */
  readonly topics: readonly string[];
  readonly headers: HeaderNames;
  /** `none`: the secret itself is sent. */
  readonly signature:
    | { readonly algorithm: 'sha256'; readonly encoding: 'base64' }
    | { readonly algorithm: 'none' };
}

export const CATALOG = {
  woocommerce: {
    // Products need no more: publishing and restoring send `product.updated` too (recordings 0034-0035, 0190-0192).
    topics: [
      'order.created',
      'order.updated',
      'order.deleted',
      'order.restored',
      'customer.created',
      'customer.updated',
      'customer.deleted',
      'product.created',
      'product.updated',
    ],
    headers: {
      signature: 'x-wc-webhook-signature',
      topic: 'x-wc-webhook-topic',
      webhookId: 'x-wc-webhook-id',
      deliveryId: 'x-wc-webhook-delivery-id',
      source: 'x-wc-webhook-source',
    },
    signature: { algorithm: 'sha256', encoding: 'base64' },
  },
  fluentcart: {
    // All there are (facts/fluentcart A1): nothing is sent when an order is placed or edited, or refunded in part.
    topics: [
      'order_paid_done',
      'order_status_changed_to_canceled',
      'order_fully_refunded',
      'subscription_activated',
      'subscription_reactivated',
      'subscription_canceled',
      'subscription_renewed',
      'subscription_eot',
      'subscription_expired_validity',
      'shipping_status_changed_to_shipped',
      'shipping_status_changed_to_delivered',
    ],
    headers: {
      signature: 'x-bridge-secret',
      topic: 'x-fluentcart-event',
      source: 'user-agent',
      contentType: 'content-type',
    },
    signature: { algorithm: 'none' },
  },
} as const satisfies Record<Store['kind'], CatalogEntry>;
