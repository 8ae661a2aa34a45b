import { describe, expect, test } from 'vitest';
import type { Shop } from '../../../lib/simulators/woocommerce/shop.ts';
import { TOPICS } from '../../../lib/simulators/woocommerce/webhooks/topics.ts';
import { openConnected, said, sendAll } from './support.ts';

/** A shop with a webhook for everything, and what it says after a step. */
function open() {
  const { shop, forward } = openConnected(TOPICS);
  const heard = (step: () => unknown) => {
    forward(5);
    step();
    return said(sendAll(shop)).map((text) => text.replace('[publish]', ''));
  };
  return { shop, heard };
}

describe('an order', () => {
  test('of block checkout is updated before it is created, that of the others after', () => {
    const { shop, heard } = open();

    expect(heard(() => shop.orders.place())).toEqual([
      'order.updated[processing]',
      'order.created[processing]',
    ]);
    expect(heard(() => shop.orders.place({}, 'checkout'))).toEqual([
      'order.created[processing]',
      'order.updated[processing]',
    ]);
    expect(heard(() => shop.orders.place({ status: 'pending' }, 'rest-api'))).toEqual([
      'order.created[pending]',
      'order.updated[pending]',
    ]);
  });

  test('begins as a draft in older versions', () => {
    const { shop, heard } = open();
    let id = 0;

    expect(heard(() => (id = shop.orders.openDraft()))).toEqual(['order.updated[checkout-draft]']);
    expect(heard(() => shop.orders.edit(id, { billing: { email: 'a@b.test' } }))).toEqual([
      'order.updated[checkout-draft]',
    ]);
    expect(heard(() => shop.orders.placeDraft(id))).toEqual([
      'order.updated[processing]',
      'order.created[processing]',
    ]);
  });

  test('says each change once, also a save without change', () => {
    const { shop, heard } = open();
    const id = shop.orders.place();
    sendAll(shop);

    expect(heard(() => shop.orders.setStatus(id, 'completed'))).toEqual(['order.updated[completed]']);
    expect(heard(() => shop.orders.edit(id, {}))).toEqual(['order.updated[completed]']);
    expect(heard(() => shop.orders.setStatus(id, 'completed'))).toEqual(['order.updated[completed]']);
  });

  test('says each refund, and keeps its status until nothing is left', () => {
    const { shop, heard } = open();
    const id = shop.orders.place({ lines: [{ price: '30.00' }] });
    sendAll(shop);

    expect(heard(() => shop.orders.refund(id, '10.00'))).toEqual(['order.updated[processing]']);
    expect(heard(() => shop.orders.refund(id))).toEqual(['order.updated[refunded]']);
    expect(shop.orders.get(id)?.refunds.map(({ amount }) => amount)).toEqual([2000, 1000]);
  });

  test('set to refunded gives all back by itself', () => {
    const { shop, heard } = open();
    const id = shop.orders.place({ lines: [{ price: '30.00' }] });
    sendAll(shop);

    expect(heard(() => shop.orders.setStatus(id, 'refunded'))).toEqual(['order.updated[refunded]']);
    expect(shop.orders.get(id)?.refunds).toMatchObject([{ amount: 3000 }]);
  });

  test('says nothing of a note or a deleted refund, and keeps its date', () => {
    const { shop, heard } = open();
    const id = shop.orders.place();
    const refund = shop.orders.refund(id, '1.00');
    sendAll(shop);
    const before = shop.orders.get(id)?.modifiedAt;

    expect(heard(() => shop.orders.addNote(id))).toEqual([]);
    expect(heard(() => shop.orders.deleteRefund(id, refund))).toEqual([]);
    expect(shop.orders.get(id)).toMatchObject({ modifiedAt: before, refunds: [] });
  });

  test('says that it is trashed and restored, not that it is erased', () => {
    const { shop, heard } = open();
    const id = shop.orders.place();
    sendAll(shop);

    expect(heard(() => shop.orders.trash(id))).toEqual(['order.deleted']);
    expect(heard(() => shop.orders.restore(id))).toEqual(['order.restored[processing]']);
    expect(heard(() => shop.orders.erase(id))).toEqual([]);
  });

  test('takes counted pieces from the stock, which is said after it', () => {
    const { shop, heard } = open();
    const productId = shop.products.create({ name: 'Tea', stock: 5 });
    sendAll(shop);
    const order = { status: 'pending', lines: [{ productId, quantity: 2 }] };
    let id = 0;

    expect(heard(() => (id = shop.orders.place(order)))).not.toContain('product.updated');
    expect(heard(() => shop.orders.setStatus(id, 'processing'))).toEqual([
      'order.updated[processing]',
      'product.updated',
    ]);
    expect(heard(() => shop.orders.setStatus(id, 'completed'))).toEqual(['order.updated[completed]']);
    expect(shop.products.get(productId)?.stock).toBe(3);
    expect(heard(() => shop.orders.setStatus(id, 'cancelled'))).toContain('product.updated');
    expect(shop.products.get(productId)?.stock).toBe(5);
  });

  test('makes a paying customer of its customer at the first payment', () => {
    const { shop, heard } = open();
    const customerId = shop.customers.create({ email: 'claire@example.test' });
    sendAll(shop);

    expect(heard(() => shop.orders.place({ customerId }, 'rest-api'))).toContain('customer.updated');
    expect(heard(() => shop.orders.place({ customerId }, 'rest-api'))).not.toContain('customer.updated');
  });
});

describe('a customer', () => {
  test('says what happens to it', () => {
    const { shop, heard } = open();
    let id = 0;

    expect(heard(() => (id = shop.customers.create({ email: 'a@b.test' })))).toEqual([
      'customer.created',
      'customer.updated',
    ]);
    expect(heard(() => shop.customers.update(id, { firstName: 'Anna' }))).toEqual(['customer.updated']);
    expect(heard(() => shop.customers.delete(id))).toEqual(['customer.deleted']);
  });

  test('is any WordPress user, whose deletion only a customer says (facts §2)', () => {
    const { shop, heard } = open();
    let id = 0;

    expect(heard(() => (id = shop.customers.create({ email: 's@b.test', role: 'subscriber' })))).toEqual([
      'customer.created',
    ]);
    expect(shop.customers.get(id)).not.toHaveProperty('modifiedAt');
    expect(heard(() => shop.customers.delete(id))).toEqual([]);
  });
});

describe('a product', () => {
  test('says what happens to it, and a coupon lies when it is trashed (recordings 0036, 0037)', () => {
    const { shop, heard } = open();
    let id = 0;

    expect(heard(() => (id = shop.products.create({ name: 'Tea' })))).toEqual([
      'product.published',
      'product.created',
    ]);
    expect(heard(() => shop.products.update(id, { categories: ['tea'] }))).toEqual(['product.updated']);
    expect(heard(() => shop.products.trash(id))).toEqual(['coupon.deleted', 'product.deleted']);
    expect(heard(() => shop.products.restore(id))).toEqual([
      'product.published',
      'product.updated',
      'product.restored',
    ]);
    expect(heard(() => shop.products.erase(id))).toEqual([]);
  });

  test('leaves the drafts (recordings 0033-0035)', () => {
    const { shop, heard } = open();
    let id = 0;

    expect(heard(() => (id = shop.products.create({ name: 'Tea', status: 'draft' })))).toEqual([
      'product.created[draft]',
    ]);
    expect(heard(() => shop.products.update(id, { status: 'publish' }))).toEqual([
      'product.published',
      'product.updated',
    ]);
  });
});

describe('a shop', () => {
  test('refuses what cannot be done', () => {
    const { shop } = open();
    const id = shop.orders.place({ lines: [{ price: '10.00' }] });

    expect(() => shop.orders.setStatus(999, 'completed')).toThrow('nothing of the id 999');
    expect(() => shop.orders.restore(id)).toThrow('is not in the trash');
    expect(() => shop.orders.refund(id, '10.01')).toThrow('cannot give that back');
    shop.orders.trash(id);
    expect(() => shop.orders.setStatus(id, 'completed')).toThrow('is in the trash');
    expect(() => shop.orders.place({ discount: '1.234' })).toThrow('is no amount');
  });
});

describe('an order that is a WordPress post (facts §1.16)', () => {
  function openPosts() {
    const { shop, forward } = openConnected(TOPICS, { storage: 'posts' });
    const id = shop.orders.place({ billing: { email: 'typo@example.test' }, lines: [{ price: '24.00' }] });
    sendAll(shop);
    const placed = shop.orders.get(id)?.modifiedAt;
    forward(60);
    return { shop, id, placed };
  }

  test('keeps its date when it is edited, and order.updated comes with other content', () => {
    const { shop, id, placed } = openPosts();

    shop.orders.edit(id, { billing: { email: 'right@example.test' }, lines: [{ price: '144.00' }] });

    expect(shop.orders.get(id)?.modifiedAt).toBe(placed);
    const [delivery] = sendAll(shop);
    expect(delivery?.topic).toBe('order.updated');
    expect(JSON.parse(delivery?.body ?? '')).toMatchObject({
      date_modified_gmt: '2026-11-21T23:07:47',
      billing: { email: 'right@example.test' },
      total: '144.00',
    });
  });

  test.each<[string, (shop: Shop, id: number) => unknown]>([
    ['in another status', (shop, id) => shop.orders.setStatus(id, 'completed')],
    ['refunded in part', (shop, id) => shop.orders.refund(id, '1.00')],
    ['put into the trash', (shop, id) => shop.orders.trash(id)],
  ])('%s has another date', (_what, change) => {
    const { shop, id, placed } = openPosts();

    change(shop, id);

    expect(shop.orders.get(id)?.modifiedAt).toBe((placed ?? 0) + 60_000);
  });

  test('in the trash is told of as an order, a product and a coupon; erased, nobody is told', () => {
    const { shop, id } = openPosts();

    shop.orders.trash(id);
    expect(said(sendAll(shop))).toEqual(['order.deleted', 'product.deleted', 'coupon.deleted']);

    shop.orders.erase(id);
    expect(said(sendAll(shop))).toEqual([]);
  });
});
