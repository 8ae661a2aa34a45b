import { describe, expect, it } from 'vitest';
import type { Checkout } from '../../../lib/core/contact/carts/checkout.ts';
import { tokensOf } from '../../../lib/core/effects/tokens.ts';

const REF = { kind: 'cart', store: 'demo', id: 'c1' } as const;
const LINK = 'https://shop.example.com/checkout-link/?products=11:2&mcb=c1.sig';

const CHECKOUT: Checkout = {
  ref: REF,
  effects: {},
  touchedAt: 0,
  cartId: 'c1',
  currency: 'EUR',
  total: '10.00',
  lines: [],
  coupons: [],
  links: [LINK],
};

function linkOf(checkout: Checkout, options: Parameters<typeof tokensOf>[1]): string | undefined {
  return tokensOf({ of: 'cart', ref: REF, effects: {}, checkout, abandonedAt: 0 }, options)['cart_url'];
}

describe('the way back in an e-mail about a cart', () => {
  it('is no other e-mail’s, so that no cache mixes visitors up', () => {
    const links = ['aaaaaaaa', 'bbbbbbbb'].map((token) => linkOf(CHECKOUT, { token }));

    expect(links).toEqual([`${LINK}&mcb_mail=aaaaaaaa`, `${LINK}&mcb_mail=bbbbbbbb`]);
  });

  it('brings a coupon along, and is as it is where it is paid', () => {
    const coupon = { code: 'mabcdefghj', expiresAt: 1 };
    const paymentUrl = 'https://shop.example.com/checkout/order-pay/7/?key=k';
    const unpaid = { createdVia: 'checkout', needsPayment: true, paymentUrl };

    expect(linkOf(CHECKOUT, { token: 't', coupon })).toBe(`${LINK}&mcb_mail=t&coupon=mabcdefghj`);
    expect(linkOf({ ...CHECKOUT, unpaid, links: [] }, { token: 't' })).toBe(paymentUrl);
  });

  it.each([
    ['https://shop.example.com/checkout/order-pay/7/?key=k', 'checkout-link/?products=11:2&mcb_mail=t'],
    ['https://shop.example.com/?page_id=8&order-pay=7&key=k', '?checkout-link=true&products=11:2&mcb_mail=t'],
  ])(
    'is an address that the shop has: one without paths to its pages has none for links (%s)',
    (paymentUrl, link) => {
      const unpaid = { createdVia: 'checkout', needsPayment: false, paymentUrl, refill: 'products=11:2' };
      const site = 'https://shop.example.com';

      expect(linkOf({ ...CHECKOUT, unpaid, links: [] }, { token: 't', site })).toBe(`${site}/${link}`);
    },
  );
});
