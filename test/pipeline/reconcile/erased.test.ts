import { beforeEach, describe, expect, test } from 'vitest';
import { succeeded } from '../../../lib/core/ledger/failure.ts';
import { isGone } from '../../../lib/core/ledger/fold/order.ts';
import { createShopApi } from '../../../lib/simulators/woocommerce/shop-api.ts';
import { AWAY, DAY, MINUTE, Reconciling } from '../../support/reconciling.ts';

let bridge: Reconciling;

beforeEach(async () => {
  bridge = new Reconciling();
  await bridge.run();
  bridge.pass(15 * MINUTE);
});

async function isKnownGone(id: number): Promise<boolean> {
  const state = await bridge.order(id);
  if (!state) throw new Error(`order ${String(id)} is not in the ledger`);
  return isGone(state);
}

/** It strikes three, and no week is over. */
async function aNightLater(): Promise<void> {
  bridge.pass(DAY);
  await bridge.run();
}

async function aWeekLater(): Promise<void> {
  bridge.pass(8 * DAY);
  await bridge.run();
}

describe('the nightly look', () => {
  /** So many orders that are known, the weekly reading just done. */
  async function orders(count: number): Promise<readonly number[]> {
    const ids = Array.from({ length: count }, (_, index) => bridge.place(`buyer-${String(index)}`));
    bridge.pass(15 * MINUTE);
    await bridge.run();
    await aWeekLater();
    bridge.asked = [];
    return ids;
  }

  test('finds those that were erased, and asks singly for no other', async () => {
    const ids = await orders(230);
    const erased = ids.filter((_id, index) => index % 50 === 7);
    for (const id of erased) bridge.shop.orders.erase(id);

    await aNightLater();

    const gone = await Promise.all(ids.map(isKnownGone));
    expect(ids.filter((_id, index) => gone[index])).toEqual(erased);
    expect(bridge.asked.filter((call) => call.startsWith('order '))).toHaveLength(erased.length);
  });

  test('costs a small question for about a hundred orders when nothing was erased', async () => {
    await orders(230);

    await aNightLater();

    const asked = bridge.asked.filter((call) => call.startsWith('list orders by id'));
    expect(new Set(asked)).toEqual(new Set(['list orders by id 1 by 1 in outline']));
    expect(asked.length).toBeLessThan(6);
  });

  test('does not ask for what is gone', async () => {
    const [trashed = 0, erased = 0, live = 0] = await orders(3);
    bridge.shop.orders.trash(trashed);
    bridge.shop.orders.erase(erased);
    await aNightLater();
    bridge.shop.orders.erase(trashed);
    bridge.asked = [];

    await aNightLater();

    expect(bridge.asked.filter((call) => call.startsWith('order '))).toEqual([]);
    expect(await isKnownGone(live)).toBe(false);
  });

  test('is taken once a night, and not in the night of the weekly reading', async () => {
    const looks = () => bridge.asked.filter((call) => call.includes('in outline')).length;
    await orders(3);
    await aNightLater();
    await bridge.run();
    expect(looks()).toBe(1);

    bridge.asked = [];
    await aWeekLater();
    expect(looks()).toBe(0);
  });

  test('manages without totals, which caches take out', async () => {
    const [erased = 0, live = 0] = await orders(2);
    bridge.shop.orders.erase(erased);
    const api = createShopApi(bridge.shop);
    bridge.change = {
      storeApiOf: () => ({
        ...api,
        list: async (question) => {
          const answer = await api.list(question);
          return answer.ok ? succeeded({ items: answer.value.items, now: answer.value.now }) : answer;
        },
      }),
    };

    await aNightLater();

    expect([await isKnownGone(erased), await isKnownGone(live)]).toEqual([true, false]);
  });

  test('manages though one of them cannot be shown', async () => {
    const [broken = 0, erased = 0, live = 0] = await orders(3);
    bridge.shop.flaws.add('orders', broken, 'always');
    bridge.shop.orders.erase(erased);

    await aNightLater();

    expect([await isKnownGone(broken), await isKnownGone(erased), await isKnownGone(live)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('goes on in the next run where the store went away', async () => {
    const ids = await orders(230);
    bridge.shop.orders.erase(ids.at(-1) ?? 0);
    let calls = 0;
    bridge.intercept = (call) => {
      if (!call.includes('in outline')) return undefined;
      calls += 1;
      return calls >= 2 ? AWAY : undefined;
    };
    await aNightLater();
    expect(bridge.counted['StoreUnread']).toBe(1);

    bridge.intercept = () => undefined;
    await bridge.run();

    expect(await isKnownGone(ids.at(-1) ?? 0)).toBe(true);
  });
});
