import type { HeaderNames } from '../../../core/stores/source.ts';

/** Where a delivery says what it is (every signed recording). */
export const HEADERS = {
  signature: 'x-wc-webhook-signature',
  topic: 'x-wc-webhook-topic',
  webhookId: 'x-wc-webhook-id',
  deliveryId: 'x-wc-webhook-delivery-id',
  source: 'x-wc-webhook-source',
} as const satisfies HeaderNames;

/** How it is signed. */
export const SIGNATURE = { algorithm: 'sha256', encoding: 'base64' } as const;
