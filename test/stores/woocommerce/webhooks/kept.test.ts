import { describe, expect, it } from 'vitest';
import { fold, type State } from '../../../../lib/core/ledger/fold/order.ts';
import { NOTHING_KEPT } from '../../../../lib/core/ledger/kept.ts';
import type { Snapshot } from '../../../../lib/core/ledger/snapshot.ts';
import { sourcesKeeping } from '../../../../lib/stores/webhooks.ts';
import { sourceOf } from '../../../support/sources.ts';
import { arrivalWith, bodyOf } from '../../../support/woocommerce.ts';

const META = [
  { id: 1, key: 'vat_number', value: 'GB 123' },
  { id: 9, key: 'vat_number', value: 'GB 999' },
  { id: 2, key: '_internal', value: 'nobody needs this' },
  { id: 3, key: 'sizes', value: ['M', 4, { nested: true }] },
  { id: 4, key: 'gift', value: true },
  { id: 5, key: 'blob', value: { a: 1 } },
];
const KEPT = { ...NOTHING_KEPT, orderMeta: ['blob', 'gift', 'sizes', 'vat_number'], customerMeta: ['tier'] };

function snapshotsOf(source: ReturnType<typeof sourceOf>, topic: string, body: unknown): readonly Snapshot[] {
  const translation = source.translate(arrivalWith(topic, body));
  return 'snapshots' in translation ? translation.snapshots : [];
}

function dataOf(source: ReturnType<typeof sourceOf>, topic: string, body: unknown) {
  const translation = source.translate(arrivalWith(topic, body));
  const [snapshot] = 'snapshots' in translation ? translation.snapshots : [];
  return (snapshot as Extract<Snapshot, { type: 'order' | 'customer' }>).data;
}

describe('what a policy maps of an order', () => {
  const order = { ...bodyOf('0120'), meta_data: META };

  it('is kept by key, as text, and nothing else of its meta', () => {
    const data = dataOf(sourcesKeeping(KEPT)('woocommerce'), 'order.updated', order);

    expect(data).toHaveProperty('meta', { gift: '1', sizes: 'M, 4', vat_number: 'GB 999' });
    expect(data).not.toHaveProperty('shipping');
    expect(JSON.stringify(data)).not.toContain('nobody needs this');
  });

  it('is where it goes to, if that is mapped', () => {
    const shipping = { first_name: 'Grace', city: 'Arlington', country: 'US' };
    const source = sourcesKeeping({ ...NOTHING_KEPT, shipping: true })('woocommerce');

    const data = dataOf(source, 'order.updated', { ...order, shipping });

    expect(data).toHaveProperty('shipping.city', 'Arlington');
    expect(data).not.toHaveProperty('meta');
  });

  it('is what tells variations apart, if tags ask for it', () => {
    const source = sourcesKeeping({ ...NOTHING_KEPT, attributes: ['couleur', 'taille'] })('woocommerce');

    const data = dataOf(source, 'order.created', bodyOf('0057'));

    expect(JSON.stringify(data)).toContain('"attributes":{"couleur":"Rouge","taille":"M"}');
    expect(JSON.stringify(dataOf(sourceOf('woocommerce'), 'order.created', bodyOf('0057')))).not.toContain(
      'attributes',
    );
  });

  it('is how it is sent, if follow-ups ask for it', () => {
    const source = sourcesKeeping({ ...NOTHING_KEPT, shippingMethods: true })('woocommerce');
    const lines = [
      { id: 1, method_title: 'Standard', method_id: 'flat_rate' },
      { id: 2, method_title: '', method_id: 'local_pickup' },
      { id: 3, method_title: 'Standard', method_id: 'flat_rate' },
    ];

    const data = dataOf(source, 'order.updated', { ...order, shipping_lines: lines });

    expect(data).toHaveProperty('shippingMethods', ['Standard', 'local_pickup']);
    expect(source.fields.order).toContain('shipping_lines');
    expect(sourceOf('woocommerce').fields.order).not.toContain('shipping_lines');
    expect(
      dataOf(sourceOf('woocommerce'), 'order.updated', { ...order, shipping_lines: lines }),
    ).not.toHaveProperty('shippingMethods');
  });

  it('is nothing without a map: the order is what it was before there were any', () => {
    const before = dataOf(sourceOf('woocommerce'), 'order.updated', order);

    expect(Object.keys(before)).not.toContain('meta');
    expect(Object.keys(before)).not.toContain('shipping');
    expect(sourceOf('woocommerce').fields.order).not.toContain('shipping');
    expect(sourceOf('woocommerce').fields.customer).not.toContain('meta_data');
  });

  it('is asked for when the store is read, and kept of that as of a webhook', () => {
    const source = sourcesKeeping({ ...KEPT, shipping: true })('woocommerce');

    expect(source.fields.order).toContain('shipping');
    expect(source.fields.customer).toContain('meta_data');
    const { snapshots } = source.read({ kind: 'order', store: 'demo', item: order, now: Date.now() });
    expect(snapshots[0]).toHaveProperty('data.meta.vat_number', 'GB 999');
  });
});

describe('what a policy maps of a customer', () => {
  const customer = { ...bodyOf('0047'), meta_data: [{ id: 1, key: 'tier', value: 'gold' }, ...META] };

  it('is kept by key', () => {
    const data = dataOf(sourcesKeeping(KEPT)('woocommerce'), 'customer.updated', customer);

    expect(data).toHaveProperty('meta', { tier: 'gold' });
    expect(dataOf(sourceOf('woocommerce'), 'customer.updated', customer)).not.toHaveProperty('meta');
  });
});

describe('where products stand in the shop', () => {
  const kept = sourcesKeeping({ ...NOTHING_KEPT, productLinks: true })('woocommerce');
  const product = {
    ...bodyOf('0020'),
    images: [{ src: 'https://shop.test/sencha.jpg' }, { src: 'https://x.test/2.jpg' }],
  };

  it('is kept if the policy asks for links, with the first picture, and wins over what was kept without', () => {
    const [linked] = snapshotsOf(kept, 'product.updated', product);
    const [plain] = snapshotsOf(sourceOf('woocommerce'), 'product.updated', product);

    expect(linked).toHaveProperty('data.url', expect.stringMatching(/^http:.*\/product\/the-vert-sencha-/));
    expect(linked).toHaveProperty('data.image', 'https://shop.test/sencha.jpg');
    expect(Object.keys(plain?.type === 'product' ? plain.data : {})).toEqual(['name', 'sku', 'categories']);
    for (const order of [
      [linked, plain],
      [plain, linked],
    ]) {
      const folded = order.reduce<State | undefined>(
        (state, one) => (one ? fold(state, one) : state),
        undefined,
      );
      expect(folded).toHaveProperty('data.image', 'https://shop.test/sencha.jpg');
    }
  });

  it('is nothing where it has none, and is asked for only then', () => {
    const [bare] = snapshotsOf(kept, 'product.updated', { ...product, permalink: 'ftp://x', images: [] });

    expect(bare).toMatchObject({ data: { url: '', image: '' } });
    expect(kept.fields.product).toEqual(expect.arrayContaining(['permalink', 'images']));
    expect(sourceOf('woocommerce').fields.product).not.toContain('permalink');
  });

  it('is also the picture that an order shows of its line', () => {
    const body = bodyOf('0120');
    const [line] = body['line_items'] as readonly object[];
    const shown = { ...body, line_items: [{ ...line, image: { id: 1, src: 'https://shop.test/red.jpg' } }] };

    expect(dataOf(kept, 'order.updated', shown)).toHaveProperty('lines.0.image', 'https://shop.test/red.jpg');
    expect(JSON.stringify(dataOf(kept, 'order.updated', body))).not.toContain('"image"');
    expect(JSON.stringify(dataOf(sourceOf('woocommerce'), 'order.updated', shown))).not.toContain('red.jpg');
  });
});

describe('when a customer registered', () => {
  it('is kept if follow-ups ask for it', () => {
    const source = sourcesKeeping({ ...NOTHING_KEPT, registered: true })('woocommerce');

    expect(dataOf(source, 'customer.updated', bodyOf('0047'))).toHaveProperty(
      'registeredAt',
      Date.parse('2026-11-21T23:06:04Z'),
    );
    expect(dataOf(sourceOf('woocommerce'), 'customer.updated', bodyOf('0047'))).not.toHaveProperty(
      'registeredAt',
    );
  });
});
