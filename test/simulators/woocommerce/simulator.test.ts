import { describe, expect, onTestFinished, test } from 'vitest';
import { startStoreSimulator } from '../../../lib/simulators/woocommerce/simulator.ts';
import { type Reply, serve } from '../../mautic/support.ts';
import { sign } from '../../support/woocommerce.ts';

async function open(answer: () => Reply) {
  // However long a busy machine takes to answer.
  const store = await startStoreSimulator({ deadline: () => new AbortController().signal });
  onTestFinished(() => store.close());
  const receiver = await serve(answer);
  return { store, receiver };
}

describe('a simulated store', () => {
  test('sends its webhooks by HTTP, signed, after a PING', async () => {
    const { store, receiver } = await open(() => ({ status: 200 }));
    const { shop } = store;
    shop.webhooks.create({ topic: 'order.created', deliveryUrl: `${receiver.url}/hook?a=b`, secret: 'hush' });
    shop.orders.place();

    const sent = await store.drain();

    expect(sent.map(({ status }) => status)).toEqual([200, 200]);
    const [ping, created] = receiver.seen;
    expect(ping).toMatchObject({ method: 'POST', url: '/hook?a=b', text: 'webhook_id=1' });
    expect(created?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-wc-webhook-topic': 'order.created',
      'x-wc-webhook-source': `${store.url}/`,
      'x-wc-webhook-signature': sign(created?.text ?? '', 'hush'),
    });
  });

  test('follows no redirect, and takes it for success (facts §1.4)', async () => {
    const { store, receiver } = await open(() => ({ status: 302, headers: { Location: '/elsewhere' } }));
    store.shop.webhooks.create({ topic: 'order.created', deliveryUrl: receiver.url });
    store.shop.deliveries.takePing();
    store.shop.orders.place();

    expect((await store.drain())[0]?.status).toBe(302);
    expect(store.shop.webhooks.get(1)?.failures).toBe(0);
    expect(receiver.seen.filter(({ text }) => text.startsWith('{'))).toHaveLength(1);
  });

  test('counts an unreachable receiver as a failure', async () => {
    const { store } = await open(() => ({ status: 200 }));
    store.shop.webhooks.create({ topic: 'order.created', deliveryUrl: 'http://127.0.0.1:9/' });
    store.shop.orders.place();

    expect((await store.drain()).map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(store.shop.webhooks.get(1)?.failures).toBe(1);
  });

  test('sends the PING of a webhook made by REST before it answers', async () => {
    const { store, receiver } = await open(() => ({ status: 200 }));
    const headers = {
      'X-Forwarded-Proto': 'https',
      Authorization: `Basic ${btoa('ck_local:cs_local')}`,
      'Content-Type': 'application/json',
    };
    const body = JSON.stringify({ topic: 'order.created', delivery_url: receiver.url });

    const answer = await fetch(`${store.url}/wp-json/wc/v3/webhooks`, { method: 'POST', headers, body });

    expect(answer.status).toBe(201);
    expect(receiver.seen.map(({ text }) => text)).toEqual(['webhook_id=1']);
  });

  test('rejects when its port is taken', async () => {
    const { store } = await open(() => ({ status: 200 }));

    await expect(startStoreSimulator({ port: Number(new URL(store.url).port) })).rejects.toThrow(
      'EADDRINUSE',
    );
  });
});
