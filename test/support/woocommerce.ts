import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Arrival } from '../../lib/core/ledger/delivery.ts';

/** The secret of every recorded webhook: a throwaway. */
export const RECORDED_SECRET = 's3cr3t-lab-key-0123456789';

const DELIVERIES = new URL('../fixtures/woocommerce/deliveries/', import.meta.url);

const Recording = v.object({
  label: v.string(),
  receivedAt: v.string(),
  method: v.string(),
  headers: v.record(v.string(), v.string()),
  /** The exact text that was signed. */
  body: v.string(),
});

export type Recording = v.InferOutput<typeof Recording> & {
  /** Its number, as in "0057". */
  readonly number: string;
  readonly topic: string;
};

const RECORDINGS = readdirSync(DELIVERIES)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map(read);

/** Every delivery a running WooCommerce sent, in the order it came; PINGs have the topic "". */
export function recordedDeliveries(): readonly Recording[] {
  return RECORDINGS;
}

/** @throws Error when there is no recording of this number. */
export function recordedDelivery(number: string): Recording {
  const found = RECORDINGS.find((recording) => recording.number === number);
  if (!found) throw new Error(`there is no recording ${number}`);
  return found;
}

/** The recordings of these numbers, in the order asked for. */
export function recorded(...numbers: readonly string[]): readonly Recording[] {
  return numbers.map(recordedDelivery);
}

/** Signs as WooCommerce does, written apart from the code under test. */
export function sign(body: string | Uint8Array, secret: string = RECORDED_SECRET): string {
  return createHmac('sha256', secret).update(body).digest('base64');
}

/** The recording as `record` meets it. */
export function arrivalOf(recording: Recording, store = 'demo'): Arrival {
  const { headers, receivedAt, topic } = recording;
  return {
    schema: 1,
    store,
    receivedAt,
    topic,
    webhookId: headers['x-wc-webhook-id'] ?? '',
    deliveryId: headers['x-wc-webhook-delivery-id'] ?? '',
    body: new TextEncoder().encode(recording.body),
  };
}

/** An arrival of any body under any topic. */
export function arrivalWith(topic: string, body: unknown): Arrival {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return arrivalOf({ ...recordedDelivery('0057'), topic, body: text });
}

/** The parsed body of a recording, for tests that change a field of it. */
export function bodyOf(number: string): Record<string, unknown> {
  return v.parse(v.record(v.string(), v.unknown()), JSON.parse(recordedDelivery(number).body));
}

function read(file: string): Recording {
  const recording = v.parse(Recording, JSON.parse(readFileSync(new URL(file, DELIVERIES), 'utf8')));
  return { ...recording, number: file.slice(0, 4), topic: recording.headers['x-wc-webhook-topic'] ?? '' };
}
