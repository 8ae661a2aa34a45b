import { describe, expect, test } from 'vitest';
import { startStoreSimulator } from '../../../../lib/simulators/woocommerce/simulator.ts';
import { failureOf, httpTo, must } from '../../../mautic/support.ts';
import { apiAt, KEY, openStore, secureApiAt } from '../../support.ts';

const ORDERS = { kind: 'order', page: 1 } as const;
const WEBHOOK = {
  name: 'n',
  topic: 'order.updated',
  deliveryUrl: 'http://127.0.0.1:9/w',
  secret: 's',
} as const;

/** One that was free a moment ago. */
async function freePort(): Promise<number> {
  const store = await startStoreSimulator();
  await store.close();
  return Number(new URL(store.url).port);
}

describe('over https', () => {
  test('keys go by Basic and not into the query', async () => {
    const store = await openStore();

    must(await secureApiAt(store.url).list(ORDERS));

    expect(store.requests).toHaveLength(1);
    expect([...(store.requests[0]?.query.keys() ?? [])].join()).toBe('per_page,page,orderby,order,_fields');
  });

  test('keys go into the query once a host turns out to drop the header, and stay there', async () => {
    const store = await openStore({ dropsAuthorization: true });
    const api = secureApiAt(store.url);

    must(await api.list(ORDERS));
    must(await api.createWebhook(WEBHOOK));

    expect(store.requests.map(({ status, query }) => [status, query.has('consumer_secret')])).toEqual([
      [401, false],
      [200, true],
      [201, true],
    ]);
  });

  test('a write finds that out too, and is done once', async () => {
    const store = await openStore({ dropsAuthorization: true });

    must(await secureApiAt(store.url).createWebhook(WEBHOOK));

    expect(store.shop.webhooks.all()).toHaveLength(1);
  });

  test('an unknown key is tried in the query once only', async () => {
    const store = await openStore({ keys: [] });
    const api = secureApiAt(store.url);

    expect(failureOf(await api.list(ORDERS))).toMatchObject({ kind: 'authorise', code: 'unauthorised' });
    expect(failureOf(await api.list(ORDERS)).message).toContain('does not see a key');
    expect(store.requests.map(({ query }) => query.has('consumer_secret'))).toEqual([false, true, false]);
  });

  test('a wrong secret is never tried in the query', async () => {
    const store = await openStore();
    const api = secureApiAt(store.url, { ...KEY, consumerSecret: 'cs_wrong' });

    expect(failureOf(await api.list(ORDERS))).toMatchObject({ kind: 'authorise', code: 'unauthorised' });
    expect(store.requests).toHaveLength(1);
  });

  test('a wrong secret that only the query shows is told as such', async () => {
    const store = await openStore({ dropsAuthorization: true });
    const api = secureApiAt(store.url, { ...KEY, consumerSecret: 'cs_wrong' });

    expect(failureOf(await api.list(ORDERS)).message).toContain('Check consumer key and secret');
  });

  test('an attempt that proves nothing is made again', async () => {
    const store = await openStore({ dropsAuthorization: true });
    const api = secureApiAt(store.url);
    store.faults.failNext('html-503');

    expect(failureOf(await api.list(ORDERS))).toMatchObject({ code: 'unavailable' });
    expect(must(await api.list(ORDERS)).total).toBe(0);
  });

  test('a proxy that hides TLS from WordPress is named in the remedy', async () => {
    const store = await openStore();
    const failure = failureOf(
      await apiAt('https://shop.example.test', { http: httpTo(store.url) }).list(ORDERS),
    );

    expect(failure.message).toContain('must be told that the visitor used https');
  });
});

describe('over plain http', () => {
  test('requests are signed, writes and lists with dates too', async () => {
    const store = await openStore();
    const api = apiAt(store.url);

    must(await api.list({ ...ORDERS, modifiedAfter: 0, ids: ['1', '2'] }));
    must(await api.createWebhook(WEBHOOK));
    must(await api.changeWebhook('1', { secret: "it's (new) 100%!" }));

    expect(store.requests.map(({ status }) => status)).toEqual([200, 201, 200]);
    expect(store.requests.some(({ query }) => query.has('consumer_secret'))).toBe(false);
  });

  test('another address than the one in the store’s settings is named in the remedy', async () => {
    const store = await openStore({ home: 'http://www.shop.example.test/' });

    expect(failureOf(await apiAt(store.url).list(ORDERS)).message).toContain('exactly the site address');
  });

  test('below a path too', async () => {
    const port = await freePort();
    const store = await openStore({ port, home: `http://127.0.0.1:${String(port)}/my/shop/` });

    expect(must(await apiAt(`${store.url}/my/shop`).list(ORDERS)).total).toBe(0);
  });

  test('a wrong secret is a person’s matter', async () => {
    const store = await openStore();
    const api = apiAt(store.url, { keys: { ...KEY, consumerSecret: 'cs_wrong' } });

    expect(failureOf(await api.list(ORDERS))).toMatchObject({ kind: 'authorise', code: 'unauthorised' });
  });
});

describe('a key that may only read', () => {
  test('reads, and is named when it should write', async () => {
    const store = await openStore({ keys: [{ ...KEY, permissions: 'read' }] });

    for (const api of [apiAt(store.url), secureApiAt(store.url)]) {
      must(await api.webhooks());
      const failures = [
        failureOf(await api.createWebhook(WEBHOOK)),
        failureOf(await api.changeWebhook('1', { status: 'active' })),
      ];
      for (const failure of failures) {
        expect(failure).toMatchObject({ kind: 'authorise', code: 'read-only' });
        expect(failure.message).toContain('Read/Write');
      }
    }
  });

  test('is not confused with a wrong secret', async () => {
    const store = await openStore();
    const api = secureApiAt(store.url, { ...KEY, consumerSecret: 'cs_wrong' });

    expect(failureOf(await api.createWebhook(WEBHOOK))).toMatchObject({ code: 'unauthorised' });
  });
});
