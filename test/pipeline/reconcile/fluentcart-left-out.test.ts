import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { Store } from '../../../lib/core/policy/configuration/store.ts';
import { createHttp, type Http } from '../../../lib/http.ts';
import { type FluentSimulator, startFluentSimulator } from '../../../lib/simulators/fluentcart/simulator.ts';
import { createFluentCartApi } from '../../../lib/stores/fluentcart/rest/index.ts';
import { FRIDA } from '../../simulators/fluentcart/support.ts';
import { USER } from '../../stores/fluentcart/rest/support.ts';
import { HOUR, MINUTE, Reconciling } from '../../support/reconciling.ts';

const STORE: Store = {
  id: 'fluent',
  kind: 'fluentcart',
  currency: 'EUR',
  url: 'https://fluent.example.test',
};

let bridge: Reconciling;
let store: FluentSimulator;
let lamp: number;
let bad: ReadonlySet<number>;
let isFilterBroken: boolean;

/** Fails at whatever shows one of the bad orders whole, as when a plugin dies of it. */
function spoilt(http: Http): Http {
  return {
    ...http,
    request: async (request) => {
      const answer = await http.request(request);
      if (!answer.ok) return answer;
      const { orders } = (answer.value.body ?? {}) as {
        orders?: { data: { id: number; customer?: unknown }[] };
      };
      const isSpoilt = orders?.data.some(({ id, customer }) => bad.has(id) && customer !== undefined);
      const isFiltered = isFilterBroken && request.path.includes('advanced_filters');
      return isSpoilt || isFiltered
        ? succeeded({ ...answer.value, status: 500, body: undefined, text: '<html>' })
        : answer;
    },
  };
}

async function open(pro: boolean) {
  bridge = new Reconciling();
  bad = new Set();
  isFilterBroken = false;
  const clock = { now: () => bridge.now };
  store = await startFluentSimulator({ clock, pro });
  onTestFinished(() => store.close());
  lamp = store.shop.products.create({ name: 'Lampe', variations: [{ name: 'B', sku: 'X', price: 4990 }] });
  bridge.change = {
    stores: [STORE],
    keys: { of: async () => USER },
    storeApiOf: () => {
      const http = spoilt(createHttp({ baseUrl: store.url, timeoutMs: 30_000, maxBytes: 1e8, clock }));
      return createFluentCartApi({ baseUrl: store.url, keys: USER, clock, http });
    },
  };
}

const place = () => store.shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });

/** The next quarter of an hour. */
async function next(ms = 15 * MINUTE): Promise<void> {
  bridge.pass(ms);
  await bridge.run();
}

describe.each([
  ['with Pro', true],
  ['without Pro', false],
])('an order that a FluentCart store %s cannot show', (_edition, pro) => {
  beforeEach(() => open(pro));

  test('is named and left out, and keeps no other from being read', async () => {
    const ids = Array.from({ length: 30 }, place);
    bad = new Set([ids[7] ?? 0]);
    await next();
    const asked = store.requests.length;
    const later = place();
    await next();

    const known = await Promise.all(
      [...ids, later].map(async (id) => (await bridge.order(id, STORE.id)) && id),
    );
    expect(known.filter((id) => id !== undefined)).toEqual([...ids, later].filter((id) => !bad.has(id)));
    expect(bridge.said('The store cannot show one of its things').map(({ fields }) => fields)).toMatchObject([
      { kind: 'order', id: String(ids[7]) },
    ]);
    expect(bridge.counted['StoreUnread']).toBeUndefined();
    // Each page and each view once in vain, and in tens; not everything again for each of a hundred places.
    expect(store.requests.length - asked).toBeLessThan(40);
  });

  test('is read once the store can show it', async () => {
    const id = place();
    bad = new Set([id]);
    await next();
    bad = new Set();
    await next(2 * HOUR);

    expect(await bridge.order(id, STORE.id)).toBeDefined();
  });

  test('is not one of many: where no order can be shown none is left out', async () => {
    const ids = Array.from({ length: 12 }, place);
    bad = new Set(ids);
    await next();

    expect(bridge.counted['StoreUnread']).toBe(1);
    expect(bridge.counted['StoreItemUnreadable']).toBeUndefined();
  });
});

test('a FluentCart store that cannot say what changed is asked once, and not in parts', async () => {
  await open(true);
  place();
  await next();
  const before = store.requests.length;
  isFilterBroken = true;
  await next();

  expect(bridge.counted['StoreUnread']).toBe(1);
  expect(store.requests.length - before).toBeLessThan(15);
});
