import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { closeServer, listenOnLoopback } from '../../../lib/local/aws/loopback.ts';
import { playStory, STORIES } from '../../../lib/local/demo/recordings.ts';
import { woocommerce } from '../../../lib/stores/woocommerce/webhooks/index.ts';
import { recordedDelivery } from '../../support/woocommerce.ts';

const SECRET = 'a secret of this test';

interface Arrived {
  readonly topic: unknown;
  readonly source: unknown;
  readonly body: string;
  readonly isSigned: boolean;
}

let arrived: Arrived[];
let bridgeUrl: string;

beforeEach(async () => {
  arrived = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { headers } = request;
      arrived.push({
        topic: headers['x-wc-webhook-topic'],
        source: headers['x-wc-webhook-source'],
        body,
        isSigned: headers['x-wc-webhook-signature'] === woocommerce.sign(Buffer.from(body), SECRET),
      });
      response.end();
    });
  });
  bridgeUrl = await listenOnLoopback(server);
  onTestFinished(() => closeServer(server));
});

const settings = () => ({ bridgeUrl, store: 'demo', secret: SECRET, storeUrl: undefined });

it('every story plays what a WooCommerce was recorded to send, byte for byte, signed with the store’s secret', async () => {
  for (const { id, deliveries, isForged = false } of STORIES) {
    arrived.length = 0;

    expect(await playStory(settings(), id)).toEqual(deliveries.map(() => 200));

    expect(arrived.map(({ isSigned }) => isSigned)).toEqual(deliveries.map(() => !isForged));
    for (const [index, { topic, body }] of arrived.entries()) {
      const { recording } = deliveries[index] as unknown as { readonly recording: string };
      const recorded = recordedDelivery(recording);
      expect([topic, body]).toEqual([recorded.headers['x-wc-webhook-topic'], recorded.body]);
    }
  }
});

it('a store that takes deliveries of its own address only is sent them from there', async () => {
  await playStory({ ...settings(), storeUrl: 'https://shop.example.test' }, 'failed');

  expect(arrived.map(({ source }) => source)).toEqual(arrived.map(() => 'https://shop.example.test'));
});

it('there is no other story', async () => {
  expect(await playStory(settings(), 'another')).toBeUndefined();
});
