import { beforeEach, describe, expect, test } from 'vitest';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import type { StoreApi, StorePage } from '../../../lib/core/stores/store-api.ts';
import { createShopApi } from '../../../lib/simulators/woocommerce/shop-api.ts';
import { MINUTE, Reconciling } from '../../support/reconciling.ts';

let bridge: Reconciling;

beforeEach(async () => {
  bridge = new Reconciling();
  await bridge.run();
  bridge.pass(15 * MINUTE);
  bridge.asked = [];
});

/** So many orders, each a while after the one before. */
function orders(count: number, apartMs: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => {
    if (index > 0) bridge.pass(apartMs);
    return bridge.place(`buyer-${String(index)}`);
  });
}

async function expectAll(ids: readonly number[], status = 'processing'): Promise<void> {
  const missing: number[] = [];
  for (const id of ids) if ((await bridge.status(id)) !== status) missing.push(id);
  expect(missing).toEqual([]);
}

function pages(): readonly string[] {
  return bridge.asked.filter((call) => call.startsWith('list orders '));
}

/** The store answers as the shop does, changed by this. */
function answering(change: (page: StorePage, kind: string) => StorePage): void {
  const api = createShopApi(bridge.shop);
  const list: StoreApi['list'] = async (question) => {
    const answer = await api.list(question);
    return answer.ok ? succeeded(change(answer.value, question.kind)) : answer;
  };
  bridge.change = { storeApiOf: () => ({ ...api, list }) };
}

describe('many orders', () => {
  test('are read page by page, each beginning where the last one ended', async () => {
    const ids = orders(230, 1000);
    bridge.pass(MINUTE);

    await bridge.run();

    await expectAll(ids);
    // The second page begins with the last second of the first one.
    expect(pages()).toEqual(['list orders 1', 'list orders 1', 'list orders 1']);
  });

  test('of which a page ends within a second lose none of that second', async () => {
    const ids = [...orders(95, 1000), ...orders(60, 0), ...orders(20, 1000)];
    bridge.pass(MINUTE);

    await bridge.run();

    await expectAll(ids);
  });

  test('within one second are read by page numbers', async () => {
    const ids = [...orders(3, 1000), ...orders(250, 0), ...orders(3, 1000)];
    bridge.pass(MINUTE);

    await bridge.run();

    await expectAll(ids);
    expect(pages()).toContain('list orders 3');
  });

  test.each([100, 101, 200])('exactly %i within one second are all read', async (count) => {
    const ids = orders(count, 0);
    bridge.pass(MINUTE);

    await bridge.run();

    await expectAll(ids);
  });

  test('of the last page end at the upper end, and the next run begins there', async () => {
    const ids = orders(100, 1000);

    await bridge.run();

    await expectAll(ids);
  });
});

describe('more than a page of this very second', () => {
  test('waits for the next run: the cursor stays two seconds behind the clock', async () => {
    const ids = orders(250, 0);

    await bridge.run();
    const { readTo } = (await bridge.register('READ-orders')) as { readTo: number };
    expect(readTo).toBeLessThanOrEqual(bridge.now - 2000);

    bridge.pass(15 * MINUTE);
    await bridge.run();
    await expectAll(ids);
  });
});

describe('an order that changes while the pages are read', () => {
  test('and was not read yet goes beyond the end; nothing else is left out, and the next run finds it', async () => {
    const ids = orders(250, 1000);
    bridge.pass(MINUTE);
    bridge.intercept = () => {
      if (pages().length === 2) bridge.shop.orders.setStatus(ids[150] ?? 0, 'completed');
      return undefined;
    };

    await bridge.run();
    await expectAll(ids.filter((_id, index) => index !== 150));

    bridge.intercept = () => undefined;
    bridge.pass(15 * MINUTE);
    await bridge.run();
    expect(await bridge.status(ids[150] ?? 0)).toBe('completed');
  });

  test('and was read already moves no other out of sight', async () => {
    const ids = orders(250, 1000);
    bridge.pass(MINUTE);
    bridge.intercept = () => {
      const done = pages().length;
      // Each page, the whole page before it changes: by number, as many would be skipped.
      if (done > 1)
        for (const id of ids.slice((done - 2) * 99, (done - 1) * 99)) bridge.shop.orders.edit(id, {});
      return undefined;
    };

    await bridge.run();

    await expectAll(ids);
  });

  test('within a crowded second makes that second be read again', async () => {
    const ids = orders(250, 0);
    bridge.pass(MINUTE);
    let changed = false;
    bridge.intercept = (call) => {
      if (call === 'list orders 3' && !changed) {
        changed = true;
        for (const id of ids.slice(0, 60)) bridge.shop.orders.setStatus(id, 'completed');
      }
      return undefined;
    };

    await bridge.run();
    await expectAll(ids.slice(60));

    bridge.intercept = () => undefined;
    bridge.pass(15 * MINUTE);
    await bridge.run();
    await expectAll(ids.slice(0, 60), 'completed');
  });

  test('all the time, in a crowded second, ends the run and not the cursor', async () => {
    const ids = orders(250, 0);
    const before = await bridge.register('READ-orders');
    bridge.pass(MINUTE);
    let next = 0;
    bridge.intercept = (call) => {
      if (call === 'list orders 2') bridge.shop.orders.edit(ids[next++] ?? 0, {});
      return undefined;
    };

    await bridge.run();

    expect(await bridge.register('READ-orders')).toEqual(before);
    expect(bridge.said('A store could not be read').at(-1)?.fields).toMatchObject({ code: 'contradiction' });
  });
});

describe('a store whose totals get lost on the way', () => {
  /** As the shop answers behind a cache that takes `X-WP-Total` out, or a plugin that makes it wrong. */
  function behindCache(total: number | undefined): void {
    answering(({ items, now }) => ({ items, now, ...(total !== undefined && { total }) }));
  }

  describe.each([undefined, 0])('(%s instead)', (total) => {
    test('is read by the length of its pages', async () => {
      behindCache(total);
      const ids = orders(230, 1000);
      bridge.pass(MINUTE);

      await bridge.run();

      await expectAll(ids);
      expect(bridge.counted['StoreUnread']).toBeUndefined();
      expect(await bridge.register('READ-orders')).toMatchObject({ readTo: bridge.now - 2400 });
    });

    test.each([99, 100, 101, 200, 250])('is read though %i orders are of one second', async (count) => {
      behindCache(total);
      const ids = [...orders(3, 1000), ...orders(count, 0), ...orders(3, 1000)];
      bridge.pass(MINUTE);

      await bridge.run();

      await expectAll(ids);
    });

    test('shows all its customers', async () => {
      behindCache(total);
      const ids = Array.from({ length: 230 }, (_, index) =>
        bridge.shop.customers.create({ email: `customer-${String(index)}@example.test` }),
      );
      bridge.pass(24 * 60 * MINUTE);

      await bridge.run();

      const { things } = bridge.ledger.contents();
      expect(ids.filter((id) => !(`customer/demo/${String(id)}` in things))).toEqual([]);
    });
  });

  test('shows no order of a crowded second less because others change meanwhile', async () => {
    const ids = orders(250, 0);
    bridge.pass(MINUTE);
    const api = createShopApi(bridge.shop);
    let changed = false;
    const list: StoreApi['list'] = async (question) => {
      if (question.kind === 'order' && question.page === 3 && !changed) {
        changed = true;
        for (const id of ids.slice(0, 60)) bridge.shop.orders.setStatus(id, 'completed');
      }
      const answer = await api.list(question);
      return answer.ok ? succeeded({ items: answer.value.items, now: answer.value.now }) : answer;
    };
    bridge.change = { storeApiOf: () => ({ ...api, list }) };

    await bridge.run();

    await expectAll(ids.slice(60));
  });
});

describe('a store that contradicts itself', () => {
  test.each<[string, (page: StorePage) => StorePage]>([
    ['has more than it shows, but shows nothing', (page) => ({ ...page, items: [], total: 5 })],
    ['answers in another order', (page) => ({ ...page, items: page.items.toReversed() })],
    ['answers without dates', (page) => ({ ...page, items: page.items.map(() => ({})), total: 300 })],
    [
      'answers what was not asked for',
      (page) => ({ ...page, items: page.items.map((item) => ({ ...(item as object), ...OLD })), total: 300 }),
    ],
  ])('%s: the cursor stays, and the log says whom to ask', async (_what, change) => {
    orders(120, 1000);
    const before = await bridge.register('READ-orders');
    bridge.pass(MINUTE);
    answering((page, kind) => (kind === 'order' ? change(page) : page));

    await bridge.run();

    expect(await bridge.register('READ-orders')).toEqual(before);
    expect(bridge.counted['StoreUnread']).toBe(1);
    expect(bridge.said('A store could not be read').at(-1)).toMatchObject({
      fields: {
        store: 'demo',
        what: expect.stringMatching(/^orders/),
        code: 'contradiction',
        remedy: expect.stringMatching(/plugin/),
      },
    });
  });

  test('or holds what nobody can use goes on, and says how many it left out', async () => {
    const ids = orders(3, 1000);
    bridge.pass(MINUTE);
    answering((page, kind) => {
      const items = [...page.items, null, 'nonsense', { id: 'x' }];
      return kind === 'order' && page.items.length > 0 ? { ...page, items, total: items.length } : page;
    });

    await bridge.run();

    await expectAll(ids);
    expect(bridge.said('The store answered things without').at(0)?.fields).toMatchObject({ count: 3 });
    expect(bridge.counted['StoreUnread']).toBeUndefined();
  });
});

const OLD = { date_modified_gmt: '2020-01-01T00:00:00' };
