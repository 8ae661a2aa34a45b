import { beforeEach, describe, expect, test } from 'vitest';
import { isGone } from '../../../lib/core/ledger/fold/order.ts';
import {
  contactOf,
  DAY,
  emailOf,
  HOUR,
  MINUTE,
  Reconciling,
  refusedWith,
} from '../../support/reconciling.ts';

const NAMED = 'The store cannot show one of its things; it is left out and tried again';

let bridge: Reconciling;

beforeEach(async () => {
  bridge = new Reconciling();
  await bridge.run();
  bridge.pass(15 * MINUTE);
  bridge.asked = [];
  bridge.counted = {};
});

/** So many orders, a second apart, and a minute later. */
function orders(count: number, apartMs = 1000): readonly number[] {
  const ids = Array.from({ length: count }, (_, index) => {
    bridge.pass(apartMs);
    return bridge.place(`buyer-${String(index)}`);
  });
  bridge.pass(MINUTE);
  return ids;
}

async function expectAllBut(ids: readonly number[], ...missing: readonly number[]): Promise<void> {
  const absent: number[] = [];
  for (const id of ids) if ((await bridge.order(id)) === undefined) absent.push(id);
  expect(absent).toEqual(missing);
}

async function readTo(): Promise<number> {
  return ((await bridge.register('READ-orders')) as { readTo: number }).readTo;
}

function named() {
  return bridge.said(NAMED).map(({ fields }) => [fields?.['kind'], fields?.['id']]);
}

function nth(ids: readonly number[], index: number): number {
  return ids.at(index) ?? 0;
}

describe('an order that spoils every page it is on', () => {
  test.each([0, 50, 99, 100, 129])(
    'at place %i of 130 is left out and named; all others are read',
    async (place) => {
      const ids = orders(130);
      const bad = nth(ids, place);
      bridge.shop.flaws.add('orders', bad, 'content');
      const before = await readTo();

      await bridge.run();

      await expectAllBut(ids, bad);
      expect(await readTo()).toBeGreaterThan(before + 130_000);
      expect(bridge.said(NAMED)).toMatchObject([
        { level: 'error', fields: { store: 'demo', kind: 'order', id: String(bad), code: 'server-error' } },
      ]);
      expect(bridge.counted).toMatchObject({ StoreItemUnreadable: 1 });
      expect(bridge.counted['StoreUnread']).toBeUndefined();
    },
  );

  test.each([0, 50, 99, 100, 129])(
    'at place %i of 130, and is not even listed by its id, is left out by its place',
    async (place) => {
      const ids = orders(130);
      const bad = nth(ids, place);
      bridge.shop.flaws.add('orders', bad, 'always');

      await bridge.run();

      await expectAllBut(ids, bad);
      const [line] = bridge.said(NAMED);
      const after = place === 0 ? undefined : String(nth(ids, place - 1));
      expect(line?.fields).toMatchObject({ kind: 'order', id: undefined, after });
      expect(bridge.counted['StoreUnread']).toBeUndefined();
      expect(bridge.counted['StoreItemUnreadable']).toBeGreaterThan(0);
    },
  );

  test('costs two dozen calls and no more', async () => {
    const ids = orders(100);
    await bridge.run();
    const usual = bridge.asked.length;
    bridge.asked = [];
    bridge.shop.flaws.add('orders', nth(ids, 55), 'content');

    await bridge.run();

    expect(bridge.asked.length - usual).toBeLessThanOrEqual(24);
  });

  test('is not asked for again each time its page is read', async () => {
    const ids = orders(100);
    bridge.shop.flaws.add('orders', nth(ids, 55), 'content');
    await bridge.run();
    bridge.asked = [];
    bridge.lines.length = 0;

    await bridge.run();

    expect(bridge.asked.filter((call) => call.startsWith('list orders by id'))).toHaveLength(10);
    expect(named()).toEqual([]);
  });

  test('does not stand alone: three of them are left out, one by one', async () => {
    const ids = orders(130);
    const bad = [3, 4, 120].map((place) => nth(ids, place));
    for (const id of bad) bridge.shop.flaws.add('orders', id, 'content');

    await bridge.run();

    await expectAllBut(ids, ...bad);
    expect(named()).toEqual(bad.map((id) => ['order', String(id)]));
    expect(bridge.counted['StoreItemUnreadable']).toBe(3);
  });

  test.each(['content', 'always'] as const)(
    'is the only one that changed (%s): the cursor passes it',
    async (when) => {
      const [bad = 0] = orders(1);
      bridge.shop.flaws.add('orders', bad, when);
      await bridge.run();
      expect(named()).toHaveLength(1);
      expect(bridge.counted['StoreUnread']).toBeUndefined();

      bridge.pass(HOUR);
      const [next = 0] = orders(1);
      await bridge.run();

      expect(await bridge.order(next)).toBeDefined();
    },
  );

  test('changed in one second with two hundred others', async () => {
    const ids = orders(201, 0);
    const bad = nth(ids, 150);
    bridge.shop.flaws.add('orders', bad, 'content');

    await bridge.run();

    await expectAllBut(ids, bad);
  });

  test.each(['timeout', 'too-large', 'gateway', 'not-woocommerce', 'connection-lost'])(
    'with a page that fails by %s is found, too',
    async (code) => {
      const ids = orders(30);
      const bad = nth(ids, 7);
      bridge.shop.flaws.add('orders', bad, 'content');
      bridge.fail = { kind: 'retry', code, message: 'Look at the host.' };

      await bridge.run();

      await expectAllBut(ids, bad);
      expect(bridge.said(NAMED)[0]?.fields).toMatchObject({ id: String(bad), code });
    },
  );
});

describe('what was left out', () => {
  let ids: readonly number[];
  let bad: number;

  beforeEach(async () => {
    ids = orders(30);
    bad = nth(ids, 7);
    bridge.shop.flaws.add('orders', bad, 'content');
    await bridge.run();
    bridge.lines.length = 0;
  });

  test('is counted in every run and tried again once an hour, and said once', async () => {
    const tries = () => bridge.asked.filter((call) => call === 'list orders by id 1').length;
    bridge.pass(30 * MINUTE);
    await bridge.run();
    bridge.pass(15 * MINUTE);
    bridge.asked = [];
    bridge.counted = {};
    await bridge.run();
    expect(tries()).toBe(0);
    expect(bridge.counted['StoreItemUnreadable']).toBe(1);

    bridge.pass(30 * MINUTE);
    await bridge.run();

    expect(tries()).toBe(1);
    expect(bridge.counted['StoreItemUnreadable']).toBe(2);
    expect(named()).toEqual([]);
  });

  test('is taken in when the store can show it, and its contact hears of it', async () => {
    bridge.pass(DAY);
    bridge.shop.flaws.remove('orders', bad);
    bridge.counted = {};

    await bridge.run();

    await expectAllBut(ids);
    expect((await bridge.ledger.profile(contactOf('buyer-7')))?.work).toBe('live');
    expect(bridge.counted['StoreItemUnreadable']).toBeUndefined();
    expect(bridge.said('The store answers again')).toHaveLength(1);
    expect(await bridge.register('LEFT-OUT')).toEqual({ things: [] });
  });

  test('and is erased or in the trash by then is no longer tried', async () => {
    bridge.shop.orders.erase(bad);
    bridge.shop.flaws.remove('orders', bad);
    bridge.pass(2 * HOUR);

    await bridge.run();

    expect(await bridge.register('LEFT-OUT')).toEqual({ things: [] });
    expect(await bridge.order(bad)).toBeUndefined();
  });

  test('while the store is away waits for the next run', async () => {
    bridge.pass(2 * HOUR);
    bridge.intercept = () => refusedWith({ kind: 'retry', code: 'unavailable', message: 'Wait.' });

    await bridge.run();

    expect(await bridge.register('LEFT-OUT')).toMatchObject({ things: [{ kind: 'order', id: String(bad) }] });
  });

  test('of which a webhook tells is in the ledger all the same', async () => {
    await bridge.deliver();

    expect(await bridge.order(bad)).toBeDefined();
  });
});

describe('a thing of another kind', () => {
  test('a customer is left out, and all others are read', async () => {
    const ids = Array.from({ length: 130 }, (_, index) =>
      bridge.shop.customers.create({ email: emailOf(`customer-${String(index)}`) }),
    );
    bridge.shop.flaws.add('customers', nth(ids, 42), 'content');
    bridge.pass(DAY);

    await bridge.run();

    const { things } = bridge.ledger.contents();
    const missing = ids.filter((id) => !(`customer/demo/${String(id)}` in things));
    expect(missing).toEqual([nth(ids, 42)]);
    expect(named()).toEqual([['customer', String(nth(ids, 42))]]);
  });

  test('a product that an order names is left out, and the order is read', async () => {
    const product = bridge.shop.products.create({ name: 'Engine' });
    bridge.shop.flaws.add('products', product, 'always');
    bridge.pass(30 * DAY);
    await bridge.run();
    const id = bridge.place('ada', { lines: [{ productId: product }] });
    bridge.pass(MINUTE);

    await bridge.run();

    expect(await bridge.order(id)).toBeDefined();
    expect(named()).toContainEqual(['product', String(product)]);
  });

  test('an order in the trash is left out of the trash', async () => {
    const ids = orders(12);
    await bridge.run();
    for (const id of ids) bridge.shop.orders.trash(id);
    bridge.shop.flaws.add('orders', nth(ids, 5), 'content');
    bridge.pass(MINUTE);

    await bridge.run();

    const gone = await Promise.all(ids.map(async (id) => bridge.status(id)));
    expect(gone.map((status) => status === 'trash')).toEqual(ids.map((_id, index) => index !== 5));
  });

  test('an order that has to be looked at once more is left out until then', async () => {
    const id = bridge.place('ada');
    await bridge.deliver();
    bridge.shop.orders.trash(id);
    await bridge.deliver();
    bridge.shop.orders.restore(id);
    for (let sent = bridge.shop.deliveries.takeNext(); sent; sent = bridge.shop.deliveries.takeNext())
      bridge.shop.deliveries.finish(sent, 200);
    const others = orders(3);
    bridge.intercept = (call) =>
      call === `order ${String(id)}`
        ? refusedWith({ kind: 'retry', code: 'server-error', message: 'Look at the host.' })
        : undefined;

    await bridge.run();
    await expectAllBut(others);
    expect(named()).toEqual([['order', String(id)]]);

    bridge.intercept = () => undefined;
    bridge.pass(2 * HOUR);
    await bridge.run();
    const state = await bridge.order(id);
    expect(state && isGone(state)).toBe(false);
  });
});

describe('a store that fails at everything', () => {
  test.each(['server-error', 'timeout', 'not-woocommerce'])(
    'by %s is unread, nothing is left out, and it is not asked again and again',
    async (code) => {
      const ids = orders(130);
      const before = await readTo();
      bridge.intercept = () => refusedWith({ kind: 'retry', code, message: 'Look at the host.' });

      await bridge.run();

      expect(await readTo()).toBe(before);
      expect(bridge.counted).toMatchObject({ StoreUnread: 1 });
      expect(bridge.counted['StoreItemUnreadable']).toBeUndefined();
      expect(bridge.asked.length).toBeLessThan(15);
      bridge.intercept = () => undefined;
      await bridge.run();
      await expectAllBut(ids);
    },
  );

  test('that has things but not their lists leaves out no hundred of them', async () => {
    const ids = orders(100);
    const before = await readTo();
    for (const id of ids) bridge.shop.flaws.add('orders', id, 'content');

    await bridge.run();

    expect(await readTo()).toBe(before);
    expect(named()).toEqual([]);
    expect(bridge.counted['StoreUnread']).toBe(1);
  });

  test('when asked for its orders is read in everything else', async () => {
    const product = bridge.shop.products.create({ name: 'Engine' });
    const customer = bridge.shop.customers.create({ email: emailOf('ada') });
    bridge.pass(DAY);
    bridge.intercept = (call) =>
      call.startsWith('list orders')
        ? refusedWith({ kind: 'retry', code: 'server-error', message: 'Look at the host.' })
        : undefined;

    await bridge.run();

    const { things } = bridge.ledger.contents();
    for (const name of [`product/demo/${String(product)}`, `customer/demo/${String(customer)}`])
      expect(things).toHaveProperty([name]);
    expect(bridge.said('A store could not be read').map(({ fields }) => fields?.['what'])).toEqual([
      'orders',
    ]);
    expect(bridge.counted['StoreUnread']).toBe(1);
  });

  test('for now, as its limiter says, is asked nothing more', async () => {
    bridge.intercept = (call) =>
      call.startsWith('list')
        ? refusedWith({ kind: 'retry', code: 'rate-limited', message: 'Wait.' })
        : undefined;

    await bridge.run();

    expect(bridge.asked.filter((call) => call.startsWith('list'))).toHaveLength(1);
  });
});

describe('a page that is read in parts', () => {
  test('by place, while its list changes, is read anew by the next run', async () => {
    const ids = orders(60);
    bridge.shop.flaws.add('orders', nth(ids, 33), 'always');
    const before = await readTo();
    bridge.intercept = (call) => {
      if (call === 'list orders 3 by 10') bridge.shop.orders.setStatus(nth(ids, 5), 'completed');
      return undefined;
    };

    await bridge.run();
    expect(await readTo()).toBe(before);

    bridge.intercept = () => undefined;
    bridge.pass(15 * MINUTE);
    await bridge.run();
    await expectAllBut(ids, nth(ids, 33));
  });

  test('by ids, while orders change, leaves none of them out', async () => {
    const ids = orders(60);
    bridge.shop.flaws.add('orders', nth(ids, 33), 'content');
    let changed = false;
    bridge.intercept = (call) => {
      if (call === 'list orders by id 1' && !changed) {
        changed = true;
        bridge.shop.orders.setStatus(nth(ids, 50), 'completed');
      }
      return undefined;
    };

    await bridge.run();

    await expectAllBut(ids, nth(ids, 33));
  });

  test('when the time is over goes on in the next run with what it knows', async () => {
    const ids = orders(60);
    bridge.shop.flaws.add('orders', nth(ids, 53), 'content');

    for (let runs = 0; runs < 3; runs += 1) await bridge.runFor(16);

    await expectAllBut(ids, nth(ids, 53));
    expect(named()).toEqual([['order', String(nth(ids, 53))]]);
  });
});
