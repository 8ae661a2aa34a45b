import * as v from 'valibot';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../../lib/core/policy/configuration/store.ts';
import { DEFAULT_POLICY, Policy } from '../../../lib/core/policy/policy.ts';
import { startBackfill } from '../../../lib/pipeline/backfill/control.ts';
import { planBackfill } from '../../../lib/pipeline/backfill/plan.ts';
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

describe('subscriptions', () => {
  const ASKED = v.parse(Policy, { subscriptions: {} });

  beforeEach(() => {
    const { bridge } = world;
    bridge.change = { ...bridge.change, subscriptions: true };
    world = new Backfilling(ASKED, { bridge });
  });

  function subscribe(name: string): number {
    const { orders, subscriptions } = store.shop;
    const billing = { ...FRIDA, email: `${name}@example.test` };
    const order = orders.place({ items: [{ product: lamp }], billing, type: 'subscription', digital: true });
    const id = subscriptions.begin(order);
    orders.pay(order);
    subscriptions.activate(id);
    world.bridge.pass(HOUR);
    return id;
  }

  const statusOf = (name: string) =>
    world.mautic.byEmail(`${name}@example.test`)?.fields.get('subscription_status');
  const asked = () => store.requests.filter(({ path }) => path.startsWith('/subscriptions')).length;

  it('of FluentCart are read by their ids, however many, and stand in Mautic', async () => {
    world.bridge.pass(-200 * DAY);
    for (let index = 0; index < 130; index += 1) subscribe(`p${String(index)}`);
    store.shop.subscriptions.setStatus(7, 'paused');
    world.bridge.pass(200 * DAY);

    await startBackfill(world.control, 'fluent');
    const job = await world.finish();

    expect(job.tally).toMatchObject({ orders: 130, subscriptions: 130 });
    expect(job.expected).toMatchObject({ subscriptions: 130 });
    expect(job.receipt?.complete).toBe(true);
    expect([statusOf('p0'), statusOf('p6'), statusOf('p129')]).toEqual(['active', 'paused', 'active']);
    expect(world.writes).toHaveLength(130);
  });

  it('are gone on with where a run stopped, and each step is one that a version before knows', async () => {
    for (let index = 0; index < 130; index += 1) subscribe(`p${String(index)}`);
    await startBackfill(world.control, 'fluent');
    const steps = new Set<string>();
    let stoppedAt: string | undefined;
    for (let run = 0; run < 40; run += 1) {
      const before = store.requests.length;
      await world.run(() => (store.requests.length - before < 2 ? 300_000 : 45_000));
      const { step, tally, afterId } = await world.job();
      steps.add(step);
      if (tally.subscriptions === 100) stoppedAt = afterId;
    }
    const job = await world.finish();

    expect(stoppedAt).toBe('100');
    expect(job.tally.subscriptions).toBe(130);
    expect([...steps, job.step]).toEqual(expect.not.arrayContaining(['subscriptions']));
    expect(statusOf('p129')).toBe('active');
  });

  it('are those that changed since a moment where that was asked for, and none beside customers alone', async () => {
    const old = subscribe('old');
    world.bridge.pass(30 * DAY);
    const from = world.bridge.now;
    subscribe('young');

    await startBackfill(world.control, 'fluent', { from });
    const since = await world.finish();
    await startBackfill(world.control, 'fluent', { only: 'customers' });
    const before = asked();
    const customers = await world.finish();

    expect(since.tally.subscriptions).toBe(1);
    const ref = { kind: 'subscription', store: 'fluent', id: String(old) } as const;
    expect((await world.bridge.ledger.load([ref])).size).toBe(0);
    expect(customers.tally.subscriptions).toBeUndefined();
    expect(asked()).toBe(before);
  });

  it('are not asked for where the policy has none', async () => {
    world.bridge.change = { ...world.bridge.change, subscriptions: false };
    subscribe('p1');

    await startBackfill(world.control, 'fluent');
    const job = await world.finish();

    expect(job.tally.subscriptions).toBeUndefined();
    expect(job.expected).not.toHaveProperty('subscriptions');
    expect(asked()).toBe(0);
  });

  it('are counted by a dry run where they would be read', async () => {
    for (const name of ['p1', 'p2', 'p3']) subscribe(name);
    const { keys, storeApiOf, sourceOf } = world.parts();
    const { ledger: things, ledger: contacts } = world.bridge;
    const shared = {
      stores: [STORE],
      keys,
      storeApiOf,
      sourceOf,
      things,
      contacts,
      clock: world.control.clock,
    };
    const plannedFor = (policy: Policy) =>
      planBackfill({ ...shared, policy, mautic: world.mautic }, STORE).then(
        (plan) => plan.ok && plan.value.totals,
      );

    expect(await plannedFor(ASKED)).toEqual({ orders: 3, trash: 0, customers: 3, subscriptions: 3 });
    expect(await plannedFor(DEFAULT_POLICY)).toEqual({ orders: 3, trash: 0, customers: 3 });
  });

  it('are read a second time without a write', async () => {
    subscribe('p1');
    await startBackfill(world.control, 'fluent');
    await world.finish();
    const before = world.writes.length;

    await startBackfill(world.control, 'fluent');
    const job = await world.finish();

    expect(job.tally).toMatchObject({ subscriptions: 1, changed: 0 });
    expect(world.writes).toHaveLength(before);
  });
});
