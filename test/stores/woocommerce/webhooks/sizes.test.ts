import { describe, expect, it } from 'vitest';
import { snapshotIn } from '../../../support/translation.ts';
import { bodyOf } from '../../../support/woocommerce.ts';

const LEDGER_ITEM_BYTES = 400 * 1024;

describe('an order of a size nobody sends on purpose', () => {
  it('fits the ledger, with as many of its parts as there is room for', () => {
    const line = {
      product_id: 1,
      sku: '緑'.repeat(1000),
      name: '茶'.repeat(1000),
      quantity: 1,
      total: '1.00',
    };
    const meta = (id: number) => ({
      id,
      key: `_wc_order_attribution_${String(id)}`,
      value: '字'.repeat(900),
    });

    const { data } = snapshotIn('order', 'order.created', {
      ...bodyOf('0057'),
      line_items: Array.from({ length: 2000 }, () => line),
      coupon_lines: Array.from({ length: 2000 }, () => ({ code: '券'.repeat(1000) })),
      meta_data: Array.from({ length: 2000 }, (_, id) => meta(id)),
    });

    expect(data.lines.length).toBeGreaterThan(30);
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(LEDGER_ITEM_BYTES);
  });

  it('has no status longer than forty characters, and no half of one', () => {
    const status = `wc-${'a'.repeat(39)}😀${'b'.repeat(900)}`;

    const { data } = snapshotIn('order', 'order.created', { ...bodyOf('0057'), status });

    expect(data.status).toBe('a'.repeat(39));
  });

  it('has names of consent and attribution that are cut and well-formed', () => {
    const keys = [`_wc_other/${'a'.repeat(5000)}`, '_wc_other/x\ud800', '_wc_order_attribution_\udfffy'];
    const meta_data = keys.map((key, id) => ({ id, key, value: '1' }));

    const { data } = snapshotIn('order', 'order.created', { ...bodyOf('0057'), meta_data });

    expect(Object.keys(data.consent)).toEqual(['a'.repeat(990), 'x\ufffd']);
    expect(data.attribution).toEqual({ '\ufffdy': '1' });
  });

  it('keeps all of a hundred long lines', () => {
    const line = {
      product_id: 1,
      sku: 'S'.repeat(60),
      name: 'A product with a long name '.repeat(8),
      quantity: 1,
      total: '1.00',
    };

    const { data } = snapshotIn('order', 'order.created', {
      ...bodyOf('0057'),
      line_items: Array.from({ length: 100 }, () => line),
    });

    expect(data.lines).toHaveLength(100);
  });
});

describe('a product of any number of categories', () => {
  it('fits the ledger, with as many of them as there is room for', () => {
    const categories = Array.from({ length: 5000 }, () => ({ slug: '茶'.repeat(1000) }));

    const { data } = snapshotIn('product', 'product.updated', { ...bodyOf('0019'), categories });

    expect(data.categories.length).toBeGreaterThan(50);
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(LEDGER_ITEM_BYTES);
  });
});
