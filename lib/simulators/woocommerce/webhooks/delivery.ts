import { createHash, createHmac } from 'node:crypto';
import { VERSION } from '../records/site.ts';
import type { ShopWebhook } from './webhooks.ts';

/** A request to a webhook's URL, as it goes over the wire. Frozen: what happens to the shop later does not change it. */
export interface ShopDelivery {
  readonly kind: 'event' | 'ping';
  readonly webhookId: number;
  /** "" for a PING. */
  readonly topic: string;
  /** "" for a PING. Not unique (facts/woocommerce §1.1). */
  readonly deliveryId: string;
  /** What it is about, or the webhook of a PING. */
  readonly resourceId: number;
  readonly url: string;
  /** Names in lower case; without those of the connection. */
  readonly headers: Readonly<Record<string, string>>;
  /** ASCII, so its characters are its bytes. */
  readonly body: string;
}

const AGENT = `WooCommerce/${VERSION} Hookshot (WordPress/7.0.4)`;

/** Unsigned, and with nothing of WooCommerce in its headers (recording 0001). */
export function pingOf(webhook: ShopWebhook): ShopDelivery {
  return {
    kind: 'ping',
    webhookId: webhook.id,
    topic: '',
    deliveryId: '',
    resourceId: webhook.id,
    url: webhook.deliveryUrl,
    headers: { 'user-agent': AGENT, accept: '*/*', 'content-type': 'application/x-www-form-urlencoded' },
    body: `webhook_id=${String(webhook.id)}`,
  };
}

export interface Parcel {
  readonly webhook: ShopWebhook;
  readonly resourceId: number;
  readonly body: string;
  /** The shop's address, with a slash at the end. */
  readonly home: string;
  readonly now: number;
}

/** Signed with the secret the webhook has now (facts/woocommerce §2). */
export function deliveryOf({ webhook, resourceId, body, home, now }: Parcel): ShopDelivery {
  const { id, topic } = webhook;
  const [resource = '', event = ''] = topic.split('.');
  const deliveryId = deliveryIdOf(id, now);
  return {
    kind: 'event',
    webhookId: id,
    topic,
    deliveryId,
    resourceId,
    url: webhook.deliveryUrl,
    headers: {
      'user-agent': AGENT,
      accept: '*/*',
      'content-type': 'application/json',
      'x-wc-webhook-source': home,
      'x-wc-webhook-topic': topic,
      'x-wc-webhook-resource': resource,
      'x-wc-webhook-event': event,
      'x-wc-webhook-signature': createHmac('sha256', webhook.secret).update(body).digest('base64'),
      'x-wc-webhook-id': String(id),
      'x-wc-webhook-delivery-id': deliveryId,
    },
    body,
  };
}

/** The same for all deliveries of one webhook within a second, whatever they carry. */
function deliveryIdOf(webhookId: number, now: number): string {
  return createHash('md5')
    .update(`${String(webhookId)}.${String(Math.floor(now / 1000))}`)
    .digest('hex');
}
