import type { RawDelivery } from '../support/oracle.ts';
import type { Recording } from '../support/woocommerce.ts';

/** A delivery as the calculation takes it. */
export function rawOf({ topic, headers, body }: Recording): RawDelivery {
  const webhookId = headers['x-wc-webhook-id'] ?? '';
  return { topic, webhookId, deliveryId: headers['x-wc-webhook-delivery-id'] ?? '', body };
}
