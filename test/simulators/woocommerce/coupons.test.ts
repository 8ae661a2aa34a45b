import { describe, expect, onTestFinished, test } from 'vitest';
import { startStoreSimulator } from '../../../lib/simulators/woocommerce/simulator.ts';
import { restRecording } from '../../stores/support.ts';
import { openShop } from './support.ts';

const TLS = { 'X-Forwarded-Proto': 'https', Authorization: `Basic ${btoa('ck_local:cs_local')}` };

/** A shop in Paris when the recordings were made. */
async function open() {
  const store = await startStoreSimulator({ clock: { now: () => Date.parse('2026-11-21T23:06:02Z') } });
  onTestFinished(() => store.close());
  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(`${store.url}/wp-json/wc/v3${path}`, {
      method,
      headers: { ...TLS, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  return { shop: store.shop, call };
}

/** Without what is another in each shop: ids, links, when it was made. */
function told({ id: _id, _links, meta_data: meta, ...body }: Record<string, unknown>) {
  const dates = ['date_created', 'date_created_gmt', 'date_modified', 'date_modified_gmt'];
  const rest = Object.entries(body).filter(([name]) => !dates.includes(name));
  const kept = (meta as { id: number; key: string }[]).map(({ id: _metaId, ...one }) => one);
  return Object.fromEntries([...rest, ['meta_data', kept]]);
}

describe('a coupon made by REST', () => {
  test.each([['coupon-create'], ['coupon-create-nonascii'], ['coupon-create-unique']])(
    'is answered as recorded (%s)',
    async (name) => {
      const { call } = await open();
      const { request, status, ...recording } = restRecording(name);
      const body = recording.body as Record<string, unknown>;

      const answer = await call('POST', '/coupons', request.body);

      expect(answer.status).toBe(status);
      expect(Object.keys(answer.body)).toEqual(Object.keys(body));
      expect(told(answer.body)).toEqual(told(body));
    },
  );

  test.each([
    ['coupon-create-duplicate-code', { code: 'BienVenue10', amount: '5' }],
    ['err-400-coupon-nocode', { amount: '1' }],
  ])('is refused as recorded (%s)', async (name, wanted) => {
    const { call } = await open();
    await call('POST', '/coupons', { code: 'BIENVENUE10', discount_type: 'percent', amount: '10' });

    const { status, body } = restRecording(name);

    expect(await call('POST', '/coupons', wanted)).toEqual({ status, body });
  });

  test.each([
    ['with Z', { date_expires: '2026-12-01T12:00:00Z' }, '2026-12-01T12:00:00'],
    ['with an offset', { date_expires: '2026-12-01T12:00:00+00:00' }, '2026-12-01T12:00:00'],
    [
      'with milliseconds: the shop’s clock',
      { date_expires: '2026-12-01T12:00:00.000Z' },
      '2026-12-01T11:00:00',
    ],
    ['without a zone: the shop’s clock', { date_expires: '2026-12-01T12:00:00' }, '2026-12-01T11:00:00'],
    ['a day: its first moment', { date_expires: '2026-12-01' }, '2026-11-30T23:00:00'],
    ['no date: 1970', { date_expires: 'garbage' }, '1970-01-01T00:00:00'],
    ['date_expires_gmt: never', { date_expires_gmt: '2026-12-01T12:00:00' }, null],
  ])(
    'expires when WooCommerce takes it to, without a word (facts/carts 29): %s',
    async (_form, dates, gmt) => {
      const { call } = await open();

      const { status, body } = await call('POST', '/coupons', { code: 'a', amount: '1', ...dates });

      expect([status, body['date_expires_gmt']]).toEqual([201, gmt]);
    },
  );

  test('is found by its code in any case, and alone (recording coupons-by-code)', async () => {
    const { call } = await open();
    for (const code of ['UNIQ-7F3K9', 'UNIQ-7F3K']) await call('POST', '/coupons', { code, amount: '15' });

    expect((await call('GET', '/coupons?code=uNIQ-7F3K9')).body).toMatchObject([{ code: 'uniq-7f3k9' }]);
    expect((await call('GET', '/coupons?code=other')).body).toEqual([]);
    expect((await call('GET', '/coupons?_fields=id')).body).toEqual([
      { id: expect.any(Number) },
      { id: expect.any(Number) },
    ]);
  });

  test('goes into the trash without force, says that it is published, and its code is free (recording coupon-delete-noforce)', async () => {
    const { call } = await open();
    const { id } = (await call('POST', '/coupons', { code: 'tmp', amount: '1' })).body;

    const { status, body } = await call('DELETE', `/coupons/${String(id)}`);

    expect([status, body['status']]).toEqual([200, 'publish']);
    expect((await call('GET', '/coupons?code=tmp')).body).toEqual([]);
    expect((await call('GET', `/coupons/${String(id)}`)).body).toMatchObject({ status: 'trash' });
    expect((await call('POST', '/coupons', { code: 'tmp', amount: '1' })).status).toBe(201);
  });

  test('is erased with force (recording coupon-delete-force)', async () => {
    const { call } = await open();
    const { id } = (await call('POST', '/coupons', { code: 'tmp', amount: '1' })).body;

    expect((await call('DELETE', `/coupons/${String(id)}?force=true`)).status).toBe(200);
    expect((await call('GET', `/coupons/${String(id)}`)).status).toBe(404);
  });
});

describe('a coupon for one order', () => {
  test('is used by an order that waits for its payment, and given back when that comes to nothing (facts/carts 31)', () => {
    const { shop } = openShop();
    const coupon = shop.coupons.create({ code: 'once', usageLimit: 1 });
    const order = shop.orders.place({
      status: 'pending',
      coupons: ['ONCE'],
      billing: { email: 'mailed@example.test' },
    });

    expect(shop.coupons.usedBy(coupon)).toEqual(['mailed@example.test']);
    shop.orders.setStatus(order, 'cancelled');
    expect(shop.coupons.usedBy(coupon)).toEqual([]);
  });

  test('is dropped from the next order, and so is one that has expired; other codes stay as they are', () => {
    const { shop, forward } = openShop();
    shop.coupons.create({ code: 'once', usageLimit: 1 });
    shop.coupons.create({ code: 'soon', expiresAt: shop.now() + 60_000 });
    shop.orders.place({ coupons: ['once'] });
    forward(60);

    const order = shop.orders.place({ coupons: ['once', 'soon', 'unheard-of'] });

    expect(shop.orders.get(order)?.coupons).toEqual(['unheard-of']);
  });
});

describe('orders searched for by an address', () => {
  test('are those whose billing says it; billing_email is ignored and brings everybody’s (recordings orders-search-email, orders-billing-email-param)', async () => {
    const { shop, call } = await open();
    const claire = shop.orders.place({ billing: { email: 'claire@example.test' } });
    const other = shop.orders.place({ billing: { email: 'eclaire@example.test.test' } });
    const stranger = shop.orders.place({ billing: { email: 'ben@example.test' } });
    const ids = async (query: string) =>
      ((await call('GET', `/orders?orderby=id&order=asc&${query}`)).body as unknown as { id: number }[]).map(
        ({ id }) => id,
      );

    expect(await ids('search=claire@example.test')).toEqual([claire, other]);
    expect(await ids('billing_email=claire@example.test')).toEqual([claire, other, stranger]);
  });
});
