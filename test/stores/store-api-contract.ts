import { describe, expect, test } from 'vitest';
import { COUPON_EXISTS, type StoreCoupons } from '../../lib/core/stores/coupons.ts';
import { type StoreApi, type StoreQuestion, UNKNOWN_TOPIC } from '../../lib/core/stores/store-api.ts';
import type { Shop } from '../../lib/simulators/woocommerce/shop.ts';
import { failureOf, must } from '../mautic/support.ts';

/** A shop, the API under test in front of it, and its clock. */
export interface Opened {
  readonly shop: Shop;
  readonly api: StoreApi;
  readonly forward: (seconds: number) => void;
}

const WEBHOOK = {
  name: 'bridge',
  topic: 'order.updated',
  deliveryUrl: 'http://127.0.0.1:9/webhooks/demo',
  secret: 'hush',
} as const;

/** What every `StoreApi` in front of the simulated shop must do. */
export function storeApiContract(name: string, open: () => Promise<Opened>): void {
  describe(`${name}: a page`, () => {
    pages(open);
  });
  describe(`${name}: a page`, () => {
    spoiled(open);
  });
  describe(`${name}: a page of orders`, () => {
    windows(open);
  });
  describe(`${name}: one order`, () => {
    single(open);
  });
  describe(`${name}: webhooks`, () => {
    webhooks(open);
  });
  describe(`${name}: coupons`, () => {
    coupons(open);
  });
}

async function idsOf(api: StoreApi, question: StoreQuestion): Promise<number[]> {
  return must(await api.list(question)).items.map((item) => (item as { id: number }).id);
}

function pages(open: () => Promise<Opened>): void {
  test('holds 100 at most, by id, with the total of all', async () => {
    const { shop, api } = await open();
    const placed = Array.from({ length: 230 }, () => shop.orders.place());

    const read = [];
    for (const page of [1, 2, 3]) read.push(await idsOf(api, { kind: 'order', page }));

    expect(read.map((ids) => ids.length)).toEqual([100, 100, 30]);
    expect(read.flat()).toEqual(placed);
    expect(must(await api.list({ kind: 'order', page: 2 })).total).toBe(230);
  });

  test('past the end is empty, its total 0', async () => {
    const { shop, api } = await open();
    shop.orders.place();

    expect(must(await api.list({ kind: 'order', page: 2 }))).toMatchObject({ items: [], total: 0 });
  });

  test('has the shop’s clock, in whole seconds', async () => {
    const { shop, api, forward } = await open();
    forward(90);

    expect(must(await api.list({ kind: 'product', page: 1 })).now).toBe(shop.now());
  });

  test('of products leaves out the trash', async () => {
    const { shop, api } = await open();
    const tea = shop.products.create({ name: 'Tea', categories: ['drinks'] });
    shop.products.trash(shop.products.create({ name: 'Mug' }));

    expect(must(await api.list({ kind: 'product', page: 1 })).items).toMatchObject([
      { id: tea, name: 'Tea', categories: [{ slug: 'drinks' }] },
    ]);
  });

  test('of customers leaves out other users, and knows no window', async () => {
    const { shop, api } = await open();
    const anna = shop.customers.create({ email: 'a@b.test' });
    shop.customers.create({ email: 's@b.test', role: 'subscriber' });

    expect(await idsOf(api, { kind: 'customer', page: 1 })).toEqual([anna]);
    expect(await idsOf(api, { kind: 'customer', page: 1, modifiedAfter: shop.now() + 60_000 })).toEqual([
      anna,
    ]);
  });

  test('of customers has those of the role that is asked for, and refuses a role that nobody can have', async () => {
    const { shop, api } = await open();
    const anna = shop.customers.create({ email: 'a@b.test' });
    const bea = shop.customers.create({ email: 'b@b.test', role: 'wholesale_customer' });

    expect(await idsOf(api, { kind: 'customer', page: 1, role: 'wholesale_customer' })).toEqual([bea]);
    expect(await idsOf(api, { kind: 'customer', page: 1, role: 'all' })).toEqual([anna, bea]);
    expect(await idsOf(api, { kind: 'customer', page: 1, role: 'subscriber' })).toEqual([]);
    expect(failureOf(await api.list({ kind: 'customer', page: 1, role: 'unheard-of' }))).toMatchObject({
      kind: 'park',
      code: 'bad-request',
    });
  });

  test('of some ids has those that there are', async () => {
    const { shop, api } = await open();
    const [a, b] = [shop.orders.place(), shop.orders.place(), shop.orders.place()];
    shop.orders.trash(b);

    expect(await idsOf(api, { kind: 'order', page: 1, ids: [String(a), String(b), '99999'] })).toEqual([a]);
    expect(await idsOf(api, { kind: 'order', page: 1, ids: [] })).toEqual([]);
  });

  test('shows a thing as a webhook would', async () => {
    const { shop, api } = await open();
    shop.webhooks.create({ ...WEBHOOK, topic: 'order.created' });
    shop.deliveries.takePing();
    shop.orders.place({ billing: { email: 'Zoë@b.test' }, meta: [{ key: 'k', value: { a: [1] } }] });

    const { items } = must(await api.list({ kind: 'order', page: 1 }));

    const told = JSON.parse(shop.deliveries.takeNext()?.body ?? '{}') as object;
    const [shown] = items as [object];
    expect(told).toMatchObject(shown);
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(['id', 'status', 'billing', 'meta_data']));
  });
}

/** Some things, and one among them at which PHP dies. */
function spoiled(open: () => Promise<Opened>): void {
  test('that holds what cannot be shown is none, and its parts are', async () => {
    const { shop, api } = await open();
    const placed = Array.from({ length: 25 }, () => shop.orders.place());
    const bad = placed[13] ?? 0;
    shop.flaws.add('orders', bad, 'content');

    expect(failureOf(await api.list({ kind: 'order', page: 1 }))).toMatchObject({ code: 'server-error' });
    expect(failureOf(await api.order(String(bad)))).toMatchObject({ code: 'server-error' });
    expect(await idsOf(api, { kind: 'order', page: 1, perPage: 10 })).toEqual(placed.slice(0, 10));
    expect(failureOf(await api.list({ kind: 'order', page: 2, perPage: 10 })).code).toBe('server-error');
    expect(await idsOf(api, { kind: 'order', page: 3, perPage: 10 })).toEqual(placed.slice(20));
    const outline = must(await api.list({ kind: 'order', page: 1, outline: true }));
    expect(outline).toMatchObject({ total: 25 });
    expect(outline.items[13]).toEqual({ id: bad, date_modified_gmt: expect.any(String) });
    shop.flaws.add('orders', bad, 'always');
    expect(failureOf(await api.list({ kind: 'order', page: 1, outline: true })).code).toBe('server-error');
    expect(await idsOf(api, { kind: 'order', page: 100_000, perPage: 1 })).toEqual([]);
  });
}

function windows(open: () => Promise<Opened>): void {
  test('excludes both bounds, by whole seconds', async () => {
    const { shop, api, forward } = await open();
    const placed = [0, 1, 2, 3].map(() => {
      forward(1);
      return { id: shop.orders.place(), at: shop.now() };
    });
    const [first, second, third, fourth] = placed;
    const from = (first?.at ?? 0) + 999;
    const until = (fourth?.at ?? 0) + 999;

    expect(await idsOf(api, { kind: 'order', page: 1, modifiedAfter: from, modifiedBefore: until })).toEqual([
      second?.id,
      third?.id,
    ]);
    expect(await idsOf(api, { kind: 'order', page: 1, modifiedBefore: from })).toEqual([]);
  });

  test('is ordered by date of change, then id', async () => {
    const { shop, api, forward } = await open();
    const [a, b, c] = [shop.orders.place(), shop.orders.place(), shop.orders.place()];
    forward(5);
    shop.orders.edit(a, {});

    expect(await idsOf(api, { kind: 'order', page: 1, modifiedAfter: 0 })).toEqual([b, c, a]);
  });

  test('lists more than 100 of one second completely', async () => {
    const { shop, api } = await open();
    const placed = Array.from({ length: 250 }, () => shop.orders.place());
    const question = {
      kind: 'order',
      modifiedAfter: shop.now() - 1000,
      modifiedBefore: shop.now() + 1000,
    } as const;

    const read = [];
    for (const page of [1, 2, 3]) read.push(...(await idsOf(api, { ...question, page })));

    expect(read).toEqual(placed);
  });

  test('misses one when an order of an earlier page changes while pages are read', async () => {
    const { shop, api, forward } = await open();
    const placed = Array.from({ length: 150 }, () => shop.orders.place());
    forward(10);
    const question = { kind: 'order', modifiedAfter: 0, modifiedBefore: shop.now() } as const;

    const first = await idsOf(api, { ...question, page: 1 });
    shop.orders.edit(placed[0] ?? 0, {});
    const second = must(await api.list({ ...question, page: 2 }));

    expect([...first, ...second.items]).toHaveLength(149);
    expect(second.total).toBe(149);
    expect(await idsOf(api, { ...question, page: 1 })).toContain(placed[100]);
  });

  test('finds the trash only when asked for it', async () => {
    const { shop, api } = await open();
    const [live, trashed] = [shop.orders.place(), shop.orders.place()];
    shop.orders.openDraft();
    shop.orders.trash(trashed);

    expect(await idsOf(api, { kind: 'order', page: 1, modifiedAfter: 0 })).toEqual([live]);
    expect(await idsOf(api, { kind: 'order', page: 1, modifiedAfter: 0, trash: true })).toEqual([trashed]);
  });
}

function single(open: () => Promise<Opened>): void {
  test('is shown in any status, with the shop’s clock', async () => {
    const { shop, api } = await open();
    const [draft, trashed] = [shop.orders.openDraft(), shop.orders.place()];
    shop.orders.trash(trashed);

    expect(must(await api.order(String(draft)))).toMatchObject({
      item: { status: 'checkout-draft' },
      now: shop.now(),
    });
    expect(must(await api.order(String(trashed)))?.item).toMatchObject({ id: trashed, status: 'trash' });
  });

  test('that is erased, or never was, is none', async () => {
    const { shop, api } = await open();
    const id = shop.orders.place();
    shop.orders.erase(id);

    expect(must(await api.order(String(id)))).toBeUndefined();
    expect(must(await api.order('424242'))).toBeUndefined();
  });
}

function webhooks(open: () => Promise<Opened>): void {
  test('are created active, with name and secret, and a PING waits', async () => {
    const { shop, api } = await open();

    must(await api.createWebhook(WEBHOOK));

    expect(shop.webhooks.get(1)).toMatchObject({ name: 'bridge', secret: 'hush', unpinged: true });
    expect(must(await api.webhooks())).toEqual([
      { id: '1', topic: 'order.updated', deliveryUrl: WEBHOOK.deliveryUrl, status: 'active' },
    ]);
  });

  test('are all listed, whoever made them', async () => {
    const { shop, api } = await open();
    for (let index = 0; index < 120; index += 1) shop.webhooks.create(WEBHOOK);

    expect(must(await api.webhooks()).map(({ id }) => Number(id))).toEqual(
      shop.webhooks.all().map(({ id }) => id),
    );
  });

  test('are made active again and get another secret', async () => {
    const { shop, api } = await open();
    shop.webhooks.create(WEBHOOK);
    shop.webhooks.change(1, { status: 'disabled' });

    must(await api.changeWebhook('1', { status: 'active', secret: 'another' }));

    expect(shop.webhooks.get(1)).toMatchObject({ status: 'active', secret: 'another' });
  });

  test('of a wrong topic or id are parked', async () => {
    const { api } = await open();

    expect(failureOf(await api.createWebhook({ ...WEBHOOK, topic: 'order.published' }))).toMatchObject({
      kind: 'park',
      code: UNKNOWN_TOPIC,
    });
    expect(failureOf(await api.changeWebhook('7', { status: 'active' }))).toMatchObject({
      kind: 'park',
      code: 'not-found',
    });
  });
}

function couponsOf({ coupons }: StoreApi): StoreCoupons {
  if (!coupons) throw new Error('this store takes no coupons');
  return coupons;
}

function coupons(open: () => Promise<Opened>): void {
  const EXPIRES = Date.parse('2026-12-08T12:00:00Z');
  const TEN = { code: 'mabcdefghj', percent: 10, minTotal: '30.00', expiresAt: EXPIRES } as const;

  test('are there once they are made, and no second of their code', async () => {
    const { api } = await open();
    const made = must(await couponsOf(api).make(TEN));

    expect(made).toMatchObject({ code: TEN.code, percent: 10, expiresAt: EXPIRES, used: 0, isOurs: true });
    expect(must(await couponsOf(api).find('MABCDEFGHJ'))).toEqual(made);
    expect(must(await couponsOf(api).find('mother'))).toBeUndefined();
    expect(failureOf(await couponsOf(api).make(TEN)).code).toBe(COUPON_EXISTS);
  });

  test('say by how many orders they are used, and whether the bridge made them', async () => {
    const { shop, api } = await open();
    shop.coupons.create({ code: 'summer', amount: '3.00' });
    must(await couponsOf(api).make(TEN));
    shop.orders.place({ coupons: [TEN.code] });

    const { coupons, isLast } = must(await couponsOf(api).page(1));

    expect(isLast).toBe(true);
    expect(coupons.map(({ code, used, isOurs, percent }) => [code, used, isOurs, percent])).toEqual([
      ['summer', 0, false, undefined],
      [TEN.code, 1, true, 10],
    ]);
  });

  test('are gone for good, also if they were before', async () => {
    const { shop, api } = await open();
    const { id } = must(await couponsOf(api).make(TEN));

    must(await couponsOf(api).remove(id));
    must(await couponsOf(api).remove(id));

    expect(shop.coupons.all()).toEqual([]);
  });

  test('orders are found by the address of their billing, the newest first', async () => {
    const { shop, api, forward } = await open();
    const first = shop.orders.place({ billing: { email: 'Anna@example.test' } });
    shop.orders.place({ billing: { email: 'ben@example.test' } });
    forward(60);
    const second = shop.orders.place({ billing: { email: 'anna@example.test' } });

    const page = await api.ordersOf?.('anna@example.test');

    expect(page && must(page).items.map((item) => (item as { id: number }).id)).toEqual([second, first]);
  });
}
