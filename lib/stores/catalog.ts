import type { Store } from '../core/policy/policy.ts';
import type { HeaderNames } from '../core/stores/source.ts';

/** What the rest of the house may know of a kind of store without knowing its code: data only. */
export interface CatalogEntry {
  /** The topics a store's webhooks must cover; other topics are accepted and dropped. */
  readonly topics: readonly string[];
  readonly headers: HeaderNames;
  readonly signature: { readonly algorithm: 'sha256'; readonly encoding: 'base64' };
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
} as const satisfies Record<Store['kind'], CatalogEntry>;
