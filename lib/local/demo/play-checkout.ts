import { CATALOG } from '../../stores/catalog.ts';
import { woocommerce } from '../../stores/woocommerce/webhooks/index.ts';
import deliveries from './checkout.data.json' with { type: 'json' };

export interface CheckoutSettings {
  /** Where the bridge listens. */
  readonly bridgeUrl: string;
  readonly store: string;
  readonly secret: string;
  /** The store's address, if the bridge takes deliveries of one address only. */
  readonly storeUrl: string | undefined;
}

/** The address of the recorded customer; synthetic, like all recorded data. */
export const DEMO_EMAIL = 'helene@example.test';

/**
 * Sends a checkout as a running WooCommerce sent it (recordings 0020–0059): its products, then the order, twice
 * and out of order, then its completion. Signed anew with the store's secret.
 * @throws Error when the bridge answers a delivery with anything but 200.
 */
export async function playCheckout(settings: CheckoutSettings): Promise<number> {
  const { headers } = CATALOG.woocommerce;
  for (const { topic, webhookId, deliveryId, source, body } of deliveries) {
    const response = await fetch(`${settings.bridgeUrl}/webhooks/${settings.store}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [headers.topic]: topic,
        [headers.webhookId]: webhookId,
        [headers.deliveryId]: deliveryId,
        [headers.source]: settings.storeUrl ?? source,
        [headers.signature]: woocommerce.sign(Buffer.from(body), settings.secret),
      },
      body,
    });
    await response.body?.cancel();
    if (response.status !== 200)
      throw new Error(`The bridge answered ${String(response.status)} to a recorded ${topic}`);
  }
  return deliveries.length;
}
