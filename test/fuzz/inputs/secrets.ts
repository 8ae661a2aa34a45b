import { createHmac } from 'node:crypto';

/** Store → its webhook secrets, the current one first. */
export const SECRETS: Readonly<Record<string, readonly string[]>> = {
  demo: ['fuzz-secret-current <>&"\'', 'fuzz-secret-previous'],
  shop: ['fuzz-secret-of-the-shop'],
  fluent: ['fuzz-secret-of-the-feeds', 'fuzz-secret-of-the-feeds-before'],
};

/** Signs as WooCommerce does, written apart from the code under test. */
export function signatureOf(body: Uint8Array, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('base64');
}
