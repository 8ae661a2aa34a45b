import { describe, expect, test } from 'vitest';
import { COUPON_EXISTS } from '../../../../lib/core/stores/coupons.ts';
import { failureOf, must, type Reply, serve } from '../../../mautic/support.ts';
import { recordedReply, secureApiAt } from '../../support.ts';

const EXPIRES = Date.parse('2026-12-08T12:00:00Z');

async function answeredBy(reply: Reply) {
  const { url, seen } = await serve(() => reply);
  const { coupons, ordersOf } = secureApiAt(url);
  if (!coupons || !ordersOf) throw new Error('a shop has coupons and orders');
  return { coupons, ordersOf, seen };
}

describe('coupons of a running shop', () => {
  test('are made for one order, alone, with the one form of a date that says the moment (facts/carts 29, 33)', async () => {
    const { coupons, seen } = await answeredBy(recordedReply('coupon-create-unique'));

    must(await coupons.make({ code: 'mabcdefghj', percent: 10, minTotal: '30', expiresAt: EXPIRES }));

    expect(seen[0]).toMatchObject({ method: 'POST', url: '/wp-json/wc/v3/coupons' });
    expect(seen[0]?.json).toEqual({
      code: 'mabcdefghj',
      discount_type: 'percent',
      amount: '10',
      usage_limit: 1,
      individual_use: true,
      date_expires: '2026-12-08T12:00:00Z',
      minimum_amount: '30',
      meta_data: [{ key: '_mcb_coupon', value: '1' }],
    });
  });

  test('are read with what decides about them (recordings coupon-create-unique, coupon-create-nonascii)', async () => {
    const made = async (name: string) => {
      const { coupons } = await answeredBy(recordedReply(name));
      return must(await coupons.make({ code: 'm', percent: 10, expiresAt: EXPIRES }));
    };

    expect(await made('coupon-create-unique')).toEqual({
      id: '21',
      code: 'uniq-7f3k9',
      percent: 15,
      expiresAt: Date.parse('2027-01-31T22:59:59Z'),
      used: 0,
      isOurs: false,
    });
    expect(await made('coupon-create-nonascii')).toEqual({
      id: '20',
      code: 'été-2026',
      used: 0,
      isOurs: false,
    });
  });

  test('are there already, by the code of the refusal (recording coupon-create-duplicate-code)', async () => {
    const { coupons } = await answeredBy(recordedReply('coupon-create-duplicate-code'));

    const failure = failureOf(await coupons.make({ code: 'mabcdefghj', percent: 10, expiresAt: EXPIRES }));

    expect(failure).toMatchObject({ kind: 'park', code: COUPON_EXISTS });
    expect(failure.message).not.toContain('mabcdefghj');
  });

  test('are found by their code in any case, or not at all (recording coupons-by-code)', async () => {
    const { coupons, seen } = await answeredBy(recordedReply('coupons-by-code'));

    expect(must(await coupons.find('UNIQ-7F3K9'))).toMatchObject({ code: 'uniq-7f3k9', percent: 15 });
    expect(must(await coupons.find('another'))).toBeUndefined();
    expect(seen[0]?.url).toContain('/wp-json/wc/v3/coupons?code=UNIQ-7F3K9&_fields=');
  });

  test('are used by as many orders as hold them (recording coupon-after-use)', async () => {
    const { coupons } = await answeredBy(recordedReply('coupon-after-use'));

    expect(must(await coupons.find('mail-mwr1gjq7'))).toMatchObject({ used: 1 });
  });

  test('are listed a page at a time (recording coupons)', async () => {
    const { coupons, seen } = await answeredBy(recordedReply('coupons'));

    const page = must(await coupons.page(2));

    expect(page.isLast).toBe(true);
    expect(page.coupons.map(({ code }) => code)).toContain('uniq-7f3k9');
    expect(seen[0]?.url).toContain('?per_page=100&page=2&orderby=id&order=asc&');
  });

  test('are deleted for good, and one that is gone is (recording coupon-delete-force)', async () => {
    const { coupons, seen } = await answeredBy(recordedReply('coupon-delete-force'));
    const gone = { code: 'woocommerce_rest_shop_coupon_invalid_id', message: 'Invalid ID.', data: {} };
    const absent = await answeredBy({ status: 404, body: gone });

    must(await coupons.remove('22'));
    must(await absent.coupons.remove('22'));

    expect(seen[0]).toMatchObject({ method: 'DELETE', url: '/wp-json/wc/v3/coupons/22?force=true' });
  });

  test('are in doubt when the answer is none: something stands before the shop', async () => {
    const { coupons } = await answeredBy({ status: 200, body: { message: 'One moment' } });

    const failure = failureOf(await coupons.make({ code: 'm', percent: 10, expiresAt: EXPIRES }));

    expect(failure).toMatchObject({ kind: 'unknown', code: 'not-woocommerce' });
  });
});

describe('the orders of an address', () => {
  test('are searched for: billing_email would bring everybody’s (recordings orders-search-email, orders-billing-email-param)', async () => {
    const { ordersOf, seen } = await answeredBy(recordedReply('orders-search-email'));

    expect(must(await ordersOf('claire+tea@example.test')).items).toHaveLength(2);
    expect(seen[0]?.url).toContain('/wp-json/wc/v3/orders?search=claire%2Btea%40example.test&per_page=100&');
  });
});
