import { describe, expect, it } from 'vitest';
import { snapshotIn } from '../../support/translation.ts';
import { bodyOf } from '../../support/woocommerce.ts';

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
