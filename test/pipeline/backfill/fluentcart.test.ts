import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../../lib/core/policy/store.ts';
import { startBackfill } from '../../../lib/pipeline/backfill/control.ts';
import { type FluentSimulator, startFluentSimulator } from '../../../lib/simulators/fluentcart/simulator.ts';
import { FRIDA } from '../../simulators/fluentcart/support.ts';
import { fluentApiAt, USER } from '../../stores/fluentcart/rest/support.ts';
import { Backfilling } from '../../support/backfilling.ts';
import { DAY, HOUR, Reconciling } from '../../support/reconciling.ts';

const STORE: Store = {
  id: 'fluent',
  kind: 'fluentcart',
  currency: 'EUR',
  url: 'https://fluent.example.test',
};

let world: Backfilling;
let store: FluentSimulator;
let lamp: number;

beforeEach(async () => {
  const bridge = new Reconciling();
  const clock = { now: () => bridge.now };
  store = await startFluentSimulator({ clock, pro: false });
  onTestFinished(() => store.close());
  bridge.change = {
    stores: [STORE],
    keys: { of: async () => USER },
    storeApiOf: () => fluentApiAt(store.url, clock),
  };
  world = new Backfilling({}, { bridge });
  lamp = store.shop.products.create({
    name: 'Lampe',
    variations: [{ name: 'Blau', sku: 'FC-LAMP', price: 4990 }],
    categories: ['lampen'],
  });
});

function place(name: string, isPaid = true): number {
  const id = store.shop.orders.place({
    items: [{ product: lamp }],
    billing: { ...FRIDA, email: `${name}@example.test` },
  });
  if (isPaid) store.shop.orders.pay(id);
  world.bridge.pass(HOUR);
  return id;
}

it('reads more orders of FluentCart than one page, by their ids, and writes each contact once', async () => {
  world.bridge.pass(-200 * DAY);
  for (let order = 0; order < 230; order += 1) place(`p${String(order % 100)}`);
  world.bridge.pass(200 * DAY);

  await startBackfill(world.control, 'fluent');
  const job = await world.finish();

  expect(job.tally).toMatchObject({ orders: 230, trash: 0 });
  expect(job.receipt?.complete).toBe(true);
  expect(world.mautic.rows.size).toBe(100);
  expect(world.writes).toHaveLength(100);
  expect(world.mautic.byEmail('p7@example.test')?.fields.get('mautic_woo_order_count')).toBe('3');
});

it('misses no order of FluentCart although others are deleted while it reads', async () => {
  const unpaid = Array.from({ length: 20 }, () => place('nobody', false));
  const ids = Array.from({ length: 130 }, (_, order) => place(`p${String(order)}`));
  await startBackfill(world.control, 'fluent');
  let pages = 0;
  const { storeApiOf } = world.bridge.change;
  const deleting: typeof storeApiOf = (one, key) => {
    const api = storeApiOf?.(one, key);
    if (!api) return undefined;
    return {
      ...api,
      list: async (question) => {
        const answer = await api.list(question);
        if (question.afterId !== undefined) pages += 1;
        if (pages === 1) for (const id of unpaid.splice(0)) store.shop.orders.erase(id);
        return answer;
      },
    };
  };
  world.bridge.change = { ...world.bridge.change, storeApiOf: deleting };
  await world.finish();

  expect(pages).toBe(2);
  for (const id of ids) expect(await world.bridge.order(id, 'fluent')).toBeDefined();
});

it('reads of FluentCart orders what changed since a moment, and all customers', async () => {
  const old = place('old');
  world.bridge.pass(30 * DAY);
  const from = world.bridge.now;
  const young = place('young');

  await startBackfill(world.control, 'fluent', { from });
  const job = await world.finish();

  expect(job.tally).toMatchObject({ orders: 1, customers: 2 });
  expect(await world.bridge.order(old, 'fluent')).toBeUndefined();
  expect(await world.bridge.order(young, 'fluent')).toBeDefined();
});
