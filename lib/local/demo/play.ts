import { CATALOG } from '../../stores/catalog.ts';
import { woocommerce } from '../../stores/woocommerce/webhooks/index.ts';

export interface PlaySettings {
  /** Where the bridge listens. */
  readonly bridgeUrl: string;
  readonly store: string;
  readonly secret: string;
  /** The store's address, if the bridge takes deliveries of one address only. */
  readonly storeUrl: string | undefined;
}

/** A delivery as a running WooCommerce sent it. */
export interface RecordedDelivery {
  readonly topic: string;
  readonly webhookId: string;
  readonly deliveryId: string;
  /** The address of the store it was recorded from. */
  readonly source: string;
  /** The exact text that was signed. */
  readonly body: string;
}

/** Sends recorded deliveries one after the other, signed anew with the store's secret. Answers their statuses. */
export async function play(
  { bridgeUrl, store, secret, storeUrl }: PlaySettings,
  deliveries: readonly RecordedDelivery[],
): Promise<readonly number[]> {
  const { headers } = CATALOG.woocommerce;
  const statuses: number[] = [];
  for (const { topic, webhookId, deliveryId, source, body } of deliveries) {
    const response = await fetch(`${bridgeUrl}/webhooks/${store}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [headers.topic]: topic,
        [headers.webhookId]: webhookId,
        [headers.deliveryId]: deliveryId,
        [headers.source]: storeUrl ?? source,
        [headers.signature]: woocommerce.sign(Buffer.from(body), secret),
      },
      body,
    });
    await response.body?.cancel();
    statuses.push(response.status);
  }
  return statuses;
}
