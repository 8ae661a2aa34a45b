import { describe, expect, it } from 'vitest';
import { bodyOf } from '../support/woocommerce.ts';
import { keyOf, MINUTE, openWorkshop, type Workshop } from '../support/workshop.ts';

const ANNA = 'anna@example.test';
const BEN = 'ben@example.test';
const SPENT = 'mautic_woo_total_spent';
const COUNT = 'mautic_woo_order_count';

/** As WooCommerce leaves an order whose personal data was erased (class-wc-privacy-erasers.php). */
const ERASED = {
  email: 'deleted@site.invalid',
  billing: {
    first_name: '[deleted]',
    last_name: '[deleted]',
    company: '[deleted]',
    address_1: '[deleted]',
    address_2: '[deleted]',
    city: '[deleted]',
    postcode: '[deleted]',
    state: '',
    country: '',
    phone: '+00 000 0',
  },
};

async function shopWith(...orders: readonly Parameters<Workshop['order']>[0][]): Promise<Workshop> {
  const shop = openWorkshop();
  for (const order of orders) await shop.order(order);
  await shop.settle();
  return shop;
}

describe('two stores that share a customer', () => {
  const both = [
    { store: 'demo', id: 1, total: '10.00', lines: [{ sku: 'TEA' }] },
    { store: 'other', id: 1, total: '5.50', status: 'completed', lines: [{ sku: 'CUP' }] },
  ] as const;

  it('make one contact that counts the orders of both, also where their numbers are the same', async () => {
    const shop = await shopWith(...both);

    expect(shop.mautic.rows.size).toBe(1);
    expect(shop.contact(ANNA).fields).toMatchObject({ [SPENT]: 15.5, [COUNT]: '2' });
    expect(shop.contact(ANNA).tags).toEqual(['sku:cup', 'sku:tea', 'status:completed']);
  });

  it('decide by the newest order of both who the person is', async () => {
    const shop = await shopWith(...both);

    await shop.order({ store: 'other', id: 7, billing: { city: 'Ulm' }, status: 'on-hold' });
    await shop.settle();
    expect(shop.contact(ANNA).fields).toMatchObject({ city: 'Ulm' });
    expect(shop.contact(ANNA).tags).toContain('status:on-hold');

    await shop.order({ store: 'demo', id: 9, billing: { city: 'Bonn' } });
    await shop.settle();
    expect(shop.contact(ANNA).fields).toMatchObject({ city: 'Bonn' });
  });

  it('take back what was theirs alone when an order is deleted in one of them', async () => {
    const shop = await shopWith(...both);

    await shop.deliver('other', 'order.deleted', { id: 1 });
    await shop.settle();

    expect(shop.contact(ANNA).fields).toMatchObject({ [SPENT]: 10, [COUNT]: '1' });
    expect(shop.contact(ANNA).tags).toEqual(['sku:tea', 'status:processing']);
  });

  it('leave the contact to one when the other gives its order to somebody else', async () => {
    const shop = await shopWith(...both);

    await shop.order({ store: 'demo', id: 1, email: BEN, total: '10.00' });
    await shop.settle();

    expect(shop.contact(ANNA).fields).toMatchObject({ [SPENT]: 5.5, [COUNT]: '1' });
    expect(shop.contact(ANNA).tags).toEqual(['sku:cup', 'status:completed']);
    expect(shop.contact(BEN).fields).toMatchObject({ [SPENT]: 10, [COUNT]: '1' });
  });

  it('add a note for each of two orders with one number', async () => {
    const shop = openWorkshop({ notes: ['processing'] });
    for (const store of ['demo', 'other'])
      await shop.order({ store, id: 1, createdAt: shop.clock.now() + MINUTE });
    await shop.settle();
    await shop.settle();

    expect(shop.mautic.notes).toHaveLength(2);
    expect(new Set(shop.mautic.notes.map(({ text }) => /\[[^\]]*\]/.exec(text)?.[0])).size).toBe(2);
  });
});

describe('a customer whose personal data is erased in the store', () => {
  it('loses the order: nothing that the bridge wrote stays with the contact', async () => {
    const shop = await shopWith({ id: 1, status: 'completed' });

    await shop.order({ id: 1, status: 'completed', ...ERASED });
    await shop.settle();

    const { fields, tags } = shop.contact(ANNA);
    expect(tags).toEqual([]);
    expect(Object.values(fields).filter((value) => value !== null)).toEqual([]);
    expect(shop.profile(ANNA).work).toBeUndefined();
  });

  it('becomes no other contact, alone or with everybody else who was erased', async () => {
    const shop = await shopWith({ id: 1 }, { id: 2, email: BEN });

    await shop.order({ id: 1, ...ERASED });
    await shop.order({ id: 2, ...ERASED });
    await shop.settle();

    expect([...shop.mautic.rows.values()].map(({ email }) => email).sort()).toEqual([ANNA, BEN]);
    expect(Object.keys(shop.ledger.contents().profiles)).toHaveLength(2);
    expect(shop.contact(BEN).tags).toEqual([]);
  });

  it('is not called a mistake of the store', async () => {
    const shop = await shopWith({ id: 1 });

    await shop.order({ id: 1, ...ERASED });

    expect(shop.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('keeps the contact for the orders that were not erased', async () => {
    const shop = await shopWith(
      { id: 1, total: '10.00' },
      { id: 2, total: '4.00', billing: { city: 'Ulm' } },
    );

    await shop.order({ id: 1, total: '10.00', ...ERASED });
    await shop.settle();

    expect(shop.contact(ANNA).fields).toMatchObject({ firstname: 'Anna', city: 'Ulm', [SPENT]: 4 });
  });

  it('is forgotten as well where the account remains, with an empty address', async () => {
    const customer = {
      ...bodyOf('0202'),
      id: 5,
      role: 'customer',
      email: ANNA,
      first_name: '',
      last_name: '',
    };
    const shop = await shopWith({ id: 1 });

    await shop.order({ id: 1, ...ERASED });
    await shop.deliver('demo', 'customer.updated', {
      ...customer,
      billing: {},
      date_modified_gmt: new Date(shop.clock.now()).toISOString().slice(0, 19),
    });
    await shop.settle();

    const { fields } = shop.contact(ANNA);
    expect(fields).toMatchObject({ firstname: null, city: null, phone: null, [COUNT]: null });
    expect(shop.mautic.rows.size).toBe(1);
  });

  it('never was a contact when the order is erased before the bridge hears of it', async () => {
    const shop = await shopWith({ id: 1, ...ERASED });

    expect(shop.mautic.rows.size).toBe(0);
    expect(shop.ledger.contents().things['order/demo/1']).toMatchObject({ refused: 'domain-reserved' });
  });
});

describe('two contacts of the bridge that a person merges in Mautic', () => {
  async function merged(): Promise<Workshop> {
    const shop = await shopWith({ id: 1 }, { id: 2, email: BEN, total: '7.00' });
    shop.mautic.rows.delete(shop.contact(BEN).id);
    return shop;
  }

  it('stay merged while the orders of the one that went change', async () => {
    const shop = await merged();

    await shop.order({ id: 2, email: BEN, status: 'completed' });
    await shop.settle();

    expect(shop.mautic.rows.size).toBe(1);
    expect(shop.profile(BEN).removedAt).toBeDefined();
  });

  it('leave the one that stayed as the ledger says', async () => {
    const shop = await merged();

    await shop.order({ id: 1, status: 'completed' });
    await shop.settle();

    expect(shop.contact(ANNA).fields).toMatchObject({ [SPENT]: 12, [COUNT]: '1' });
    expect(shop.contact(ANNA).tags).toEqual(['sku:tea', 'status:completed']);
  });

  it('come apart again with the next order of the one that went', async () => {
    const shop = await merged();
    shop.forward(MINUTE);

    await shop.order({ id: 3, email: BEN, total: '1.00', createdAt: shop.clock.now() });
    await shop.settle();

    expect(shop.contact(BEN).fields).toMatchObject({ [SPENT]: 8, [COUNT]: '2' });
    expect(shop.contact(ANNA).fields).toMatchObject({ [COUNT]: '1' });
    expect(keyOf(BEN)).not.toBe(keyOf(ANNA));
  });
});
