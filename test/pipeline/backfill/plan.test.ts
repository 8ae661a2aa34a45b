import { beforeEach, describe, expect, it } from 'vitest';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import type { BackfillOptions } from '../../../lib/core/stores/backfill.ts';
import type { PlanParts } from '../../../lib/pipeline/backfill/plan/parts.ts';
import { type BackfillPlan, planBackfill } from '../../../lib/pipeline/backfill/plan.ts';
import { Backfilling, TEA } from '../../support/backfilling.ts';
import { AWAY, DAY, emailOf, HOUR } from '../../support/reconciling.ts';

let world: Backfilling;
let lookUps: number[];

beforeEach(() => {
  world = new Backfilling();
  lookUps = [];
});

function parts(): PlanParts {
  const { stores, sourceOf, keys, storeApiOf, clock } = world.bridge.parts();
  const { ledger } = world.bridge;
  const mautic: PlanParts['mautic'] = {
    findAll: (emails) => {
      lookUps.push(emails.length);
      return world.mautic.findAll(emails);
    },
  };
  return {
    stores,
    sourceOf,
    keys,
    storeApiOf,
    clock,
    mautic,
    policy: world.policy,
    things: { load: (refs) => ledger.load(refs) },
    contacts: { dossier: (contact) => ledger.dossier(contact) },
  };
}

async function planned(options: BackfillOptions = {}): Promise<BackfillPlan> {
  const [store] = world.bridge.stores;
  if (!store) throw new Error('there is no store');
  const plan = await planBackfill(parts(), store, options);
  if (!plan.ok) throw new Error(plan.failure.message);
  return plan.value;
}

function remember(name: string, fields: readonly (readonly [string, string | number])[]): void {
  const id = world.mautic.rows.size + 1;
  world.mautic.rows.set(id, { id, email: emailOf(name), fields: new Map(fields), tags: new Set() });
}

function withPolicy(policy: Partial<Policy>): void {
  world = new Backfilling(policy);
}

describe('a dry run', () => {
  it('says how many contacts would be created and changed, and whose orders say nothing', async () => {
    world.past(4, 2);
    const { bridge } = world;
    bridge.place('bot', { status: 'failed' });
    bridge.shop.orders.place({ status: 'completed', billing: { email: '' } });
    bridge.shop.customers.create({ email: emailOf('account'), firstName: 'Ann' });
    remember('p0', [['mautic_woo_total_spent', 7]]);

    const plan = await planned();

    expect(plan).toMatchObject({
      totals: { orders: 10, trash: 0, customers: 1 },
      sampled: { orders: 10, trash: 0, customers: 1, isAll: true },
      contacts: { create: 4, change: 1, same: 0, none: 1 },
      skipped: { 'no-email': 1 },
    });
  });

  it('counts who placed an order that lies in the trash, as the backfill writes them', async () => {
    const { bridge } = world;
    const { orders } = bridge.shop;
    orders.trash(bridge.place('trashed', { status: 'completed', lines: [TEA] }));
    orders.trash(bridge.place('bot', { status: 'failed' }));
    bridge.place('buyer', { status: 'completed', lines: [TEA] });
    bridge.pass(HOUR);

    const plan = await planned();
    await world.start();
    const { receipt } = await world.finish();

    expect(plan).toMatchObject({
      totals: { orders: 1, trash: 2 },
      sampled: { isAll: true },
      contacts: { create: 2, change: 0, same: 0, none: 1 },
    });
    expect(receipt).toMatchObject({ written: 2, left: 1 });
  });

  it('foresees the tags of categories that the ledger does not know yet', async () => {
    withPolicy({ tags: ['category:{slug}'] });
    const { bridge } = world;
    const productId = bridge.shop.products.create({ name: 'Tea', categories: ['tea'] });
    bridge.place('buyer', { status: 'completed', lines: [{ ...TEA, productId }] });
    bridge.pass(HOUR);

    const { examples } = await planned();

    expect(examples[0]?.differences).toContainEqual({
      field: 'tags',
      before: null,
      after: '+ category:tea',
    });
  });

  it('writes nothing, to the ledger as to Mautic', async () => {
    world.past(4, 2);
    const before = JSON.stringify(world.bridge.ledger.contents());
    await planned();

    expect(JSON.stringify(world.bridge.ledger.contents())).toBe(before);
    expect([world.writes, world.mautic.rows.size]).toEqual([[], 0]);
    expect(await world.bridge.register('BACKFILL')).toBeUndefined();
  });

  it('shows differences field by field, of known contacts first, and names nobody', async () => {
    world.past(20, 1);
    remember('p3', [
      ['mautic_woo_total_spent', 10],
      ['mautic_woo_order_count', 44],
    ]);

    const { examples } = await planned();

    expect(examples).toHaveLength(10);
    expect(examples[0]).toMatchObject({ ref: expect.stringMatching(/^order\/demo\/\d+$/), isNew: false });
    expect(examples[0]?.differences).toContainEqual({
      field: 'mautic_woo_order_count',
      before: '44',
      after: '1',
    });
    expect(examples[0]?.differences.map(({ field }) => field)).not.toContain('mautic_woo_total_spent');
    expect(examples.slice(1).every(({ isNew }) => isNew)).toBe(true);
    expect(JSON.stringify(examples)).not.toContain('@');
  });

  it('finds nothing to change once a backfill has finished', async () => {
    world.past(5, 2);
    await world.start();
    await world.finish();

    expect(await planned()).toMatchObject({ contacts: { create: 0, change: 0, same: 5 }, examples: [] });
  });

  it('looks at a few pages of a large shop, asks Mautic once for each, and scales what it saw', async () => {
    world.past(1500, 1);

    const plan = await planned();

    expect(plan.totals.orders).toBe(1500);
    expect(plan.sampled).toEqual({ orders: 800, trash: 0, customers: 0, isAll: false });
    expect(lookUps).toHaveLength(8);
    expect(plan.contacts.create).toBe(1500);
    expect(plan.forecast.writingSeconds).toBeGreaterThan(30);
    expect(plan.forecast.dollars).toBeGreaterThan(0);
  });

  it('says how many would be in each segment', async () => {
    withPolicy({ segments: [{ segment: 3, minOrders: 2 }, { segment: 4 }] });
    world.past(3, 2);
    world.bridge.place('once', { status: 'completed', lines: [TEA] });

    const plan = await planned();

    expect(plan.segments).toEqual([
      { segment: 3, contacts: 3 },
      { segment: 4, contacts: 4 },
    ]);
    expect(plan.advice.join()).toContain('--no-segments');
  });

  it('looks at what was asked for', async () => {
    world.past(3, 1);
    world.bridge.shop.customers.create({ email: emailOf('account') });
    world.bridge.pass(HOUR);

    expect((await planned({ only: 'customers' })).totals).toEqual({ orders: 0, trash: 0, customers: 1 });
    expect((await planned({ from: world.bridge.now - DAY })).totals.orders).toBe(0);
    expect((await planned({ only: 'customers' })).advice.join()).toContain('does not count as known');
  });

  it('says why it cannot be made', async () => {
    const [store] = world.bridge.stores;
    if (!store) throw new Error('there is no store');
    world.bridge.intercept = () => AWAY;
    expect(await planBackfill(parts(), store)).toMatchObject({ failure: { message: 'Wait for the host.' } });

    world.bridge.keys = new Map();
    expect(await planBackfill(parts(), store)).toMatchObject({ failure: { code: 'no-keys' } });
  });
});
