import * as v from 'valibot';
import type { Ring } from '../../core/contact/contact.ts';
import { Delivery } from '../../core/ledger/delivery.ts';
import type { ContactKey } from '../../core/ledger/email.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A key has 22 characters; DynamoDB refuses one of more than 2,048 bytes, however often it is asked. */
const LONGEST_CONTACT = 64;

const RingMessage = v.object({
  contact: v.pipe(
    v.string(),
    v.nonEmpty(),
    v.maxLength(LONGEST_CONTACT),
    v.transform((text) => text as ContactKey),
  ),
  wanted: count,
  attempts: count,
  doubt: v.exactOptional(v.boolean()),
});

/** The delivery in a message; `undefined` when it is none that this version knows, which no retry would change. */
export function readDelivery(body: string): Delivery | undefined {
  return read(Delivery, body);
}

/** The ring in a message; `undefined` when it is none. */
export function readRing(body: string): Ring | undefined {
  return read(RingMessage, body);
}

/** The delivery in a message, and whether an earlier try may have stopped half-way. */
export function readReceivedDelivery(
  body: string,
  receives: number,
): { delivery: Delivery; redelivered: boolean } | undefined {
  const delivery = readDelivery(body);
  return delivery && { delivery, redelivered: receives > 1 };
}

/** The ring in a message, with how often the message was received. */
export function readReceivedRing(
  body: string,
  receives: number,
): { ring: Ring; receives: number } | undefined {
  const ring = readRing(body);
  return ring && { ring, receives };
}

function read<Schema extends v.GenericSchema>(
  schema: Schema,
  body: string,
): v.InferOutput<Schema> | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body);
  return result.success ? result.output : undefined;
}
