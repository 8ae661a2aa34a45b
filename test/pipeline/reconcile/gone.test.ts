import { beforeEach, describe, expect, test } from 'vitest';
import { isGone } from '../../../lib/core/ledger/fold/order.ts';
import { createShop } from '../../../lib/simulators/woocommerce/shop.ts';
import { createShopApi } from '../../../lib/simulators/woocommerce/shop-api.ts';
import { randomFrom } from '../../support/random.ts';
import { contactOf, DAY, MINUTE, Reconciling } from '../../support/reconciling.ts';

let bridge: Reconciling;

beforeEach(async () => {
  bridge = new Reconciling();
  await bridge.run();
  await bridge.deliver();
  bridge.pass(15 * MINUTE);
});

/** An order that the ledger knows, a while later. */
async function known(name = 'ada'): Promise<number> {
  const id = bridge.place(name);
  await bridge.deliver();
  bridge.pass(MINUTE);
  return id;
}

async function isKnownGone(id: number): Promise<boolean> {
  const state = await bridge.order(id);
  if (!state) throw new Error(`order ${String(id)} is not in the ledger`);
  return isGone(state);
}

/** The shop's next deliveries never arrive. */
function lose(): void {
  for (;;) {
    const delivery = bridge.shop.deliveries.takeNext();
    if (!delivery) return;
    bridge.shop.deliveries.finish(delivery, 200);
  }
}

async function later(): Promise<void> {
  bridge.pass(15 * MINUTE);
  await bridge.run();
}

/** It strikes three, and no week is over. */
async function aNightLater(): Promise<void> {
  bridge.pass(DAY);
  await bridge.run();
}

/** The survey of the ledger comes round. */
async function aWeekLater(): Promise<void> {
  bridge.pass(8 * DAY);
  await bridge.run();
}

describe('an order that was made from a cart', () => {
  const placed = { meta: [{ key: '_mcb_cart_id', value: 'c1' }], status: 'processing' };

  async function knownOfCart(order: object = placed): Promise<number> {
    const id = bridge.shop.orders.place({ billing: { email: 'ada@example.test' }, ...order });
    await bridge.deliver();
    bridge.pass(MINUTE);
    return id;
  }

  test.each([
    ['bought', placed],
    ['left unpaid', { ...placed, status: 'pending' }],
  ])('and %s is looked for singly like any other: it says something of two things', async (_what, order) => {
    const id = await knownOfCart(order);
    const other = await known('ben');
    bridge.shop.orders.trash(id);
    lose();
    await later();

    await aWeekLater();
    bridge.shop.orders.trash(other);
    lose();
    await later();

    expect([await isKnownGone(id), await isKnownGone(other)]).toEqual([true, true]);
    expect(bridge.said('A store could not be read')).toEqual([]);
  });

  test('is there again though only its deletion was told', async () => {
    const id = await knownOfCart();
    bridge.shop.orders.trash(id);
    await bridge.deliver();
    bridge.shop.orders.restore(id);
    lose();
    expect(await isKnownGone(id)).toBe(true);

    await later();

    expect(await isKnownGone(id)).toBe(false);
  });
});

describe('an order in the trash', () => {
  test('is gone though no webhook said so', async () => {
    const id = await known();
    bridge.shop.orders.trash(id);
    lose();

    await later();

    expect(await isKnownGone(id)).toBe(true);
    expect(await bridge.status(id)).toBe('trash');
  });

  test('and back is there again though neither webhook came', async () => {
    const id = await known();
    bridge.shop.orders.trash(id);
    lose();
    await later();
    bridge.shop.orders.restore(id);
    lose();

    await later();

    expect(await isKnownGone(id)).toBe(false);
    expect(await bridge.status(id)).toBe('processing');
  });

  test('and back is there again though only the deletion was told', async () => {
    const id = await known();
    bridge.shop.orders.trash(id);
    await bridge.deliver();
    bridge.shop.orders.restore(id);
    lose();
    expect(await isKnownGone(id)).toBe(true);

    await later();

    expect(await isKnownGone(id)).toBe(false);
    expect((await bridge.order(id))?.restored).toEqual(['rest/1']);
    expect((await bridge.ledger.profile(contactOf('ada')))?.work).toBe('live');
  });

  test('and back, three times, with only the deletions told, counts exactly what is missing', async () => {
    const id = await known();
    for (let times = 0; times < 3; times += 1) {
      bridge.shop.orders.trash(id);
      await bridge.deliver();
      bridge.pass(1000);
      bridge.shop.orders.restore(id);
      lose();
      bridge.pass(1000);
    }

    await later();
    await later();

    expect((await bridge.order(id))?.deleted).toHaveLength(3);
    expect((await bridge.order(id))?.restored).toEqual(['rest/1', 'rest/2', 'rest/3']);
    expect(await isKnownGone(id)).toBe(false);
  });

  test('stays gone while the reading is of this second, and is there when it has settled', async () => {
    const id = await known();
    bridge.shop.orders.trash(id);
    await bridge.deliver();
    bridge.shop.orders.restore(id);
    lose();

    await bridge.run();
    expect(await isKnownGone(id)).toBe(true);
    await later();
    expect(await isKnownGone(id)).toBe(false);
  });

  test('again while it is being looked at stays gone: the deletion that comes in between counts', async () => {
    const id = await known();
    bridge.shop.orders.trash(id);
    await bridge.deliver();
    bridge.shop.orders.restore(id);
    lose();
    bridge.pass(MINUTE);
    bridge.intercept = (call) => {
      // The list still said that it is there.
      if (call === `order ${String(id)}`) bridge.shop.orders.trash(id);
      return undefined;
    };

    await bridge.run();
    expect(await isKnownGone(id)).toBe(true);
    expect((await bridge.order(id))?.restored).toEqual([]);

    bridge.intercept = () => undefined;
    await bridge.deliver();
    await later();
    expect(await isKnownGone(id)).toBe(true);
  });

  test('whose deletion comes in after the store was asked is gone', async () => {
    const id = await known();
    bridge.shop.orders.trash(id);
    await bridge.deliver();
    bridge.shop.orders.restore(id);
    lose();
    bridge.pass(MINUTE);
    // Between the second look and the fold the order goes to the trash again, and `record` hears of it first.
    const things = new Proxy(bridge.ledger, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (name !== 'save') return member;
        return async (...args: Parameters<typeof target.save>) => {
          if (bridge.shop.orders.get(id)?.status !== 'trash') {
            bridge.shop.orders.trash(id);
            await bridge.deliver();
          }
          return target.save(...args);
        };
      },
    });
    bridge.change = { things };

    await bridge.run();

    expect((await bridge.order(id))?.restored).toEqual(['rest/1']);
    expect((await bridge.order(id))?.deleted).toHaveLength(2);
    expect(await isKnownGone(id)).toBe(true);
  });

  test('and back, whose webhooks come late, is there and can go again', async () => {
    const id = await known();
    bridge.shop.orders.trash(id);
    await bridge.deliver();
    bridge.shop.orders.restore(id);
    await later();
    await bridge.deliver();
    expect(await isKnownGone(id)).toBe(false);

    bridge.pass(MINUTE);
    bridge.shop.orders.trash(id);
    await later();
    expect(await isKnownGone(id)).toBe(true);
  });
});

describe('an order that was erased for good', () => {
  test('without a trace is found in the night, and its contact hears of it', async () => {
    const id = await known();
    await aWeekLater();
    expect(await isKnownGone(id)).toBe(false);
    await bridge.ledger.settle(
      contactOf('ada'),
      (await bridge.ledger.profile(contactOf('ada')))?.wanted ?? 0,
      {},
    );
    bridge.shop.orders.erase(id);

    await aNightLater();

    expect(await isKnownGone(id)).toBe(true);
    expect((await bridge.order(id))?.deleted).toEqual(['rest/erased']);
    expect((await bridge.ledger.profile(contactOf('ada')))?.work).toBe('live');
  });

  test.each<[string, readonly ('trash' | 'restore')[], boolean]>([
    ['out of the trash', ['trash'], true],
    ['out of the trash, of which no webhook told', ['trash'], false],
    ['after it came back', ['trash', 'restore'], true],
    ['after it came back, of which no webhook told', ['trash', 'restore'], false],
  ])('%s is gone', async (_what, actions, told) => {
    const id = await known();
    for (const action of actions) {
      bridge.shop.orders[action](id);
      if (told) await bridge.deliver();
      else lose();
      bridge.pass(MINUTE);
    }
    bridge.shop.orders.erase(id);

    await aWeekLater();

    expect(await isKnownGone(id)).toBe(true);
    expect((await bridge.order(id))?.deleted).toContain('rest/erased');
  });

  test('is gone though more restorations than deletions are known', async () => {
    const id = await known();
    const mark = { type: 'order-mark', mark: 'restored' } as const;
    for (const by of ['4/a', '4/b']) await foldMark(id, { ...mark, by });
    bridge.shop.orders.erase(id);

    await aWeekLater();

    expect(await isKnownGone(id)).toBe(true);
  });

  test('is not asked for again, week after week', async () => {
    const id = await known();
    bridge.shop.orders.erase(id);
    await aWeekLater();
    bridge.asked = [];

    await aWeekLater();

    expect(bridge.asked).toContain('list orders by id 1');
    expect(bridge.asked).not.toContain(`order ${String(id)}`);
  });

  test('and came back with a backup of the store is there again', async () => {
    const id = await known();
    const copy = bridge.shop.orders.get(id);
    bridge.shop.orders.erase(id);
    await aWeekLater();
    (bridge.shop.records.orders as Map<number, typeof copy>).set(id, copy);

    await aWeekLater();
    expect(await isKnownGone(id)).toBe(false);

    bridge.shop.orders.erase(id);
    await aWeekLater();
    expect(await isKnownGone(id)).toBe(true);
  });
});

describe('the weekly survey', () => {
  test('looks at every order, asks for a hundred at once, and singly only for those it misses', async () => {
    const ids = Array.from({ length: 230 }, (_, index) => bridge.place(`buyer-${String(index)}`));
    await later();
    const erased = ids.filter((_id, index) => index % 50 === 7);
    for (const id of erased) bridge.shop.orders.erase(id);
    bridge.asked = [];

    await aWeekLater();

    const gone = await Promise.all(ids.map(isKnownGone));
    expect(ids.filter((_id, index) => gone[index])).toEqual(erased);
    const questions = bridge.asked.filter((call) => call === 'list orders by id 1').length;
    expect(questions).toBeLessThan(10);
    expect(bridge.asked.filter((call) => call.startsWith('order '))).toHaveLength(erased.length);
  });

  test('goes on in the next run where the time was over', async () => {
    const ids = Array.from({ length: 230 }, (_, index) => bridge.place(`buyer-${String(index)}`));
    await later();
    await aWeekLater();
    const last = ids.at(-1) ?? 0;
    bridge.shop.orders.erase(last);
    bridge.pass(8 * DAY);
    for (let runs = 0; runs < 10; runs += 1) {
      await bridge.runFor(9);
      bridge.pass(15 * MINUTE);
    }

    expect(await isKnownGone(last)).toBe(true);
    expect(await bridge.register('ERASED')).toMatchObject({ done: true });
  });

  test('finds trashed and restored orders that were older than what is read each night', async () => {
    const trashed = await known('ada');
    const restored = await known('bea');
    bridge.shop.orders.trash(restored);
    await bridge.deliver();
    bridge.shop.orders.trash(trashed);
    bridge.shop.orders.restore(restored);
    lose();
    // While nobody read the store.
    bridge.pass(30 * DAY);
    for (const name of ['READ-orders', 'READ-trash', 'READ-products']) {
      const { revision } = (await bridge.ledger.read({ of: { store: 'demo' }, name })) ?? {
        revision: undefined,
      };
      const cursor = JSON.stringify({ readTo: bridge.now, from: bridge.now });
      await bridge.ledger.write({ of: { store: 'demo' }, name }, cursor, revision);
    }

    await bridge.run();

    expect(await isKnownGone(trashed)).toBe(true);
    expect(await isKnownGone(restored)).toBe(false);
  });

  test('asks each store for its own orders only', async () => {
    const other = createShop({ random: randomFrom(2), clock: { now: () => bridge.now } });
    bridge.stores = [...bridge.stores, { id: 'second', kind: 'woocommerce', currency: 'EUR' }];
    bridge.keys = new Map(['demo', 'second'].map((id) => [id, { consumerKey: 'ck', consumerSecret: 'cs' }]));
    bridge.change = { storeApiOf: ({ id }) => createShopApi(id === 'second' ? other : bridge.shop) };
    await bridge.run();
    const id = await known();
    other.orders.place();
    const elsewhere = other.orders.place();
    await later();
    expect(bridge.shop.orders.get(elsewhere)).toBeUndefined();

    await aWeekLater();

    expect(await isKnownGone(id)).toBe(false);
    const state = await bridge.order(elsewhere, 'second');
    expect(state).toMatchObject({ deleted: [], restored: [] });
  });

  test('that fails half-way goes on there', async () => {
    const id = await known();
    bridge.shop.orders.erase(id);
    bridge.pass(8 * DAY);
    bridge.change = {
      survey: {
        orders: async () => {
          throw new Error('throttled');
        },
      },
    };
    await bridge.run();
    expect(bridge.counted['StoreUnread']).toBe(1);

    bridge.change = {};
    await bridge.run();
    expect(await isKnownGone(id)).toBe(true);
  });
});

/** As if a webhook had said so. */
async function foldMark(
  id: number,
  mark: { mark: 'restored'; by: string; type: 'order-mark' },
): Promise<void> {
  const ref = { kind: 'order', store: 'demo', id: String(id) } as const;
  const [webhookId = '', deliveryId = ''] = mark.by.split('/');
  const body = Buffer.from(JSON.stringify({ id: Number(ref.id) })).toString('base64');
  const receivedAt = new Date(bridge.now).toISOString();
  await bridge.recordAll([
    {
      schema: 1,
      store: 'demo',
      receivedAt,
      topic: 'order.restored',
      webhookId,
      deliveryId,
      body: { in: 'message', base64: body },
    },
  ]);
}
