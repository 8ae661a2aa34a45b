import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type StoreSimulatorOptions,
  startStoreSimulator,
} from '../../../lib/simulators/woocommerce/simulator.ts';
import { restRecording } from '../../stores/support.ts';

const API = '/wp-json/wc/v3';
const BASIC = `Basic ${btoa('ck_local:cs_local')}`;
const TLS = { 'X-Forwarded-Proto': 'https', Authorization: BASIC };

async function open(options: StoreSimulatorOptions = {}) {
  let now = Date.parse('2026-11-21T23:28:00Z');
  const store = await startStoreSimulator({ clock: { now: () => now }, ...options });
  onTestFinished(() => store.close());
  async function call(path: string, init: RequestInit = {}) {
    const response = await fetch(`${store.url}${API}${path}`, { headers: TLS, ...init });
    const text = await response.text();
    const { status, headers } = response;
    return { status, headers, body: (text.startsWith('<') ? text : JSON.parse(text)) as unknown };
  }
  return {
    shop: store.shop,
    call,
    forward: (seconds: number) => {
      now += seconds * 1000;
    },
    total: async (query: string) => (await call(`/orders?per_page=1&${query}`)).headers.get('x-wp-total'),
    ids: async (query: string) =>
      ((await call(`/orders?${query}`)).body as { id: number }[]).map(({ id }) => id),
  };
}

describe('who may come in (facts §4)', () => {
  test.each([
    ['Basic under TLS', {}, TLS, '', 200],
    ['Basic over plain http', {}, { Authorization: BASIC }, '', 401],
    ['Basic where WordPress sees TLS by itself', { seesTls: true }, { Authorization: BASIC }, '', 200],
    ['Basic that the host drops', { dropsAuthorization: true }, TLS, '', 401],
    [
      'the query where the host drops Basic',
      { dropsAuthorization: true },
      TLS,
      '?consumer_key=ck_local&consumer_secret=cs_local',
      200,
    ],
    ['the query over plain http', {}, {}, '?consumer_key=ck_local&consumer_secret=cs_local', 401],
    ['nobody', {}, {}, '', 401],
  ])('%s', async (...[, options, headers, query, status]) => {
    const { call } = await open(options);

    expect((await call(`/orders${query}`, { headers })).status).toBe(status);
  });

  test('a signature is checked with its time and its nonce', async () => {
    const { call } = await open();
    const query = new URLSearchParams({
      oauth_consumer_key: 'ck_local',
      oauth_nonce: 'n',
      oauth_timestamp: '1',
      oauth_signature_method: 'HMAC-SHA256',
      oauth_signature: 'AAAA',
    });

    expect((await call(`/orders?${query.toString()}`, { headers: {} })).body).toMatchObject({
      code: 'woocommerce_rest_authentication_error',
      message: 'Invalid signature - provided signature does not match.',
    });
  });
});

describe('an error is the recorded one:', () => {
  const write = { method: 'POST', body: '{"topic":"order.updated","delivery_url":"http://127.0.0.1:9/"}' };

  test.each([
    ['err-401-none', '/orders', {}, { headers: {} }],
    ['err-401-bad-key', '/orders', { keys: [] }, {}],
    ['err-401-bad-secret', '/orders', { keys: [{ consumerKey: 'ck_local', consumerSecret: 'other' }] }, {}],
    ['err-401-plain-http-basic', '/orders', {}, { headers: { Authorization: BASIC } }],
    [
      'err-readonly-key-write',
      '/webhooks',
      { keys: [{ consumerKey: 'ck_local', consumerSecret: 'cs_local', permissions: 'read' as const }] },
      write,
    ],
    [
      'err-writeonly-key-read',
      '/orders',
      { keys: [{ consumerKey: 'ck_local', consumerSecret: 'cs_local', permissions: 'write' as const }] },
      {},
    ],
    ['err-404-order', '/orders/999999', {}, {}],
    ['err-404-route', '/nope', {}, {}],
    ['webhook-get-404', '/webhooks/19', {}, {}],
    [
      'webhook-create-bad-topic',
      '/webhooks',
      {},
      { ...write, body: '{"topic":"x","delivery_url":"http://b"}' },
    ],
    [
      'webhook-create-bad-url',
      '/webhooks',
      {},
      { ...write, body: '{"topic":"order.updated","delivery_url":"ftp://b"}' },
    ],
    ['webhook-create-no-url', '/webhooks', {}, { ...write, body: '{"topic":"order.updated"}' }],
  ])('%s', async (...[name, path, options, init]) => {
    const { call } = await open(options);
    const { status, body } = restRecording(name);

    expect(await call(path, { headers: TLS, ...init })).toMatchObject({ status, body: body as object });
  });

  test.each([
    ['err-400-bad-param', '/orders?per_page=abc'],
    ['orders-per_page-101', '/orders?per_page=101'],
    ['orders-orderby-price', '/orders?orderby=price'],
    ['orders-status-bad', '/orders?status=bogus'],
  ])('%s, by its code and parameter', async (name, path) => {
    const { call } = await open();
    const { status, body } = restRecording(name);
    const { code, message } = body as { code: string; message: string };

    expect(await call(path)).toMatchObject({ status, body: { code, message } });
  });

  test('a page outside the API is a page', async () => {
    const { call } = await open();

    expect(await call('/../../../shop')).toMatchObject({
      status: 404,
      body: expect.stringContaining('<!DOCTYPE') as string,
    });
  });
});

describe('a list of orders', () => {
  test('counts in the table of §1.8: 10 changed after the moment, 145 before it', async () => {
    const stamp = '2026-11-21T23:28:56';
    const forms = [
      `${stamp}&dates_are_gmt=true`,
      `${stamp}Z`,
      `${stamp}.000Z`,
      `${stamp}Z&dates_are_gmt=true`,
      `${stamp}.000Z&dates_are_gmt=true`,
      stamp,
    ];
    const table = [];
    for (const zone of ['Europe/Paris', 'UTC', 'America/New_York']) {
      const { shop, forward, total } = await open({ zone });
      for (let index = 0; index < 135; index += 1) shop.orders.place();
      forward(120);
      for (let index = 0; index < 10; index += 1) shop.orders.place();
      table.push(await Promise.all(forms.map((form) => total(`modified_after=${form}`))));
    }

    expect(table).toEqual([
      ['10', '10', '145', '0', '0', '145'],
      ['10', '10', '10', '10', '10', '10'],
      ['10', '10', '0', '145', '145', '0'],
    ]);
  });

  test('excludes both bounds', async () => {
    const { shop, forward, ids } = await open();
    const placed = [0, 1, 2].map(() => {
      forward(1);
      return shop.orders.place();
    });
    const query = 'dates_are_gmt=true&modified_after=2026-11-21T23:28:01&modified_before=2026-11-21T23:28:03';

    expect(await ids(query)).toEqual([placed[1]]);
  });

  test('leaves out drafts and the trash unless asked for', async () => {
    const { shop, ids } = await open();
    const [live, draft, trashed] = [shop.orders.place(), shop.orders.openDraft(), shop.orders.place()];
    shop.orders.trash(trashed);

    expect(await ids('')).toEqual([live]);
    expect(await ids('status=trash')).toEqual([trashed]);
    expect(await ids('status=checkout-draft,processing&order=asc')).toEqual([live, draft]);
    expect(await ids(`include=${String(trashed)},${String(live)}`)).toEqual([live]);
  });

  test('is empty with a total of 0 past its end (recording orders-beyond-last)', async () => {
    const { shop, call } = await open();
    shop.orders.place();

    const page = await call('/orders?page=2');

    expect(page).toMatchObject({ status: 200, body: [] });
    expect([page.headers.get('x-wp-total'), page.headers.get('x-wp-totalpages')]).toEqual(['0', '0']);
  });

  test('carries the shop’s clock', async () => {
    const { call } = await open();

    expect((await call('/orders')).headers.get('date')).toBe('Sat, 21 Nov 2026 23:28:00 GMT');
  });
});

describe('what a list shows', () => {
  test('are only the fields asked for, in the order of the body (recording orders-fields)', async () => {
    const { shop, call } = await open();
    const id = shop.orders.place();
    const recorded = restRecording('orders-fields').body as Record<string, unknown>[];
    const fields = '_fields=id,status,total,date_modified_gmt';

    const { body } = await call(`/orders?${fields}`);

    expect(Object.keys((body as Record<string, unknown>[])[0] ?? {})).toEqual(Object.keys(recorded[0] ?? {}));
    expect((await call(`/orders/${String(id)}?_fields=id`)).body).toEqual({ id });
    expect((await call('/orders/99?_fields=id')).body).toMatchObject({ data: { status: 404 } });
  });

  test('is the critical error for the whole page when one thing on it cannot be shown', async () => {
    const { shop, call } = await open();
    const [first, heavy, broken] = [shop.orders.place(), shop.orders.place(), shop.orders.place()];
    shop.flaws.add('orders', heavy, 'content');
    const status = async (path: string) => (await call(path)).status;
    const light = '_fields=id,date_modified_gmt';

    expect(await status('/orders')).toBe(500);
    expect(await status(`/orders/${String(heavy)}`)).toBe(500);
    expect(await status(`/orders?${light}`)).toBe(200);
    expect(await status(`/orders?include=${String(first)}`)).toBe(200);
    shop.flaws.add('orders', broken, 'always');
    expect(await status(`/orders?${light}`)).toBe(500);
    expect(await status('/orders?per_page=1&page=3&order=asc')).toBe(500);
    shop.flaws.remove('orders', heavy);
    shop.flaws.remove('orders', broken);
    expect(await status('/orders')).toBe(200);
  });

  test('says nothing of its length behind a cache that takes these headers out', async () => {
    const { shop, call } = await open({ dropsTotals: true });
    shop.orders.place();

    const { headers, body } = await call('/orders');

    expect(body).toHaveLength(1);
    expect([headers.get('x-wp-total'), headers.get('x-wp-totalpages')]).toEqual([null, null]);
  });
});

test('one order is shown in the trash too, and not when it is erased', async () => {
  const { shop, call } = await open();
  const id = shop.orders.place();
  shop.orders.trash(id);
  expect(await call(`/orders/${String(id)}`)).toMatchObject({ status: 200, body: { id, status: 'trash' } });

  shop.orders.erase(id);
  expect((await call(`/orders/${String(id)}`)).status).toBe(404);
});

test('customers are of role customer and have no dates to ask for (recording customers-modified_after)', async () => {
  const { shop, call } = await open();
  const id = shop.customers.create({ email: 'a@b.test' });
  shop.customers.create({ email: 's@b.test', role: 'subscriber' });
  const total = async (query: string) => (await call(`/customers?${query}`)).headers.get('x-wp-total');

  expect((await call('/customers?modified_after=2030-01-01T00:00:00')).body).toMatchObject([{ id }]);
  expect([await total(''), await total('role=all')]).toEqual(['1', '2']);
  expect(await call('/customers?role=unheard-of')).toMatchObject({
    status: 400,
    body: {
      code: 'rest_invalid_param',
      data: { params: { role: expect.stringContaining('is not one of all,') } },
    },
  });
});

describe('webhooks', () => {
  test('are listed newest first without their secrets, ten at once', async () => {
    const { shop, call } = await open();
    for (let index = 0; index < 12; index += 1) {
      shop.webhooks.create({ topic: 'order.created', deliveryUrl: 'https://b.test', secret: 'hush' });
    }

    const { body, headers } = await call('/webhooks');

    expect((body as { id: number }[]).map(({ id }) => id)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect(headers.get('x-wp-total')).toBe('12');
    expect(JSON.stringify(body)).not.toContain('hush');
  });

  test('are created active, changed, and deleted by force only', async () => {
    const { shop, call } = await open();
    const send = (method: string, path: string, body: object) =>
      call(path, { method, headers: TLS, body: JSON.stringify(body) });
    const wanted = { topic: 'order.created', delivery_url: 'http://127.0.0.1:9/', status: 'paused' };

    expect(await send('POST', '/webhooks', wanted)).toMatchObject({
      status: 201,
      body: { status: 'active' },
    });
    expect(await send('PUT', '/webhooks/1', { status: 'paused' })).toMatchObject({
      body: { status: 'paused' },
    });
    expect(await send('PUT', '/webhooks/1', { status: 'x' })).toMatchObject({ status: 400 });
    expect(await send('PUT', '/webhooks/9', {})).toMatchObject({ status: 400 });
    expect(await call('/webhooks/1', { method: 'DELETE' })).toMatchObject({ status: 501 });
    expect(await call('/webhooks/1?force=true', { method: 'DELETE' })).toMatchObject({ status: 200 });
    expect(shop.webhooks.all()).toEqual([]);
  });
});
