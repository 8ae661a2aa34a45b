import { randomUUID } from 'node:crypto';
import type { FeedRecording } from '../support/fluentcart.ts';
import { bodyOf, type Recording, recordedDelivery, sign } from '../support/woocommerce.ts';
import type { Emulator } from './emulator.ts';
import { httpsRequest } from './https-request.ts';

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
