import * as v from 'valibot';
import { momentIn } from './moment.ts';

/**
 * One webhook delivery as it travels through the queue: the raw body byte for byte (base64, because a queue
 * refuses control characters and a body need not be valid UTF-8), or the key of the object that holds it.
 */
export const Delivery = v.object({
  schema: v.literal(1),
  store: v.string(),
  /**
   * When ingest received it, ISO 8601 UTC; "" when a message does not say, or names no moment. Decides between equals
   * (`version.ts`).
   */
  receivedAt: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => (momentIn(text) === undefined ? '' : text)),
    ),
    '',
  ),
  topic: v.string(),
  webhookId: v.string(),
  /** Not unique: all deliveries of one webhook within a second share it (facts/woocommerce §1.1). */
  deliveryId: v.string(),
  /** Only of a store whose bodies have more than one format. */
  contentType: v.exactOptional(v.string()),
  body: v.variant('in', [
    v.object({ in: v.literal('message'), base64: v.string() }),
    v.object({ in: v.literal('bucket'), key: v.string() }),
  ]),
});
export type Delivery = v.InferOutput<typeof Delivery>;

/**
 * Not a store's topic but `ingest`'s own, which no request can carry past it: a request that named a webhook had a
 * wrong signature. Its body is empty.
 */
export const REFUSED_TOPIC = 'bridge.refused';

/** A delivery whose body is at hand: what a source translates. */
export type Arrival = Omit<Delivery, 'body'> & {
  readonly body: Uint8Array;
  /** Orders of the store's test mode are orders. */
  readonly testOrders?: boolean;
};
