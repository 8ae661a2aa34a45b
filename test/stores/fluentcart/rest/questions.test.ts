import { describe, expect, it, test } from 'vitest';
import { succeeded } from '../../../../lib/core/ledger/failure.ts';
import { TOO_MANY } from '../../../../lib/core/stores/store-api.ts';
import { createHttp, type Http } from '../../../../lib/http.ts';
import { createFluentCartApi } from '../../../../lib/stores/fluentcart/rest/index.ts';
import { failureOf, must } from '../../../mautic/support.ts';
import { FRIDA } from '../../../simulators/fluentcart/support.ts';
import { fluentApiAt, idsIn, openFluent, readOrder, START, USER } from './support.ts';

const DAY_S = 24 * 3600;
const RECENT = { modifiedAfter: START - 1000 };
/** What a list shows of an order when it is asked for it. */
const RELATED = { customer: null, order_items: [], transactions: [], order_addresses: [] };

describe.each([
  ['with Pro', true],
  ['without Pro', false],
])('%s, what changed since a moment', (_edition, pro) => {
  it('is found, in the order of its change', async () => {
    const { shop, place, forward, ids } = await openFluent({ pro });
    const [first, second, third] = [place(), place(), place()];
    forward(10);
    shop.orders.pay(second);
    forward(10);
    shop.orders.refund(second, 100);
    shop.orders.setStatus(first, 'canceled');

    expect(await ids({ modifiedAfter: START + 5_000 })).toEqual([first, second]);
    expect(await ids(RECENT)).toEqual([third, first, second]);
  });

  it('excludes both bounds, by whole seconds', async () => {
    const { place, forward, ids, shop } = await openFluent({ pro });
    const placed = [0, 1, 2, 3].map(() => {
      forward(1);
      return { id: place(), at: shop.now() };
    });
    const [first, , , fourth] = placed;
    const bounds = { modifiedAfter: (first?.at ?? 0) + 999, modifiedBefore: (fourth?.at ?? 0) + 999 };

    expect(await ids(bounds)).toEqual(placed.slice(1, 3).map(({ id }) => id));
  });

  it('is handed out a hundred at a time, from one gathering', async () => {
    const { place, store, clock } = await openFluent({ pro });
    const all = Array.from({ length: 230 }, () => place());
    const api = fluentApiAt(store.url, clock);

    const first = must(await api.list({ kind: 'order', page: 1, ...RECENT }));
    const asked = store.requests.length;
    const rest = [];
    for (const page of [1, 2, 3])
      rest.push(
        ...idsIn(
          must(await api.list({ kind: 'order', page, ...RECENT, modifiedBefore: START + 5_000 })).items,
        ),
      );

    expect(first).toMatchObject({ total: 230 });
    expect(first.items).toHaveLength(100);
    expect(rest).toEqual(all);
    expect(store.requests).toHaveLength(asked);
  });
});

describe('without Pro', () => {
  it('a refund of an order that is long past is found by its view', async () => {
    const { shop, place, forward, ids } = await openFluent({ pro: false });
    const old = place();
    shop.orders.pay(old);
    Array.from({ length: 250 }, () => place());
    forward(60);
    shop.orders.refund(old, 100);

    expect(await ids({ modifiedAfter: shop.now() - 30_000 })).toEqual([old]);
  });

  it.each([
    ['canceled', ({ shop }: Opened, id: number) => shop.orders.setStatus(id, 'canceled')],
    ['failed', ({ shop }: Opened, id: number) => shop.orders.setTransaction(id, 'failed')],
  ])('so is one that is %s', async (_what, act) => {
    const opened = await openFluent({ pro: false });
    const old = opened.place();
    Array.from({ length: 250 }, () => opened.place());
    opened.forward(60);
    act(opened, old);

    expect(await opened.ids({ modifiedAfter: opened.shop.now() - 30_000 })).toEqual([old]);
  });

  it('the probe is a date in the far future, asked once for each reading', async () => {
    const { place, store, ids } = await openFluent({ pro: false });
    place();
    await ids(RECENT);

    const probes = store.requests.filter(({ params }) => params.has('advanced_filters'));
    expect(probes).toHaveLength(1);
    expect(probes[0]?.params.get('advanced_filters')).toContain('2099-01-01');
  });

  it('a view that returns everything is not believed', async () => {
    const { place, store, api } = await openFluent({ pro: false });
    place();
    const everything = {
      status: 200,
      body: {
        orders: { data: [{ id: 1, status: 'on-hold', payment_status: 'pending', ...RELATED }], total: 1 },
      },
    };
    store.answerNext(everything);
    store.answerNext(everything);

    expect(failureOf(await api.list({ kind: 'order', page: 1, ...RECENT }))).toMatchObject({
      kind: 'retry',
      message: expect.stringContaining('does not keep to status = canceled'),
    });
  });
});

type Opened = Awaited<ReturnType<typeof openFluent>>;

describe('with Pro', () => {
  it('one question and the probe are all it takes', async () => {
    const { place, store, ids } = await openFluent();
    place();
    await ids(RECENT);

    expect(store.requests).toHaveLength(2);
  });

  it('a filter that is not kept to is not believed', async () => {
    const { place, store, api } = await openFluent();
    place();
    store.answerNext({ status: 200, body: { orders: { data: [], total: 0 } } });
    store.answerNext({
      status: 200,
      body: { orders: { data: [{ id: 1, updated_at: '2020-01-01T00:00:00+00:00', ...RELATED }], total: 1 } },
    });

    expect(failureOf(await api.list({ kind: 'order', page: 1, ...RECENT })).message).toContain(
      'does not keep to a date',
    );
  });
});

test('orders are listed by id, a hundred to a page, with what belongs to them', async () => {
  const { place, api } = await openFluent();
  const all = Array.from({ length: 130 }, () => place());

  const pages = [
    must(await api.list({ kind: 'order', page: 1 })),
    must(await api.list({ kind: 'order', page: 2 })),
  ];

  expect(pages.flatMap(({ items }) => idsIn(items))).toEqual(all);
  expect(readOrder({ item: pages[0]?.items[0], now: START }).snapshots).toMatchObject([
    { address: { email: FRIDA.email }, data: { total: '49.90', lines: [{ variationId: '1' }] } },
  ]);
});

test('orders of some ids are those, asked for by the range they lie in', async () => {
  const { place, ids, store } = await openFluent();
  Array.from({ length: 400 }, () => place());

  expect(await ids({ ids: ['5', '7', '380', '9999'] })).toEqual([5, 7, 380]);
  expect(store.requests).toHaveLength(3);
  expect(await ids({ ids: [] })).toEqual([]);
});

test('there is no trash', async () => {
  const { place, ids } = await openFluent();
  place();

  expect(await ids({ trash: true, modifiedAfter: 0 })).toEqual([]);
});

test('products are all of them, by id, with SKUs and categories, and know no window', async () => {
  const { shop, lamp, api } = await openFluent();
  const mug = shop.products.create({ name: 'Mug', categories: ['cups'] });

  const all = must(await api.list({ kind: 'product', page: 1, modifiedAfter: START + 99_000 }));
  const both = must(await api.list({ kind: 'product', page: 1, ids: [String(lamp), String(mug), '999'] }));

  expect(all.items).toHaveLength(2);
  expect(all.items).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ID: lamp, variants: [expect.objectContaining({ sku: 'FC-LAMP' })] }),
      expect.objectContaining({ ID: mug, categories: [expect.objectContaining({ slug: 'cups' })] }),
    ]),
  );
  expect(idsIn(both.items)).toEqual([lamp, mug]);
});

test('customers are all of them, by id, and know no window', async () => {
  const { place, api } = await openFluent();
  for (const name of ['a', 'b', 'c']) place(`${name}@example.test`);

  const page = must(await api.list({ kind: 'customer', page: 1, modifiedAfter: START + 99_000 }));

  expect(idsIn(page.items)).toEqual([1, 2, 3]);
});

test.each(['wholesale_customer', 'customer', 'all'])(
  'customers of the role %s are asked for once, though FluentCart knows no roles',
  async (role) => {
    const { api, place, store } = await openFluent();
    place();

    const page = must(await api.list({ kind: 'customer', page: 1, role }));

    expect(page.total).toBe(role === 'wholesale_customer' ? 0 : 1);
    expect(store.requests).toHaveLength(role === 'wholesale_customer' ? 0 : 1);
  },
);

test('an order whose customer was deleted is gone', async () => {
  const { shop, place, api } = await openFluent();
  const id = place();
  shop.orders.pay(id);
  shop.customers.remove(1);

  expect(must(await api.order(String(id)))).toBeUndefined();
});

test('a wrong password is told from everything else', async () => {
  const { store } = await openFluent();
  const api = fluentApiAt(store.url, Date, { consumerKey: 'admin', consumerSecret: 'wrong' });

  expect(failureOf(await api.order('1'))).toMatchObject({ kind: 'authorise', code: 'unauthorised' });
});

/** A shop with more than anybody gathers; `falling` ids, as a list from the newest on has them. */
function crowded(hasPro: boolean) {
  const clock = { now: () => START + 2 * DAY_S * 1000 };
  let calls = 0;
  const http: Http = {
    request: async ({ path: encoded }) => {
      calls += 1;
      const path = decodeURIComponent(encoded).replaceAll('+', ' ');
      const isProbe = path.includes('2099');
      const isView = /search=(status|payment) /.test(path);
      const data = Array.from({ length: 199 }, (_, index) => ({
        id: 1_000_000 - calls * 199 - index,
        created_at: '2026-11-28 12:00:00',
        ...RELATED,
      }));
      const total = (isProbe && hasPro) || isView ? 0 : 1_000_000;
      const body = { orders: { data: total === 0 ? [] : data, total } };
      const headers = { 'content-type': 'application/json' };
      return succeeded({ status: 200, headers, body, text: JSON.stringify(body) });
    },
    close: () => undefined,
  };
  const api = createFluentCartApi({ baseUrl: 'https://fluent.example.test', keys: USER, clock, http });
  return { api, calls: () => calls };
}

test.each([
  ['with Pro', true, 2],
  ['without Pro', false, 30],
])(
  '%s, more than is gathered at once is said, and never passes for all there is',
  async (_edition, pro, calls) => {
    const shop = crowded(pro);

    const answer = await shop.api.list({ kind: 'order', page: 1, modifiedAfter: START });

    expect(answer).toMatchObject({ ok: false, failure: { kind: 'retry', code: TOO_MANY } });
    expect(shop.calls()).toBe(calls);
  },
);

test('orders are gone through from the newest on, each page below the one before', async () => {
  const { place, ids } = await openFluent();
  const [first, second, third] = [place(), place(), place()];

  expect(await ids({ beforeId: '1000' })).toEqual([third, second, first]);
  expect(await ids({ beforeId: String(third), perPage: 1 })).toEqual([second]);
  expect(await ids({ beforeId: String(first) })).toEqual([]);
});

test('a view is gone through page by page, the newest first; with Pro it has nothing to tell', async () => {
  const { shop, place, ids, store, clock } = await openFluent({ pro: false });
  const [first, second, third] = [place(), place(), place()];
  for (const id of [first, third]) shop.orders.setStatus(id, 'canceled');

  expect(await ids({ view: 'canceled' })).toEqual([third, first]);
  expect(await ids({ view: 'canceled', perPage: 1, page: 2 })).toEqual([first]);
  expect(fluentApiAt(store.url, clock).views).toContain('failed');
  const pro = await openFluent({ pro: true });
  pro.shop.orders.setStatus(pro.place(), 'canceled');
  expect(await pro.ids({ view: 'canceled' })).toEqual([]);
  expect(second).toBeGreaterThan(first);
});

test('customers of some ids are those customers', async () => {
  const { api, place } = await openFluent();
  for (const email of ['a@example.test', 'b@example.test', 'c@example.test']) place(email);

  const { items } = must(await api.list({ kind: 'customer', page: 1, ids: ['1', '3'], role: 'all' }));

  expect(items).toMatchObject([{ email: 'a@example.test' }, { email: 'c@example.test' }]);
});

test.each([true, false])('subscriptions come with the order they began with (Pro: %s)', async (pro) => {
  const { api, shop, place, forward } = await openFluent({ pro });
  const id = shop.subscriptions.begin(place());
  forward(60);
  const asked = [{ page: 1 }, { page: 1, ids: [String(id)] }, { page: 1, modifiedAfter: START - 5_000 }];

  for (const question of asked)
    expect(must(await api.list({ kind: 'subscription', ...question })).items).toMatchObject([
      { id, order: { id: 1, customer: { email: FRIDA.email } } },
    ]);
  expect(must(await api.list({ kind: 'subscription', page: 1, modifiedAfter: START + 5_000 })).items).toEqual(
    [],
  );
});

describe('an outline', () => {
  it('is orders without what belongs to them, which may be what the store cannot show', async () => {
    const { place, store, api } = await openFluent();
    const id = place();
    const questions = [
      { page: 1 },
      { page: 1, ids: [String(id)] },
      { page: 1, beforeId: '99' },
      { page: 1, ...RECENT },
    ];

    for (const question of questions) {
      const page = must(await api.list({ kind: 'order', outline: true, ...question }));
      expect(idsIn(page.items)).toEqual([id]);
      expect(page.items[0]).not.toHaveProperty('customer');
    }
    expect(store.requests.filter(({ params }) => params.has('with[]'))).toEqual([]);
  });

  it('is not handed out for the whole, nor the whole for it', async () => {
    const { place, store, clock } = await openFluent();
    place();
    const api = fluentApiAt(store.url, clock);
    const question = { kind: 'order', page: 1, ...RECENT, modifiedBefore: START + 5_000 } as const;
    must(await api.list({ ...question, outline: true }));

    expect(must(await api.list(question)).items[0]).toHaveProperty('customer');
    expect(must(await api.list({ ...question, outline: true })).items[0]).not.toHaveProperty('customer');
  });
});

describe('a list that does not show all that was asked for', () => {
  /** As `rest` would answer, but for what `change` makes of a list. */
  async function changed(change: (list: List) => void) {
    const opened = await openFluent();
    const http = createHttp({ baseUrl: opened.store.url, timeoutMs: 30_000, maxBytes: 1e8, clock: Date });
    const request: Http['request'] = async (asked) => {
      const answer = await http.request(asked);
      const { orders, products } = ((answer.ok && answer.value.body) || {}) as Record<string, List>;
      const list = orders ?? products;
      if (list) change(list);
      return answer;
    };
    const { clock, store } = opened;
    const settings = { baseUrl: store.url, keys: USER, clock, http: { ...http, request } };
    return { ...opened, api: createFluentCartApi(settings) };
  }

  interface List {
    data: Record<string, unknown>[];
  }

  it.each(['customer', 'order_items', 'transactions', 'order_addresses'])(
    'its orders, without %s, are read one by one',
    async (relation) => {
      const { place, api, store } = await changed(({ data }) => {
        for (const order of data) Reflect.deleteProperty(order, relation);
      });
      const id = place();

      for (const question of [{}, { ids: [String(id)] }, RECENT]) {
        const { items, now } = must(await api.list({ kind: 'order', page: 1, ...question }));
        expect(readOrder({ item: items[0], now }).snapshots).toMatchObject([
          { address: { email: FRIDA.email }, data: { total: '49.90', lines: [{ variationId: '1' }] } },
        ]);
      }
      expect(store.requests.filter(({ path }) => path === `/orders/${String(id)}`)).toHaveLength(3);
    },
  );

  it('leaves out products of which it shows neither SKUs nor categories', async () => {
    const { api } = await changed(({ data }) => {
      for (const product of data) {
        Reflect.deleteProperty(product, 'variants');
        Reflect.deleteProperty(product, 'categories');
      }
    });

    expect(must(await api.list({ kind: 'product', page: 1 }))).toMatchObject({ items: [], total: 1 });
  });
});

describe('an operator that finds everything', () => {
  /** The shop as if it did not know what this search asks. */
  async function deafTo(search: RegExp) {
    const opened = await openFluent({ pro: false });
    const { store, clock } = opened;
    const http = createHttp({ baseUrl: store.url, timeoutMs: 30_000, maxBytes: 1e8, clock });
    const request: Http['request'] = ({ path, ...asked }) =>
      http.request({ ...asked, path: path.replace(search, '') });
    return {
      ...opened,
      api: createFluentCartApi({ baseUrl: store.url, keys: USER, clock, http: { ...http, request } }),
    };
  }

  it('is not believed where orders of some ids are asked for', async () => {
    const { place, api } = await deafTo(/search=id\+%3A%3A[^&]*&/);
    const [, second] = [place(), place()];

    expect(failureOf(await api.list({ kind: 'order', page: 1, ids: [String(second)] }))).toMatchObject({
      code: 'contradiction',
      message: expect.stringContaining('does not keep to ids'),
    });
  });

  it('is not believed where what is below an id is asked for', async () => {
    const { place, api } = await deafTo(/search=id\+%3C[^&]*&/);
    for (let count = 0; count < 230; count += 1) place();

    expect(failureOf(await api.list({ kind: 'order', page: 1, ...RECENT }))).toMatchObject({
      code: 'contradiction',
      message: expect.stringContaining('does not keep to an id'),
    });
  });
});

test.each([true, false])('a shop that shows ten on a page is read to its end (Pro: %s)', async (pro) => {
  const { place, store, clock } = await openFluent({ pro });
  const all = Array.from({ length: 25 }, () => place());
  const http = createHttp({ baseUrl: store.url, timeoutMs: 30_000, maxBytes: 1e8, clock });
  const request: Http['request'] = (asked) =>
    http.request({ ...asked, path: asked.path.replace('per_page=199', 'per_page=200') });
  const settings = { baseUrl: store.url, keys: USER, clock, http: { ...http, request } };
  const idsOf = async (question: object) =>
    idsIn(must(await createFluentCartApi(settings).list({ kind: 'order', page: 1, ...question })).items);

  expect(await idsOf(RECENT)).toEqual(all);
  expect(await idsOf({ ids: all.map(String) })).toEqual(all);
});
