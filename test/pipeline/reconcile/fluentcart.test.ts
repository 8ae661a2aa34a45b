import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { failed } from '../../../lib/core/ledger/failure.ts';
import type { Store } from '../../../lib/core/policy/configuration/store.ts';
import { type StoreApi, TOO_MANY } from '../../../lib/core/stores/store-api.ts';
import { type FluentSimulator, startFluentSimulator } from '../../../lib/simulators/fluentcart/simulator.ts';
import { CATALOG } from '../../../lib/stores/catalog.ts';
import { FRIDA } from '../../simulators/fluentcart/support.ts';
import { fluentApiAt, USER } from '../../stores/fluentcart/rest/support.ts';
import { BASE_URL, DAY, MINUTE, Reconciling, SECRET } from '../../support/reconciling.ts';

const STORE: Store = {
  id: 'fluent',
  kind: 'fluentcart',
  currency: 'EUR',
  url: 'https://fluent.example.test',
};
const { topics } = CATALOG.fluentcart;

let bridge: Reconciling;
let store: FluentSimulator;
let lamp: number;

async function open(pro: boolean): Promise<void> {
  bridge = new Reconciling();
  const clock = { now: () => bridge.now };
  store = await startFluentSimulator({ clock, pro });
  onTestFinished(() => store.close());
  lamp = store.shop.products.create({
    name: 'Lampe',
    variations: [{ name: 'Blau', sku: 'FC-LAMP', price: 4990 }],
    categories: ['lampen'],
  });
  bridge.change = {
    stores: [STORE],
    keys: { of: async () => USER },
    storeApiOf: () => countedApi(fluentApiAt(store.url, clock)),
  };
}

/** Notes its lists, of which `runFor` lets so many into a run. */
function countedApi(api: StoreApi): StoreApi {
  return {
    ...api,
    list: (question) => {
      bridge.asked.push(`list ${question.kind}`);
      return api.list(question);
    },
  };
}

function place(): number {
  return store.shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
}

/** The next quarter of an hour. */
async function next(ms = 15 * MINUTE): Promise<void> {
  bridge.pass(ms);
  await bridge.run();
}

/** While it is on, nobody is told what changed: it is too much. */
function floodOf(flood: { isOn: boolean; refused: number }): void {
  const api = countedApi(fluentApiAt(store.url, { now: () => bridge.now }));
  const list: StoreApi['list'] = async (question) => {
    if (!flood.isOn || question.modifiedAfter === undefined || question.kind !== 'order')
      return api.list(question);
    flood.refused += 1;
    return failed({ kind: 'retry', code: TOO_MANY, message: 'more than the bridge gathers at once' });
  };
  bridge.change = { ...bridge.change, storeApiOf: () => ({ ...api, list }) };
}

async function dataOf(id: number) {
  return (await bridge.order(id, STORE.id))?.data;
}

describe.each([
  ['with Pro', true],
  ['without Pro', false],
])('a FluentCart store %s, which is only read', (_edition, pro) => {
  beforeEach(() => open(pro));

  it('is known from the moment an order is placed', async () => {
    const id = place();
    await next();

    expect(await dataOf(id)).toMatchObject({ status: 'pending', total: '49.90' });
  });

  it('is known through payment, refund in part, refund in full and cancellation', async () => {
    const id = place();
    const seen: unknown[] = [];
    for (const step of [
      () => store.shop.orders.pay(id),
      () => store.shop.orders.refund(id, 1000),
      () => store.shop.orders.refund(id, 3990),
      () => store.shop.orders.setStatus(id, 'canceled'),
    ]) {
      step();
      await next();
      const { status, refunded } = (await dataOf(id)) ?? {};
      seen.push([status, refunded]);
    }

    expect(seen).toEqual([
      ['processing', '0.00'],
      ['processing', '-10.00'],
      ['refunded', '-49.90'],
      ['cancelled', '-49.90'],
    ]);
  });

  it('gives its products with SKUs and categories', async () => {
    place();
    await next();

    const name = `product/${STORE.id}/${String(lamp)}`;
    const found = await bridge.ledger.load([{ kind: 'product', store: STORE.id, id: String(lamp) }]);
    expect(found.get(name)?.state).toMatchObject({
      data: { skus: { 1: 'FC-LAMP' }, categories: ['lampen'] },
    });
  });

  it('gives a product that changed within a day, and is asked for its catalogue at night alone', async () => {
    const of = async () =>
      (await bridge.ledger.load([{ kind: 'product', store: STORE.id, id: String(lamp) }])).get(
        `product/${STORE.id}/${String(lamp)}`,
      )?.state;
    const asked = () => store.requests.filter(({ path }) => path === '/products').length;
    place();
    await next();
    const before = asked();
    store.shop.products.recategorise(lamp, ['light']);
    await next();
    expect(asked()).toBe(before);

    await next(DAY);
    expect(await of()).toMatchObject({ data: { categories: ['light'] } });
  });

  it('gives its catalogue page by page, however many products it has', async () => {
    await next();
    for (let count = 0; count < 230; count += 1)
      store.shop.products.create({ name: `Nummer ${String(count)}` });
    const before = store.requests.length;
    await next(DAY);

    const names = Object.keys(bridge.ledger.contents().things).filter((name) => name.startsWith('product/'));
    expect(names).toHaveLength(231);
    expect(store.requests.slice(before).filter(({ path }) => path === '/products')).toHaveLength(3);
  });

  it('gives an address that was edited within a day, though nothing tells of it', async () => {
    const id = place();
    await next();
    bridge.pass(20 * MINUTE);
    store.shop.orders.editAddress(id, { city: 'Hamburg' });
    await next(DAY);

    expect(await dataOf(id)).toMatchObject({ identity: { city: 'Hamburg' } });
  });

  it('gives an address of an order that is weeks and hundreds of orders back, a page in each run', async () => {
    const old = place();
    await next();
    bridge.pass(20 * DAY);
    for (let count = 0; count < 130; count += 1) place();
    await next();
    store.shop.orders.editAddress(old, { city: 'Hamburg' });
    bridge.pass(DAY);
    const cityOf = async () => (await dataOf(old))?.identity.city;
    for (let run = 0; run < 30 && (await cityOf()) !== 'Hamburg'; run += 1) await bridge.runFor(6);

    expect(await cityOf()).toBe('Hamburg');
  });

  it('gives what happened to an order that is long past, though hundreds have ended so since', async () => {
    const [canceled, refunded] = [place(), place()];
    store.shop.orders.pay(refunded);
    for (let count = 0; count < 130; count += 1) store.shop.orders.setStatus(place(), 'canceled');
    await next();
    bridge.pass(60 * DAY);
    store.shop.orders.setStatus(canceled, 'canceled');
    store.shop.orders.refund(refunded, 4990);
    await next(DAY);

    expect(await dataOf(canceled)).toMatchObject({ status: 'cancelled' });
    expect(await dataOf(refunded)).toMatchObject({ status: 'refunded' });
  });

  it('is gone through by ids when more has changed than it can be asked for, and once only', async () => {
    const first = place();
    await next();
    const flood = { isOn: true, refused: 0 };
    floodOf(flood);
    const all = Array.from({ length: 230 }, () => place());
    store.shop.orders.setStatus(first, 'canceled');
    bridge.pass(15 * MINUTE);
    const newest = async () => dataOf(all.at(-1) ?? 0);
    for (let run = 0; run < 12 && (await newest()) === undefined; run += 1) await bridge.runFor(2);
    flood.isOn = false;

    expect(await newest()).toBeDefined();
    expect(await dataOf(first)).toMatchObject({ status: 'cancelled' });
    // By the reading of each quarter of an hour and by that of the night, and not in each run.
    expect([1, 2]).toContain(flood.refused);
    expect(bridge.counted['StoreUnread']).toBeUndefined();
    expect(bridge.lines.map(({ message }) => message)).toContain(
      'More has changed than the store can be asked for at once; all of it is gone through',
    );
    const last = place();
    await next();
    expect(await dataOf(last)).toBeDefined();
  });

  it.each(['afterId', 'beforeId'] as const)(
    'is not gone through where it does not keep to the ids that were asked for (%s)',
    async (bound) => {
      for (let count = 0; count < 130; count += 1) place();
      floodOf({ isOn: bound === 'afterId', refused: 0 });
      const api = bridge.change.storeApiOf?.(STORE, USER);
      if (!api) throw new Error('no store');
      const list: StoreApi['list'] = ({ [bound]: _bound, ...question }) => api.list(question);
      bridge.change = { ...bridge.change, storeApiOf: () => ({ ...api, list }) };

      await next();

      expect(bridge.said('A store could not be read').map(({ fields }) => fields)).toContainEqual(
        expect.objectContaining({
          code: 'contradiction',
          remedy: expect.stringContaining('does not keep to the ids that were asked for'),
        }),
      );
    },
  );

  it('gives a customer who was edited within a day, where the order has no address of its own', async () => {
    const id = store.shop.orders.place({ items: [{ product: lamp }], billing: FRIDA, admin: true });
    await next();
    bridge.pass(10 * DAY);
    store.shop.customers.edit(1, { firstName: 'Fritz' });
    await next(DAY);

    expect(await dataOf(id)).toMatchObject({ identity: { firstName: 'Fritz' } });
  });

  it('loses the orders of a customer who was deleted, within a day', async () => {
    const id = place();
    store.shop.orders.pay(id);
    await next();
    store.shop.customers.remove(1);
    await next(DAY);

    const order = await bridge.order(id, STORE.id);
    expect(order?.deleted.length).toBeGreaterThan(order?.restored.length ?? 0);
  });

  it('is left alone by a run in which nothing changed', async () => {
    place();
    await next();
    await next();
    bridge.lines.length = 0;
    await next();

    expect(bridge.said('A store was read')[0]?.fields).toMatchObject({ changed: 0, finished: true });
  });
});

describe('the feeds of a FluentCart store', () => {
  it('are made, one for each event, and the next run makes none', async () => {
    await open(true);
    await bridge.run();

    const made = store.shop.feeds.all();
    expect(made.map(({ feed }) => feed.event_trigger)).toEqual(topics.map((topic) => [topic]));
    expect(new Set(made.map(({ feed }) => feed.request_url))).toEqual(
      new Set([`${BASE_URL}/webhooks/fluent`]),
    );
    expect(bridge.counted).toMatchObject({ WebhookRepaired: topics.length });

    bridge.counted = {};
    await bridge.run();
    expect(bridge.counted['WebhookRepaired']).toBeUndefined();
  });

  it('are mended when they send another secret than the bridge’s', async () => {
    await open(true);
    await bridge.run();
    const [one, other] = store.shop.feeds.all();
    if (!one || !other) throw new Error('no feeds');
    const changed = JSON.stringify(one.feed).replace(SECRET, 'typed-by-hand');
    store.shop.feeds.save(JSON.parse(changed), one.id);
    bridge.counted = {};

    await bridge.run();

    expect(bridge.counted).toMatchObject({ WebhookRepaired: 1 });
    expect(JSON.stringify(store.shop.feeds.all())).not.toContain('typed-by-hand');
  });

  it('are mended when they send chosen fields', async () => {
    await open(true);
    await bridge.run();
    const [one] = store.shop.feeds.all();
    if (!one) throw new Error('no feeds');
    store.shop.feeds.save({ ...one.feed, request_body: { type: 'selected_fields', data: [] } }, one.id);

    await bridge.run();

    expect(store.shop.feeds.all()[0]?.feed.request_body.type).toBe('all_data');
    expect(store.shop.feeds.all()).toHaveLength(topics.length);
  });

  it('that a person switched off are left so, and named', async () => {
    await open(true);
    await bridge.run();
    store.shop.feeds.setEnabled(1, 'no');

    await bridge.run();

    expect(store.shop.feeds.all()[0]?.feed.enabled).toBe('no');
    expect(bridge.said('A webhook of the store needs a person')[0]?.fields).toMatchObject({
      reason: 'paused',
    });
  });

  it('are missed once without Pro, and neither alarm nor silence comes of it', async () => {
    await open(false);
    place();
    for (let run = 0; run < 4; run += 1) await next();

    expect(bridge.said('The store sends no webhooks')).toHaveLength(1);
    expect(bridge.counted['WebhookTrouble']).toBeUndefined();
    expect(bridge.shown).toEqual([]);
  });
});

describe.each([
  ['with Pro', true],
  ['without Pro', false],
])('subscriptions of a FluentCart store %s', (_edition, pro) => {
  beforeEach(async () => {
    await open(pro);
    bridge.change = { ...bridge.change, subscriptions: true };
  });

  function subscribe(mode: 'live' | 'test' = 'live'): number {
    const { orders, subscriptions } = store.shop;
    const items = [{ product: lamp }];
    const order = orders.place({ items, billing: FRIDA, type: 'subscription', digital: true, mode });
    const id = subscriptions.begin(order);
    orders.pay(order);
    subscriptions.activate(id);
    return id;
  }

  async function subscriptionIn(id: number) {
    const ref = { kind: 'subscription', store: STORE.id, id: String(id) } as const;
    const state = (await bridge.ledger.load([ref])).get(`subscription/${STORE.id}/${String(id)}`)?.state;
    return state?.type === 'subscription' ? state : undefined;
  }

  it('are known from the store alone, with whose they are', async () => {
    const id = subscribe();
    await next();

    expect(await subscriptionIn(id)).toMatchObject({
      email: FRIDA.email,
      data: { status: 'active', amount: '49.90', orderId: '1' },
    });
  });

  it('are read again when they are renewed, which no webhook tells the whole of', async () => {
    const id = subscribe();
    await next();
    const before = await subscriptionIn(id);
    store.shop.subscriptions.renew(id);
    await next();

    const now = await subscriptionIn(id);
    expect(now?.data?.payments).toBe(1);
    expect(now?.data?.nextBillingAt).toBeGreaterThan(before?.data?.nextBillingAt ?? Number.NaN);
    expect(await dataOf(2)).toMatchObject({ subscriptionId: String(id) });
  });

  it('that are past due, of which nothing is sent, are known within a quarter of an hour', async () => {
    const id = subscribe();
    await next();
    bridge.pass(60_000);
    store.shop.subscriptions.setStatus(id, 'failing');
    await next();

    expect(await subscriptionIn(id)).toMatchObject({ data: { status: 'past_due' } });
  });

  it('that made way for another plan are named by it, though nothing tells that they were cancelled', async () => {
    const id = subscribe();
    await next();
    const { orders, subscriptions } = store.shop;
    const order = orders.place({
      items: [{ product: lamp }],
      billing: FRIDA,
      type: 'subscription',
      digital: true,
    });
    const plan = subscriptions.upgrade(id, order);
    orders.pay(order);
    await next();

    expect(await subscriptionIn(id)).toMatchObject({ data: { status: 'cancelled' } });
    expect(await subscriptionIn(plan)).toMatchObject({ data: { upgradedFrom: String(id) } });
  });

  it('of the test mode are left out', async () => {
    const id = subscribe('test');
    await next();

    expect(await subscriptionIn(id)).toBeUndefined();
  });

  it('are not asked for where the policy has none', async () => {
    bridge.change = { ...bridge.change, subscriptions: false };
    const id = subscribe();
    await next(DAY);

    expect(await subscriptionIn(id)).toBeUndefined();
    expect(store.requests.filter(({ path }) => path.startsWith('/subscriptions'))).toEqual([]);
  });
});
