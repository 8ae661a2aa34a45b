import { describe, expect, test } from 'vitest';
import { woocommerce } from '../../../lib/stores/woocommerce/webhooks/index.ts';
import { arrivalWith, bodyOf, recordedDelivery, sign } from '../../support/woocommerce.ts';
import { openConnected, SECRET, sendAll } from './support.ts';

const EVERYTHING = ['order.updated', 'customer.updated', 'product.updated'];

function open() {
  const { shop, forward } = openConnected(EVERYTHING);
  const parsed = (text: string | undefined) => JSON.parse(text ?? '{}') as Record<string, unknown>;
  return { shop, forward, last: () => parsed(sendAll(shop).at(-1)?.body) };
}

/** The names of an object, and of the objects in it that `deep` names. */
function names(body: unknown, deep: readonly string[] = []): unknown {
  if (Array.isArray(body)) return names(body[0], deep);
  if (typeof body !== 'object' || body === null) return typeof body;
  return Object.entries(body).map(([name, value]) =>
    deep.includes(name) ? [name, names(value, deep)] : name,
  );
}

describe('the body of an order', () => {
  test('has the names of a recorded one, in their order (recordings 0057, 0120)', () => {
    const { shop, last } = open();
    const customerId = shop.customers.create({ email: 'c@example.test' });
    const productId = shop.products.create({ name: 'Tea' });
    shop.orders.place({
      customerId,
      lines: [{ productId }],
      coupons: ['welcome10'],
      discount: '1.00',
      meta: [{ key: 'k', value: { a: [1] } }],
    });
    const deep = ['billing', 'shipping', 'line_items', 'coupon_lines', '_links'];
    const body = last();

    expect(names(body, deep)).toEqual(names(bodyOf('0120'), deep));
    expect(names(body.meta_data)).toEqual(names(bodyOf('0120').meta_data));
  });

  test('writes amounts and dates as WooCommerce does', () => {
    const { shop, forward, last } = open();
    const id = shop.orders.place({
      lines: [{ price: '13.50', quantity: 2, sku: 'TEA' }, { price: '7.90' }],
      discount: '5.16',
      payment: { id: 'cod', title: 'Cash on delivery' },
    });
    forward(2);
    shop.orders.refund(id, '4.99', 'broken');

    expect(last()).toMatchObject({
      id,
      status: 'processing',
      number: String(id),
      total: '29.74',
      discount_total: '5.16',
      date_created: '2026-11-22T00:07:47',
      date_created_gmt: '2026-11-21T23:07:47',
      date_modified_gmt: '2026-11-21T23:07:49',
      date_paid_gmt: null,
      refunds: [{ reason: 'broken', total: '-4.99', total_tax: '0.00' }],
      line_items: [{ sku: 'TEA', quantity: 2, subtotal: '27.00', total: '23.01' }, { total: '6.73' }],
    });
    forward(2);
    shop.orders.setStatus(id, 'completed');
    expect(last()).toMatchObject({
      date_paid_gmt: '2026-11-21T23:07:51',
      date_completed: '2026-11-22T00:07:51',
      refunds: [{ total: '-4.99' }],
    });
  });

  test('shows refunds by second, newest first, and within one by id (recording 0109)', () => {
    const { shop, forward, last } = open();
    const id = shop.orders.place();
    for (const back of ['1.00', '2.00']) shop.orders.refund(id, back);
    forward(1);
    shop.orders.refund(id);

    expect(last()).toMatchObject({ refunds: [{ total: '-7.00' }, { total: '-1.00' }, { total: '-2.00' }] });
  });

  test('keeps the line of an erased product with its name (recording 0146)', () => {
    const { shop, last } = open();
    const productId = shop.products.create({ name: 'Tea', sku: 'TEA' });
    const id = shop.orders.place({ lines: [{ productId }] });
    shop.products.erase(productId);
    shop.orders.setStatus(id, 'completed');

    expect(last()).toMatchObject({ line_items: [{ name: 'Tea', product_id: 0, sku: null }] });
  });

  test('has no dates in UTC under API version 1, only the site’s', () => {
    const { shop } = openConnected([]);
    shop.webhooks.create({
      topic: 'order.updated',
      deliveryUrl: 'https://bridge.test/',
      apiVersion: 'wp_api_v1',
    });
    shop.orders.place();

    const body = JSON.parse(sendAll(shop).at(-1)?.body ?? '') as Record<string, unknown>;

    expect(body).toMatchObject({ date_modified: '2026-11-22T00:07:47', date_created: '2026-11-22T00:07:47' });
    expect(Object.keys(body).filter((name) => name.endsWith('_gmt'))).toEqual([]);
  });

  test('is read by the source as any other', () => {
    const { shop, last } = open();
    shop.orders.place({
      billing: { email: 'Claire+Tag@Example.test', first_name: 'Zoë' },
      coupons: ['welcome10'],
      meta: [
        { key: '_wc_other/lab/marketing-opt-in', value: '1' },
        { key: '_wc_order_attribution_utm_source', value: 'newsletter' },
      ],
    });

    expect(woocommerce.translate(arrivalWith('order.updated', last()))).toMatchObject({
      snapshots: [
        {
          type: 'order',
          address: { usable: true },
          data: {
            total: '10.00',
            coupons: ['welcome10'],
            consent: { 'lab/marketing-opt-in': true },
            attribution: { utm_source: 'newsletter' },
            modifiedAt: Date.UTC(2026, 10, 21, 23, 7, 47),
          },
        },
      ],
    });
  });
});

test('the bodies of customers and products have the names of recorded ones (recordings 0047, 0020)', () => {
  const { shop, last } = open();
  shop.customers.create({ email: 'c@example.test' });
  expect(names(last(), ['billing', 'shipping'])).toEqual(names(bodyOf('0047'), ['billing', 'shipping']));

  shop.products.update(shop.products.create({ name: 'Thé vert', stock: 5, categories: ['the-cafe'] }), {});
  const deep = ['categories', 'dimensions'];
  expect(names(last(), deep)).toEqual(names(bodyOf('0020'), deep));
});

describe('a delivery', () => {
  test('is ASCII with escaped slashes, as a recorded one re-written would be (facts §1.15)', () => {
    const { shop } = openConnected(['order.updated']);
    shop.orders.place({ billing: { first_name: 'Zoë 😀', city: 'a/b' } });
    const body = sendAll(shop)[0]?.body ?? '';

    expect(Buffer.byteLength(body)).toBe(body.length);
    expect(body).toContain(String.raw`"Zo\u00eb \ud83d\ude00"`);
    expect(body).toContain(String.raw`"a\/b"`);
  });

  test('has the headers and the signature of a recorded one (recording 0057)', () => {
    const { shop } = openConnected(['order.created'], { home: 'http://127.0.0.1:8070/' });
    shop.orders.place();
    const [delivery] = sendAll(shop);
    const { headers } = recordedDelivery('0057');
    const ours = Object.keys(headers).filter((name) => /^(x-wc|user-agent|content-type|accept$)/.test(name));

    expect(Object.keys(delivery?.headers ?? {})).toEqual(ours);
    for (const name of ['user-agent', 'content-type', 'x-wc-webhook-source', 'x-wc-webhook-resource']) {
      expect(delivery?.headers[name]).toBe(headers[name]);
    }
    expect(delivery?.headers['x-wc-webhook-signature']).toBe(sign(delivery?.body ?? '', SECRET));
  });
});
