import { describe, expect, test } from 'vitest';
import { countedOrders, totalsOf } from '../../../../lib/core/contact/facts/counting.ts';
import { factsOf } from '../../../../lib/core/contact/facts/facts.ts';
import type { OrderData } from '../../../../lib/core/ledger/snapshot.ts';
import { DEFAULT_POLICY } from '../../../../lib/core/policy/policy.ts';
import { orderRef, orderState } from '../../../contracts/samples.ts';

function totals(orders: readonly Partial<OrderData>[], countedStatuses = DEFAULT_POLICY.countedStatuses) {
  const entries = orders.map((order, index) => ({ ref: orderRef(index + 1), state: orderState(order) }));
  return totalsOf(countedOrders(factsOf(entries, new Map()), { countedStatuses }));
}

describe('an order in a status of the shop’s own', () => {
  const own = (change: Partial<OrderData>) => [{ total: '1.00' }, { status: 'delivered', ...change }];

  test('counts while it is paid, less what was given back', () => {
    const counted = { orderCount: 2, spent: { EUR: '81.00' } };

    expect(totals(own({ total: '80.00', paidAt: 1 }))).toEqual(counted);
    expect(totals(own({ total: '90.00', refunded: '-10.00', paidAt: 1 }))).toEqual(counted);
    expect(totals(own({ total: '80.00' })).orderCount).toBe(1);
  });

  test('counts, paid or not, where the policy names it', () => {
    expect(totals(own({ total: '80.00' }), ['processing', 'delivered'])).toEqual({
      orderCount: 2,
      spent: { EUR: '81.00' },
    });
  });

  test.each([
    'pending',
    'on-hold',
    'cancelled',
    'refunded',
    'failed',
    'checkout-draft',
    'trash',
    'auto-draft',
  ])('is none in %s, which is WooCommerce’s', (status) => {
    expect(totals(own({ status, paidAt: 1 })).orderCount).toBe(1);
  });
});
