import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../../lib/core/policy/configuration/store.ts';
import { createShop } from '../../../lib/simulators/woocommerce/shop.ts';
import { createShopApi } from '../../../lib/simulators/woocommerce/shop-api.ts';
import { randomFrom } from '../../support/random.ts';
import { AWAY, MINUTE, Reconciling } from '../../support/reconciling.ts';

const KEY = { consumerKey: 'ck', consumerSecret: 'cs' };
const STORES: readonly Store[] = ['demo', 'second', 'third'].map((id) => ({
  id,
  kind: 'woocommerce',
  currency: 'EUR',
  url: `https://${id}.example.test`,
}));

let bridge: Reconciling;

beforeEach(async () => {
  bridge = new Reconciling();
  await bridge.run();
  bridge.pass(15 * MINUTE);
});

describe('a run whose time is over', () => {
  test('ends, and the next ones go on where it stopped until all is read', async () => {
    const ids = Array.from({ length: 350 }, (_, index) => {
      bridge.pass(1000);
      return bridge.place(`buyer-${String(index)}`);
    });
    bridge.pass(MINUTE);
    bridge.asked = [];

    await bridge.runFor(3);
    expect(bridge.said('A store was read').at(-1)?.fields).toMatchObject({ finished: false });
    expect(await bridge.status(ids[190] ?? 0)).toBe('processing');
    expect(await bridge.status(ids.at(-1) ?? 0)).toBeUndefined();

    for (let runs = 0; runs < 4; runs += 1) {
      bridge.pass(15 * MINUTE);
      await bridge.runFor(3);
    }
    for (const id of ids) expect(await bridge.status(id)).toBe('processing');
    expect(bridge.counted['StoreUnread']).toBeUndefined();
  });

  test('in a crowded second reads that second again', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => bridge.place(`buyer-${String(index)}`));
    bridge.pass(MINUTE);

    await bridge.runFor(3);
    expect(await bridge.status(ids.at(-1) ?? 0)).toBeUndefined();
    await bridge.run();

    for (const id of ids) expect(await bridge.status(id)).toBe('processing');
  });

  test('asks nothing at all when there are thirty seconds left', async () => {
    bridge.asked = [];

    await bridge.run(() => 30_000);

    expect(bridge.asked.filter((call) => call.startsWith('list'))).toEqual([]);
  });
});

describe('several stores', () => {
  beforeEach(() => {
    bridge.stores = STORES;
    bridge.keys = new Map(STORES.map(({ id }) => [id, KEY]));
  });

  test('are read each by itself, though their orders have the same ids', async () => {
    const other = createShop({ random: randomFrom(2), clock: { now: () => bridge.now } });
    bridge.change = {
      storeApiOf: ({ id }) => createShopApi(id === 'second' ? other : bridge.shop),
    };
    const id = bridge.place('ada', { status: 'completed' });
    expect(other.orders.place({ status: 'on-hold' })).toBe(id);
    bridge.pass(MINUTE);

    await bridge.run();

    expect((await bridge.order(id))?.data?.status).toBe('completed');
    expect((await bridge.order(id, 'second'))?.data?.status).toBe('on-hold');
    expect(await bridge.register('READ-orders', 'second')).toEqual(await bridge.register('READ-orders'));
  });

  test('go on when one of them is away', async () => {
    const away = createShopApi(bridge.shop);
    bridge.change = {
      storeApiOf: ({ id }) =>
        id === 'demo' ? { ...away, list: async () => AWAY } : createShopApi(bridge.shop),
    };
    const id = bridge.place('ada');
    bridge.pass(MINUTE);

    await bridge.run();

    expect(await bridge.order(id)).toBeUndefined();
    expect(await bridge.order(id, 'second')).toBeDefined();
    expect(await bridge.order(id, 'third')).toBeDefined();
    expect(bridge.counted['StoreUnread']).toBe(1);
  });

  test('share the time: one with much to read leaves some to the others', async () => {
    await bridge.run();
    for (let index = 0; index < 3000; index += 1) {
      bridge.pass(1000);
      bridge.shop.orders.place({ lines: [] });
    }
    bridge.pass(MINUTE);
    let left = 330_000;
    bridge.intercept = () => {
      left -= 20_000;
      return undefined;
    };

    await bridge.run(() => left);

    const runs = bridge.said('A store was read').slice(-3);
    expect(runs.map(({ fields }) => fields?.['store'])).toEqual(['demo', 'second', 'third']);
    for (const { fields } of runs) expect(Number(fields?.['read'])).toBeGreaterThanOrEqual(200);
  });
});
