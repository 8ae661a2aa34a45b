import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import { keyOf, MINUTE, openWorkshop, type Workshop } from '../../support/workshop.ts';

const ANNA = 'anna@example.test';
const BEN = 'ben@example.test';
const CLEO = 'cleo@example.test';
const SPENT = 'mautic_woo_total_spent';
const COUNT = 'mautic_woo_order_count';

/** Three contacts in step with a policy; Ben has two orders. */
async function inStep(policy: Partial<Policy> = {}) {
  const shop = openWorkshop(policy);
  await shop.policyChange();
  await shop.order({ id: 1, email: ANNA, status: 'completed', billing: { company: 'Berg' } });
  await shop.order({ id: 2, email: BEN, total: '20.00' });
  await shop.order({ id: 3, email: BEN, total: '30.00' });
  await shop.order({ id: 4, email: CLEO, status: 'on-hold', billing: { address_2: 'Hof' } });
  await shop.settle();
  return shop;
}

async function deploy(shop: Workshop, policy: Partial<Policy>): Promise<void> {
  shop.deploy(policy);
  expect(await shop.policyChange()).toBe('waiting');
  shop.forward(15 * MINUTE);
  expect(await shop.policyChange()).toBe('marked');
  await shop.settle();
}

describe('a change of the policy reaches contacts that are in step', () => {
  it('a tag template that is taken out takes its tags from all of them', async () => {
    const shop = await inStep();
    expect(shop.contact(ANNA).tags).toEqual(['sku:tea', 'status:completed']);
    shop.mautic.byEmail(BEN)?.tags.add('vip');

    await deploy(shop, { tags: ['sku:{sku}'] });

    expect([ANNA, BEN, CLEO].map((email) => shop.contact(email).tags)).toEqual([
      ['sku:tea'],
      ['sku:tea', 'vip'],
      [],
    ]);
  });

  it('a new tag template tags all of them', async () => {
    const shop = await inStep({ tags: [] });

    await deploy(shop, { tags: ['Kunde', 'is:{status}'] });

    expect(shop.contact(BEN).tags).toEqual(['is:processing', 'kunde']);
    expect(shop.contact(CLEO).tags).toEqual(['is:on-hold']);
  });

  it('other statuses count', async () => {
    const shop = await inStep();

    await deploy(shop, { countedStatuses: ['on-hold'] });

    expect(shop.contact(CLEO).fields).toMatchObject({ [SPENT]: 12, [COUNT]: '1' });
    expect(shop.contact(CLEO).tags).toEqual(['sku:tea', 'status:on-hold']);
    expect(shop.contact(BEN).fields).toMatchObject({ [SPENT]: null, [COUNT]: null });
    expect(shop.contact(BEN).tags).toEqual(['status:processing']);
  });

  it('another alias is filled, and the one before keeps its last value', async () => {
    const shop = await inStep();

    await deploy(shop, { aliases: { orderData: false, totalSpent: 'revenue', orderCount: COUNT } });

    expect(shop.contact(BEN).fields).toMatchObject({ revenue: 50, [SPENT]: 50, [COUNT]: '2' });
  });

  it('an alias that was left out is filled', async () => {
    const shop = await inStep({ aliases: { orderData: false, totalSpent: false, orderCount: false } });
    expect(shop.contact(BEN).fields).not.toHaveProperty(SPENT);

    await deploy(shop, {});

    expect(shop.contact(BEN).fields).toMatchObject({ [SPENT]: 50, [COUNT]: '2' });
  });

  it('company and second address line are filled, and keep their last value when they are taken out', async () => {
    const shop = await inStep();

    await deploy(shop, { company: true, address2: true });
    expect(shop.contact(ANNA).fields).toMatchObject({ company: 'Berg' });
    expect(shop.contact(CLEO).fields).toMatchObject({ address2: 'Hof' });
    expect(shop.contact(CLEO).fields).not.toHaveProperty('company');

    await deploy(shop, {});
    expect(shop.contact(ANNA).fields).toMatchObject({ company: 'Berg' });
  });

  it('segments are filled and emptied', async () => {
    const shop = await inStep();

    await deploy(shop, { segments: [{ segment: 3, minOrders: 2 }] });
    expect([...shop.mautic.membersOf(3)]).toEqual([shop.contact(BEN).id]);

    await deploy(shop, { segments: [{ segment: 4, statuses: ['on-hold'] }] });
    expect([...shop.mautic.membersOf(3)]).toEqual([]);
    expect([...shop.mautic.membersOf(4)]).toEqual([shop.contact(CLEO).id]);
  });

  it('an address that is ignored from now on loses what the bridge wrote, and gets it back', async () => {
    const shop = await inStep({ segments: [{ segment: 3, minOrders: 1 }] });

    await deploy(shop, { ignore: [ANNA], segments: [{ segment: 3, minOrders: 1 }] });
    expect(shop.contact(ANNA)).toMatchObject({ tags: [], fields: { firstname: null, [SPENT]: null } });
    expect(shop.mautic.membersOf(3)).not.toContain(shop.contact(ANNA).id);
    expect(shop.contact(BEN).fields).toMatchObject({ firstname: 'Anna' });

    await deploy(shop, {});
    expect(shop.contact(ANNA)).toMatchObject({
      tags: ['sku:tea', 'status:completed'],
      fields: { firstname: 'Anna', [SPENT]: 12 },
    });
  });

  it('an address that is ignored no longer becomes a contact', async () => {
    const shop = await inStep({ ignore: [ANNA] });
    expect(shop.mautic.byEmail(ANNA)).toBeUndefined();

    await deploy(shop, {});

    expect(shop.contact(ANNA).fields).toMatchObject({ firstname: 'Anna', [COUNT]: '1' });
  });

  it('a house account that the limit now allows comes back, and one that it forbids is parked', async () => {
    const shop = await inStep({ maxOrders: 1 });
    expect(shop.profile(BEN).parked).toMatchObject({ code: 'too-many-orders' });

    await deploy(shop, {});
    expect(shop.contact(BEN).fields).toMatchObject({ [COUNT]: '2' });
    expect(shop.profile(BEN).parked).toBeUndefined();

    await deploy(shop, { maxOrders: 1 });
    expect(shop.profile(BEN).parked).toMatchObject({ code: 'too-many-orders' });
  });

  it('a field that may be created now is filled', async () => {
    const shop = openWorkshop({ fields: 'check' });
    shop.world.lacks.add(SPENT);
    await shop.policyChange();
    await shop.order({ email: BEN, total: '50.00' });
    await shop.settle();
    expect(shop.contact(BEN).fields).not.toHaveProperty(SPENT);

    await deploy(shop, { fields: 'create' });

    expect(shop.contact(BEN).fields).toMatchObject({ [SPENT]: 50 });
  });

  it('another base currency of the store', async () => {
    const shop = await inStep();

    shop.current.currency = 'CHF';
    await deploy(shop, {});

    expect(shop.contact(BEN).fields).toMatchObject({ [SPENT]: null, [COUNT]: '2' });
  });
});

describe('a rule that is new in the policy', () => {
  const emails = { completed: { template: 7, transactional: true } };

  it('mails no history and adds no notes to it, but what comes from now on', async () => {
    const shop = await inStep({ notes: ['on-hold'] });

    await deploy(shop, { notes: ['on-hold', 'completed', 'processing'], emails });
    expect(shop.mautic.sent).toEqual([]);
    expect(shop.mautic.notes).toEqual([]);

    await shop.order({ id: 1, email: ANNA, status: 'completed', total: '13.00' });
    await shop.order({ id: 9, email: ANNA, status: 'completed', createdAt: shop.clock.now() });
    await shop.settle();
    expect(shop.mautic.sent.map(({ order }) => order)).toEqual(['9']);
    expect(shop.mautic.notes).toHaveLength(1);
  });

  it('leaves the older rules as they are', async () => {
    const shop = openWorkshop({ emails });
    await shop.policyChange();
    const createdAt = shop.clock.now();
    await shop.order({ id: 1, email: ANNA, createdAt });
    await shop.settle();
    await deploy(shop, { emails: { ...emails, refunded: { template: 8, transactional: true } } });

    await shop.order({ id: 1, email: ANNA, status: 'completed', createdAt });
    await shop.settle();

    expect(shop.mautic.sent.map(({ emailId, order }) => [emailId, order])).toEqual([[7, '1']]);
  });
});

describe('a change of the policy', () => {
  it('costs Mautic one look and one write for each contact that it changes, and none for the others', async () => {
    const shop = await inStep();
    const before = shop.mautic.calls;

    await deploy(shop, { ignore: [CLEO] });

    expect(shop.mautic.calls - before).toBe(2);
    expect(shop.contact(CLEO).tags).toEqual([]);
  });

  it('lets live work go first', async () => {
    const shop = await inStep();
    shop.deploy({ tags: [] });
    await shop.policyChange();
    shop.forward(15 * MINUTE);
    await shop.policyChange();
    await shop.order({ id: 5, email: 'dora@example.test' });
    shop.doorbell.take();
    shop.forward(2 * MINUTE);

    await shop.sweep();

    const rings = shop.doorbell.take().map(({ contact }) => contact);
    expect(rings[0]).toBe(keyOf('dora@example.test'));
    expect(new Set(rings.slice(1))).toEqual(new Set([ANNA, BEN, CLEO].map(keyOf)));
  });

  it('waits while there is no room beside live work', async () => {
    const shop = await inStep();
    shop.deploy({ tags: [] });
    await shop.policyChange();
    shop.forward(15 * MINUTE);
    await shop.policyChange();
    for (let index = 0; index < 600; index += 1) {
      const email = `live${String(index)}@example.test`;
      await shop.ledger.want(keyOf(email), email, shop.clock.now());
    }

    await shop.sweep();

    const later = new Set([ANNA, BEN, CLEO].map(keyOf));
    expect(shop.doorbell.take().some(({ contact }) => later.has(contact))).toBe(false);
  });

  it('is not undone by a change of an order that comes meanwhile', async () => {
    const shop = await inStep();
    shop.deploy({ tags: ['new:{status}'] });
    await shop.policyChange();
    shop.forward(15 * MINUTE);
    await shop.policyChange();
    await shop.order({ id: 1, email: ANNA, status: 'refunded' });

    await shop.settle();

    expect(shop.contact(ANNA).tags).toEqual(['new:refunded']);
    expect(shop.contact(BEN).tags).toEqual(['new:processing']);
  });
});
