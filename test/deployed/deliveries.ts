import { randomUUID } from 'node:crypto';
import type { StoreSimulator } from '../../lib/simulators/woocommerce/simulator.ts';
import type { FeedRecording } from '../support/fluentcart.ts';
import { bodyOf, type Recording, recordedDelivery, sign } from '../support/woocommerce.ts';
import type { Emulator } from './emulator.ts';
import { httpsRequest } from './https-request.ts';
import { secretsOf } from './site.ts';

type NewOrder = Parameters<StoreSimulator['shop']['orders']['place']>[0];

const AT_ONCE = 6;

/** Where deliveries go. */
export interface Door {
  readonly emulator: Emulator;
  /** Of a store, as the stack's outputs tell it. */
  readonly url: string;
  /** What they are signed with. */
  readonly secret: string;
}

/** Sends a recording as the store would with this secret; the status of the answer. */
export function deliver({ emulator, url, secret }: Door, recording: Recording): Promise<number> {
  const { method, headers, body } = recording;
  const { host: _host, connection: _connection, 'content-length': _length, ...sent } = headers;
  const { host, pathname: path } = new URL(url);
  return httpsRequest({
    ...emulator,
    method,
    path,
    headers: {
      ...sent,
      host,
      'content-length': String(Buffer.byteLength(body)),
      'x-wc-webhook-signature': sign(body, secret),
    },
    body,
  });
}

/** Sends a recording as a feed would with this secret; the status of the answer. */
export function deliverFeed({ emulator, url, secret }: Door, recording: FeedRecording): Promise<number> {
  const { headers, body } = recording;
  const { host: _host, connection: _connection, 'content-length': _length, ...sent } = headers;
  const { host, pathname: path } = new URL(url);
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const own = { host, ...length, 'x-bridge-secret': secret };
  return httpsRequest({ ...emulator, method: 'POST', path, headers: { ...sent, ...own }, body });
}

/** Sends them, several at a time; how often each status was answered. */
export async function deliverAll<One>(
  recordings: readonly One[],
  deliverOne: (recording: One) => Promise<number>,
): Promise<Readonly<Record<number, number>>> {
  const waiting = [...recordings];
  const statuses: Record<number, number> = {};
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const status = await deliverOne(next);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return statuses;
}

/** A recorded order with other values in it, as a delivery of its own. */
export function orderWith(changes: Readonly<Record<string, unknown>>): Recording {
  const recording = recordedDelivery('0057');
  const headers = { ...recording.headers, 'x-wc-webhook-delivery-id': randomUUID() };
  return { ...recording, headers, body: JSON.stringify({ ...bodyOf('0057'), ...changes }) };
}

/** An order that is placed in a shop, as the shop sends it. */
export async function orderOfShop({ url, shop }: StoreSimulator, order: NewOrder): Promise<Recording> {
  const id = shop.orders.place(order);
  const { consumerKey = '', consumerSecret = '' } = secretsOf('staging');
  const key = Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64');
  const answer = await fetch(`${url}/wp-json/wc/v3/orders/${String(id)}`, {
    headers: { authorization: `Basic ${key}`, 'x-forwarded-proto': 'https' },
  });
  const { headers, ...recorded } = orderWith({});
  const own = { 'x-wc-webhook-source': `${url}/`, 'x-wc-webhook-resource-id': String(id) };
  return { ...recorded, headers: { ...headers, ...own }, body: await answer.text() };
}

/** Above what goes through the queue. */
const LARGE_TEXT = 'x'.repeat(1_500_000);

/** An order that goes by way of the bucket. */
export function largeOrder(): Recording {
  return orderWith({
    id: 990_001,
    billing: { first_name: 'Large', last_name: 'Order', email: 'large@example.test', country: 'FR' },
    meta_data: [{ id: 1, key: 'text', value: LARGE_TEXT }],
  });
}
