import type { Store } from '../core/policy/configuration/store.ts';
import type { HeaderNames } from '../core/stores/source.ts';
import { HEADERS as FEED_HEADERS } from './fluentcart/webhooks/headers.ts';
import { HEADERS, SIGNATURE } from './woocommerce/webhooks/headers.ts';

/** What the rest of the house may know of a kind of store without knowing its code: data only. */
export interface CatalogEntry {
  /** The topics a store's webhooks must cover; other topics are accepted and dropped. */
  readonly topics: readonly string[];
  /** The topic of carts, where a companion in the store knows it. */
  readonly cartTopic?: string;
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
    cartTopic: 'cart.updated',
    headers: HEADERS,
    signature: SIGNATURE,
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
    headers: FEED_HEADERS,
    signature: { algorithm: 'none' },
  },
} as const satisfies Record<Store['kind'], CatalogEntry>;
