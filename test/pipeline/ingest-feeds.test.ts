import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../lib/core/ledger/delivery.ts';
import type { Store } from '../../lib/core/policy/configuration/store.ts';
import type { WebhookRequest } from '../../lib/core/stores/source.ts';
import { createMemoryBodies, createMemoryDeliveries } from '../../lib/local/memory/queue.ts';
import { createIngest } from '../../lib/pipeline/ingest.ts';
import { senderOf } from '../../lib/stores/senders.ts';
import {
  FEED_SECRET,
  FEED_SOURCE,
  type FeedRecording,
  feedRecording,
  feedRecordings,
} from '../support/fluentcart.ts';
import { recordingLog } from '../support/log.ts';
import { recordedDelivery } from '../support/woocommerce.ts';

const STORE: Store = { id: 'fluent', kind: 'fluentcart', currency: 'EUR', url: FEED_SOURCE };
const SHOP: Store = { id: 'demo', kind: 'woocommerce', currency: 'EUR' };

let sent: Delivery[];
let counted: string[];

beforeEach(() => {
  sent = [];
  counted = [];
});

function take(request: WebhookRequest, secrets: readonly string[] = [FEED_SECRET], store: Store = STORE) {
  const ingest = createIngest({
    stores: [STORE, SHOP],
    senderOf,
    secrets: { of: async () => secrets },
    deliveries: { ...createMemoryDeliveries(), send: async (delivery) => void sent.push(delivery) },
    bodies: createMemoryBodies(),
    clock: { now: () => 0, sleep: async () => undefined },
    log: recordingLog(() => undefined),
    metrics: { count: (name) => void counted.push(name) },
  });
  return ingest(store.id, request);
}

function requestOf(
  { headers, body, url }: FeedRecording,
  more: Readonly<Record<string, string>> = {},
): WebhookRequest {
  const query = Object.fromEntries(new URL(url, 'http://bridge').searchParams);
  return { headers: { 'x-bridge-secret': FEED_SECRET, ...headers, ...more }, query, body: Buffer.from(body) };
}

describe('a FluentCart delivery', () => {
  it.each(feedRecordings())(
    'of recording $number is taken with its event, its type and its body',
    async (recording) => {
      expect(await take(requestOf(recording))).toMatchObject({ status: 200, message: 'accepted' });

      const [delivery] = sent;
      expect(delivery).toMatchObject({
        store: 'fluent',
        topic: recording.headers['x-fluentcart-event'] ?? '',
        contentType: recording.headers['content-type'],
        body: { in: 'message', base64: Buffer.from(recording.body).toString('base64') },
      });
    },
  );

  it('has its event in the query of the URL where no header names it', async () => {
    const request = requestOf({ ...feedRecording('004'), url: '/webhooks/fluent?event=order_paid_done' });

    await take(request);

    expect(sent).toMatchObject([{ topic: 'order_paid_done' }]);
  });

  it('is refused with a wrong secret, and taken with the one before while it is being rotated', async () => {
    const request = requestOf(feedRecording('001'));

    expect(await take(request, ['another'])).toMatchObject({ status: 401 });
    expect(await take(request, ['another', FEED_SECRET])).toMatchObject({ status: 200 });
    expect(sent).toHaveLength(1);
  });

  it('of a staging clone, which kept the address and the secret, is dropped and counted', async () => {
    const clone = { 'user-agent': 'WordPress/7.0.4; https://staging.shop.example' };

    expect(await take(requestOf(feedRecording('001'), clone))).toMatchObject({ status: 200 });
    expect(sent).toEqual([]);
    expect(counted).toEqual(['ForeignSource']);
  });

  it('of the same store under a path of another case or with a slash at its end is its own', async () => {
    const same = { 'user-agent': `WordPress/7.0.4; ${FEED_SOURCE}/` };

    await take(requestOf(feedRecording('001'), same));

    expect(sent).toHaveLength(1);
  });

  it('without a name in the User-Agent is foreign to a store with an address', async () => {
    await take(requestOf(feedRecording('001'), { 'user-agent': 'curl/8' }));

    expect(counted).toEqual(['ForeignSource']);
  });
});

it('a WooCommerce delivery travels without a content type, as it always did', async () => {
  const { headers, body } = recordedDelivery('0057');

  await take({ headers, body: Buffer.from(body) }, ['s3cr3t-lab-key-0123456789'], SHOP);

  expect(sent).toHaveLength(1);
  expect(Object.keys(sent[0] ?? {})).not.toContain('contentType');
});
