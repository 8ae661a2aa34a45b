import { describe, expect, it } from 'vitest';
import { FRIDA, openShop } from './support.ts';

type Shop = ReturnType<typeof openShop>['shop'];

function standing({ shown }: Shop, id: number): string {
  const { status, paymentStatus, shippingStatus } = shown.records.orders.get(id) ?? {};
  return [status, paymentStatus, shippingStatus].join(' / ');
}

describe('an order goes through the statuses of a running store (facts/fluentcart D2)', () => {
  it('when it is physical', () => {
    const { shop, lamp } = openShop();
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA, shippingTotal: 490 });
    const seen = [standing(shop, id)];
    const step = (act: () => void) => {
      act();
      seen.push(standing(shop, id));
    };
    step(() => shop.orders.pay(id));
    step(() => shop.orders.setShipping(id, 'shipped'));
    step(() => shop.orders.setShipping(id, 'delivered'));
    step(() => shop.orders.setStatus(id, 'completed'));
    step(() => shop.orders.refund(id, 1000));
    step(() => shop.orders.refund(id, 4480));
    step(() => shop.orders.setStatus(id, 'canceled'));

    expect(seen).toEqual([
      'on-hold / pending / unshipped',
      'processing / paid / unshipped',
      'processing / paid / shipped',
      'processing / paid / delivered',
      'completed / paid / delivered',
      'completed / partially_refunded / delivered',
      'completed / refunded / delivered',
      'canceled / refunded / delivered',
    ]);
    expect(() => shop.orders.setStatus(id, 'processing')).toThrow('stays cancelled');
  });

  it('when it is digital', () => {
    const { shop, lamp } = openShop();
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA, digital: true });
    expect(standing(shop, id)).toBe('on-hold / pending / ');

    shop.orders.pay(id);

    expect(standing(shop, id)).toBe('completed / paid / ');
  });

  it('when it is raised after payment, and when its transaction is set by hand', () => {
    const { shop, lamp } = openShop();
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
    shop.orders.setTransaction(id, 'succeeded');
    expect(standing(shop, id)).toBe('on-hold / succeeded / unshipped');
    shop.orders.setTransaction(id, 'pending');
    shop.orders.pay(id);
    shop.orders.raise(id, 4990);

    expect(standing(shop, id)).toBe('processing / partially_paid / unshipped');
  });
});

describe('the date of an order (facts/fluentcart D1)', () => {
  const dateOf = ({ shown }: Shop, id: number) => shown.records.orders.get(id)?.updatedAt;

  it('is not moved by an edited address or customer', () => {
    const { shop, lamp, forward } = openShop();
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
    const before = dateOf(shop, id);
    forward(60);
    shop.orders.editAddress(id, { city: 'Hamburg' });
    shop.customers.edit(1, { firstName: 'Fritz' });

    expect(dateOf(shop, id)).toBe(before);
  });

  it('is moved by everything else', () => {
    const { shop, lamp, forward } = openShop();
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
    for (const step of [
      () => shop.orders.pay(id),
      () => shop.orders.setShipping(id, 'shipped'),
      () => shop.orders.refund(id, 100),
      () => shop.orders.setStatus(id, 'completed'),
      () => shop.orders.raise(id, 100),
    ]) {
      forward(1);
      step();
      expect(dateOf(shop, id)).toBe(shop.now());
    }
  });
});

describe('the date of completion', () => {
  const completedAt = ({ shown }: Shop, id: number) => shown.records.orders.get(id)?.completedAt;

  it('moves each time an order is completed, and stays when it is something else', () => {
    const { shop, lamp, forward } = openShop();
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
    shop.orders.setStatus(id, 'completed');
    const first = shop.now();
    forward(1);
    shop.orders.pay(id);
    shop.orders.setStatus(id, 'on-hold');
    expect(completedAt(shop, id)).toBe(first);

    forward(1);
    shop.orders.setStatus(id, 'completed');

    expect(completedAt(shop, id)).toBe(shop.now());
  });

  it('does not move when it is completed already', () => {
    const { shop, lamp, forward } = openShop();
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
    shop.orders.setStatus(id, 'completed');
    const first = shop.now();
    forward(1);
    shop.orders.setStatus(id, 'completed');

    expect(completedAt(shop, id)).toBe(first);
  });
});

it('deleting a customer takes all their orders along, in silence', () => {
  const { shop, lamp } = openShop();
  const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
  shop.orders.pay(id);
  expect(() => shop.orders.erase(id)).toThrow('cannot be deleted');
  const waiting = shop.jobs.waiting();

  shop.customers.remove(1);

  expect([...shop.shown.records.orders]).toEqual([]);
  expect(shop.jobs.waiting()).toBe(waiting);
});
