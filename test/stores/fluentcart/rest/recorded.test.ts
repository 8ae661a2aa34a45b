import * as v from 'valibot';
import { describe, expect, it, test } from 'vitest';
import { orderChangedAt } from '../../../../lib/stores/fluentcart/rest/dates.ts';
import { fluentcart } from '../../../../lib/stores/fluentcart/webhooks/index.ts';
import { failureOf, must, type Reply, serve } from '../../../mautic/support.ts';
import { feedFixture } from '../../../support/fluentcart.ts';
import { fluentApiAt, idsIn, readOrder } from './support.ts';

const JSON_TYPE = {
  'content-type': 'application/json; charset=UTF-8',
  date: 'Fri, 27 Nov 2026 02:00:00 GMT',
};

async function answeredBy(reply: Reply) {
  const { url, seen } = await serve(() => ({ headers: JSON_TYPE, ...reply }));
  return { api: fluentApiAt(url), seen };
}

const Exchange = v.object({ response: v.object({ status: v.number(), body: v.unknown() }) });

/** What a running store answered, with its status where that was kept. */
function replyOf(fixture: string, status = 200): Reply {
  const found = feedFixture(fixture);
  return v.is(Exchange, found) ? v.parse(Exchange, found).response : { status, body: found };
}

describe('what a running FluentCart answered', () => {
  it.each([
    ['order', 'rest.orders.list', [5, 4], 5],
    ['order', 'free-1.5.2/rest.orders.list.search_id_gt', [7, 8], 5],
    ['customer', 'rest.customers.list', [3, 2], 3],
    ['customer', 'free-1.5.2/rest.customers.list.page2', [12, 11, 10], 15],
    ['product', 'free-1.5.2/rest.products.list.with_categories', [42], 1],
  ] as const)('of kind %s is read as a page (recording %s)', async (...[kind, fixture, ids, total]) => {
    const { api } = await answeredBy(replyOf(fixture));

    // Recorded with other relations than the bridge asks for.
    const page = must(await api.list({ kind, page: 1, outline: true }));

    expect(idsIn(page.items)).toEqual(ids);
    expect(page).toMatchObject({ total, now: Date.parse('2026-11-27T02:00:00Z') });
  });

  it.each(['yesterday', 'Fri, 01 Jan 1960 00:00:00 GMT', 'Sat, 13 Sep 275760 00:00:00 GMT'])(
    'without a usable date (%s) is of our clock',
    async (date) => {
      const { url } = await serve(() => ({
        ...replyOf('rest.orders.list'),
        headers: { ...JSON_TYPE, date },
      }));
      const api = fluentApiAt(url, { now: () => 1_795_744_800_123 });

      expect(must(await api.list({ kind: 'order', page: 1, outline: true })).now).toBe(1_795_744_800_123);
    },
  );

  it('is one order with all that belongs to it (recording rest.orders.detail)', async () => {
    const { api, seen } = await answeredBy(replyOf('rest.orders.detail'));

    const order = must(await api.order('2'));

    expect(seen[0]?.url).toBe('/wp-json/fluent-cart/v2/orders/2');
    expect(order && readOrder(order)).toMatchObject({
      id: '2',
      snapshots: [
        { address: { email: 'ana.mueller@example.com' }, data: { status: 'refunded', refunded: '-33.90' } },
      ],
    });
  });

  it('is nothing for an order that is gone (recording rest.orders.detail.deleted)', async () => {
    const { api } = await answeredBy(replyOf('free-1.5.2/rest.orders.detail.deleted'));

    expect(must(await api.order('17'))).toBeUndefined();
  });

  it('leaves out a product that is gone, which is a 403 (recording rest.products.detail.deleted)', async () => {
    const { api } = await answeredBy(replyOf('free-1.5.2/rest.products.detail.deleted'));

    expect(must(await api.list({ kind: 'product', page: 1, ids: ['166'] })).items).toEqual([]);
  });

  it('has SKUs and categories of a product (recording rest.products.detail.with_categories)', async () => {
    const { api, seen } = await answeredBy(replyOf('free-1.5.2/rest.products.detail.with_categories'));

    const { items, now } = must(await api.list({ kind: 'product', page: 1, ids: ['42'] }));

    expect(decodeURIComponent(seen[0]?.url ?? '')).toContain(
      '/products/42?with[]=variants&with[]=categories',
    );
    expect(fluentcart.read({ kind: 'product', store: 'fluent', item: items[0], now })).toMatchObject({
      snapshots: [{ data: { skus: { 2: 'FC-LAMP' }, categories: ['f2-lampen'] } }],
    });
  });

  it('is a list of feeds, one for each event (recording rest-global-feeds)', async () => {
    const { api } = await answeredBy(replyOf('rest-global-feeds'));

    const feeds = must(await api.webhooks());

    expect(feeds).toHaveLength(14);
    expect(
      feeds
        .slice(0, 11)
        .map(({ topic }) => topic)
        .sort(),
    ).toEqual([...fluentcart.topics].sort());
    expect(feeds[0]).toEqual({
      id: '1',
      topic: 'order_paid_done',
      deliveryUrl: 'http://127.0.0.1:8061/hooks/fluentcart?rec=order_paid_done',
      status: 'active',
      secret: 's3cret',
    });
    // Without a header or a query that names the event; one sends chosen fields besides.
    expect(feeds.slice(11).map(({ status }) => status)).toEqual(['disabled', 'disabled', 'disabled']);
  });

  it('is a server’s error for a relation that nobody knows, without the path that it shows', async () => {
    const { api } = await answeredBy(replyOf('free-1.5.2/rest.error.unknown_relation.500', 500));

    const failure = failureOf(await api.list({ kind: 'order', page: 1 }));

    expect(failure).toMatchObject({ kind: 'retry', code: 'server-error' });
    expect(failure.message).not.toContain('wp-content');
  });
});

describe('an error', () => {
  it.each([
    [401, { code: 'rest_forbidden', message: 'Sorry', data: { status: 401 } }, 'authorise', 'unauthorised'],
    [403, { code: 'rest_forbidden', message: 'Sorry', data: { status: 403 } }, 'authorise', 'forbidden'],
    [403, { code: 'Permission Callback Error', data: { status: 403 } }, 'authorise', 'forbidden'],
    [404, { code: 'rest_no_route', message: 'No route', data: { status: 404 } }, 'retry', 'no-such-endpoint'],
    [422, { full_name: { required: 'Full Name is required.' } }, 'park', 'bad-request'],
    [422, { message: 'x', errors: { request_url: 'x' } }, 'park', 'bad-request'],
    [423, { code: 'locked', message: 'x' }, 'park', 'bad-request'],
    [500, '<div class="wpdberror">', 'retry', 'server-error'],
    [500, { code: 400, message: 'Order already has the same status', data: null }, 'retry', 'server-error'],
    [429, { code: 'too_many', message: 'x' }, 'retry', 'rate-limited'],
    [503, '<html>', 'retry', 'unavailable'],
    [502, '<html>', 'retry', 'gateway'],
    [403, '<html>Forbidden</html>', 'authorise', 'blocked'],
    [200, '<html>One moment</html>', 'retry', 'not-fluentcart'],
    // As the published document has them, which nobody has seen run.
    [200, { success: false, error: { code: 'validation_error', message: 'x' } }, 'park', 'bad-request'],
    [
      422,
      { success: false, error: { code: 'validation_error', details: { email: ['x'] } } },
      'park',
      'bad-request',
    ],
    [401, { success: false, error: { code: 'unauthorized', message: 'x' } }, 'authorise', 'unauthorised'],
  ] as const)('%i %j is of kind %s, code %s', async (...[status, body, kind, code]) => {
    const { api } = await answeredBy({ status, body });

    expect(failureOf(await api.list({ kind: 'order', page: 1 }))).toMatchObject({ kind, code });
  });

  it('names refused fields, and nothing that was said of them', async () => {
    const { api } = await answeredBy({
      status: 422,
      body: { email: { email: 'ana@example.com is no address' } },
    });

    const { message } = failureOf(await api.list({ kind: 'order', page: 1 }));

    expect(message).toContain('of email');
    expect(message).not.toContain('ana@example.com');
  });

  it.each([
    [{ 'retry-after': '30' }, 30_000],
    [{ 'retry-after': '31536000' }, 3_600_000],
    [{ 'x-ratelimit-reset': '999999999999' }, 3_600_000],
    [
      { 'x-ratelimit-reset': '1795744810', date: 'Fri, 27 Nov 2026 02:00:00 GMT' },
      (1_795_744_810 - 1_795_744_800) * 1000,
    ],
    [{}, undefined],
  ])('of too many calls with %j waits %s ms', async (headers, ms) => {
    const { url } = await serve(() => ({ status: 429, headers, body: {} }));

    const failure = failureOf(await fluentApiAt(url).list({ kind: 'order', page: 1 }));

    expect('retryAfterMs' in failure ? failure.retryAfterMs : undefined).toBe(ms);
  });

  it('of a list in another shape can be tried again', async () => {
    const { api } = await answeredBy({ status: 200, body: { orders: 'none' } });

    expect(failureOf(await api.list({ kind: 'order', page: 1 }))).toMatchObject({ code: 'not-fluentcart' });
  });
});

test('a list in the published envelope is a page as well', async () => {
  const body = {
    success: true,
    data: [{ id: 7 }],
    pagination: { current_page: 1, per_page: 10, total: 100, total_pages: 10 },
  };
  const { api } = await answeredBy({ status: 200, body });

  expect(must(await api.list({ kind: 'order', page: 1 }))).toMatchObject({ items: [{ id: 7 }], total: 100 });
});

test('user and password go out by Basic, to version 2', async () => {
  const { api, seen } = await answeredBy(replyOf('rest.orders.list'));
  await api.list({ kind: 'order', page: 3 });

  expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('admin:password').toString('base64')}`);
  expect(decodeURIComponent(seen[0]?.url ?? '')).toBe(
    '/wp-json/fluent-cart/v2/orders?sort_by=id&sort_type=asc&per_page=100&page=3&with[]=customer&with[]=order_items&with[]=transactions&with[]=order_addresses',
  );
});

const List = v.object({ data: v.array(v.record(v.string(), v.unknown())) });
const LATE = { id: 9, updated_at: '2026-11-30T00:00:00+00:00' };
const ADDRESSES = [
  { type: 'billing', updated_at: '2026-11-28T00:00:00+00:00' },
  { type: 'billing', ...LATE },
];

function ordersIn(recording: string) {
  return v.parse(List, feedFixture(recording)['orders']).data;
}

/** When the reader says that an order was changed. */
function seenIn(item: object): number | undefined {
  return fluentcart.read({ kind: 'order', store: 'fluent', item, now: Date.parse('2026-12-01T00:00:00Z') })
    .modifiedAt;
}

test('the adapter sorts by the date that the reader sees, in every recorded order', () => {
  const recordings = [
    'rest.orders.list',
    'free-1.5.2/rest.orders.list.with_variants',
    'free-1.5.2/rest.orders.list.product_gone',
  ];
  for (const order of recordings.flatMap(ordersIn)) expect(orderChangedAt(order)).toBe(seenIn(order));
});

test('an order is not taken for deleted where only its permission could not be looked up', async () => {
  const { api } = await answeredBy(replyOf('free-1.5.2/rest.products.detail.deleted'));

  expect(failureOf(await api.order('17'))).toMatchObject({ kind: 'authorise', code: 'forbidden' });
});

test.each([
  ['three addresses', (order: object) => ({ ...order, order_addresses: ADDRESSES })],
  ['gaps in its lists', (order: object) => ({ ...order, order_items: { 0: LATE, 2: LATE } })],
])('the adapter sorts by the date that the reader sees, in an order with %s', (_what, change) => {
  const [order = {}] = ordersIn('rest.orders.list');
  const item = change(order);

  expect(orderChangedAt(item)).toBe(seenIn(item));
});
