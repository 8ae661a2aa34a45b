import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookRequest } from '../../../core/stores/source.ts';
import { HEADERS, SIGNATURE } from './headers.ts';

/** Base64 of HMAC-SHA256 over the raw bytes, with the secret as it was typed (every signed recording). */
export function sign(body: Uint8Array, secret: string): string {
  return createHmac(SIGNATURE.algorithm, secret).update(body).digest(SIGNATURE.encoding);
}

/** Tries every secret, so that the time tells nothing; an empty secret proves nothing, so it never matches. */
export function isGenuine(
  body: Uint8Array,
  signature: string | undefined,
  secrets: readonly string[],
): boolean {
  if (!signature) return false;
  const given = Buffer.from(signature);
  let genuine = false;
  for (const secret of secrets) {
    const expected = Buffer.from(sign(body, secret));
    const same = given.length === expected.length && timingSafeEqual(given, expected);
    genuine = (same && secret !== '') || genuine;
  }
  return genuine;
}

const LONGEST_PING = 40;

/** Unsigned, with nothing but `webhook_id=1` in its body (recording 0001). */
export function isPing({ headers, body }: WebhookRequest): boolean {
  if (headers[HEADERS.signature] !== undefined || body.length > LONGEST_PING) return false;
  return /^webhook_id=\d+$/.test(new TextDecoder().decode(body));
}
