import { describe, expect, it } from 'vitest';
import { NOTHING_KEPT } from '../../../../../lib/core/ledger/kept.ts';
import type { OrderData } from '../../../../../lib/core/ledger/snapshot.ts';
import { translate } from '../../../../../lib/stores/woocommerce/webhooks/translate.ts';
import { cartBody } from '../../../../support/recorded-carts.ts';
import { arrivalWith, bodyOf } from '../../../../support/woocommerce.ts';

const PAY = 'http://127.0.0.1:8040/checkout/order-pay/164/?pay_for_order=true&key=wc_order_4xkzi7uKSui90';

function dataOf(body: unknown): OrderData | undefined {
  const translation = translate(arrivalWith('order.updated', body), NOTHING_KEPT);
  const [seen] = 'snapshots' in translation ? translation.snapshots : [];
  return seen?.type === 'order' ? seen.data : undefined;
}

/** The recorded order 164, which nobody has paid yet, with changes. */
function refill(change: object): string | undefined {
  return dataOf({ ...cartBody('0049'), ...change })?.checkout?.refill;
}

const [MUG] = cartBody('0049').line_items as readonly object[];
const [, SHIRT] = bodyOf('0057').line_items as readonly object[];

describe('an order that nobody paid', () => {
  it('says where it was made, where it can be paid, and what would fill the cart again', () => {
    expect(dataOf(cartBody('0049'))).toMatchObject({
      status: 'pending',
      cartId: '5159e410-93d7-447d-af5e-1d07ff60127d',
      checkout: {
        createdVia: 'store-api',
        paymentUrl: PAY,
        needsPayment: true,
        refill: 'products=11:1,13:1',
      },
    });
  });

  it('cannot be paid any more once it is cancelled, and says so', () => {
    expect(dataOf(cartBody('0084', 'unpaid'))).toMatchObject({
      status: 'cancelled',
      checkout: { needsPayment: false },
    });
  });

  it.each([
    ['paid', { date_paid_gmt: '2026-11-27T00:08:06' }],
    ['past an attempt', { status: 'processing' }],
    ['a part of another', { parent_id: 7 }],
    ['made by somebody who works in the shop', { created_via: 'admin' }],
    ['made by a program', { created_via: 'rest-api' }],
    ['a renewal', { created_via: 'subscription' }],
  ])('is none when it is %s', (_what, change) => {
    expect(dataOf({ ...cartBody('0049'), ...change })).not.toHaveProperty('checkout');
  });

  it('never has an address of a page that is none', () => {
    const { checkout } = dataOf({ ...cartBody('0049'), payment_url: 'javascript:alert(1)' }) ?? {};

    expect(checkout).not.toHaveProperty('paymentUrl');
  });
});

describe('a link that fills the cart again', () => {
  it('takes one coupon along', () => {
    expect(refill({ coupon_lines: [{ code: 'save10' }] })).toBe('products=11:1,13:1&coupon=save10');
    expect(refill({ coupon_lines: [{ code: 'größe 10' }] })).toMatch(/&coupon=gr%C3%B6%C3%9Fe%2010$/);
  });

  it('names a variation by its own id, where its name says all that was chosen', () => {
    expect(refill({ line_items: [SHIRT] })).toBe('products=16:1');
  });

  it.each([
    ['there are two coupons', { coupon_lines: [{ code: 'a' }, { code: 'b' }] }],
    ['a product stands in two lines', { line_items: [MUG, MUG] }],
    ['WooCommerce is older than 10.0', { version: '9.9.5' }],
    ['a product is erased', { line_items: [{ ...MUG, product_id: 0 }] }],
    ['there is half of something', { line_items: [{ ...MUG, quantity: 0.5 }] }],
    ['there is nothing', { line_items: [] }],
    ['an attribute of a variation was chosen freely', { line_items: [{ ...SHIRT, name: 'T-shirt - M' }] }],
    [
      'a plugin added something of its own',
      {
        line_items: [
          { ...MUG, meta_data: [{ key: 'Gravur', display_key: 'Gravur', display_value: 'Für Oma' }] },
        ],
      },
    ],
  ])('is none where %s', (_why, change) => {
    expect(refill(change)).toBeUndefined();
  });
});
