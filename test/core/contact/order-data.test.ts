import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { factsOf } from '../../../lib/core/contact/facts/facts.ts';
import type { KnownOrder } from '../../../lib/core/contact/facts/known-order.ts';
import { orderDataJson } from '../../../lib/core/contact/order-data.ts';
import { fold, type State } from '../../../lib/core/ledger/fold/order.ts';
import type { OrderData } from '../../../lib/core/ledger/snapshot.ts';
import { cleanText } from '../../../lib/simulators/mautic/database/text-cleaning.ts';
import { orderLine, orderRef, orderState } from '../../contracts/samples.ts';
import { recordedSnapshot } from '../../support/translation.ts';

function known(ref: KnownOrder['ref'], state: State | undefined): KnownOrder {
  if (state?.type !== 'order') throw new Error('no order');
  const [order] = factsOf([{ ref, state }], new Map()).orders;
  if (!order) throw new Error('the order is gone');
  return order;
}

function recordedOrder(number: string): KnownOrder {
  const snapshot = recordedSnapshot('order', number);
  return known(snapshot.ref, fold(undefined, snapshot));
}

function orderWith(change: Partial<OrderData>): KnownOrder {
  return known(orderRef(23), orderState(change));
}

function read(order: KnownOrder, limit?: number): Record<string, unknown> {
  const json = orderDataJson(order, limit);
  if (json === undefined) throw new Error('nothing fits');
  return JSON.parse(json) as Record<string, unknown>;
}

describe('order data', () => {
  test('says what the order is (recording 0057)', () => {
    expect(read(recordedOrder('0057'))).toEqual({
      order_id: '23',
      status: 'processing',
      total: '57.17',
      discount: '5.16',
      currency: 'EUR',
      date: '2026-11-21T23:07:47Z',
      payment_method: 'Cash on delivery',
      coupons: ['bienvenue10'],
      line_items: [
        { product_id: '12', sku: 'TEA-SENCHA', name: 'Thé vert Sencha 緑茶', quantity: 2, total: '24.03' },
        { product_id: '15', sku: 'TSHIRT-M-RED', name: 'T-shirt - M, Rouge', quantity: 1, total: '17.71' },
      ],
    });
  });

  test('gives what was charged, before refunds (0108)', () => {
    expect(read(recordedOrder('0108'))['total']).toBe('95.76');
  });

  test('is plain ASCII that Mautic stores as it is (0057, 0120)', () => {
    for (const number of ['0057', '0120']) {
      const json = String(orderDataJson(recordedOrder(number)));

      expect(json).toMatch(/^[\x20-\x7e]+$/);
      expect(cleanText(json)).toBe(json);
    }
  });

  test('holds no character that Mautic would take for a tag or an entity, and reads back the same', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '&', 'lt;', '"', '\\', '\u007f', '\n', 'é', '😀', 'x') }),
        (name) => {
          const json = String(orderDataJson(orderWith({ lines: [orderLine({ name })] })));

          expect(json).toMatch(/^[\x20-\x7e]+$/);
          expect(json).not.toMatch(/[<>&]/);
          expect(JSON.parse(json)).toMatchObject({ line_items: [{ name }] });
        },
      ),
    );
  });

  test('has no limit in a textarea', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => orderLine({ sku: `SKU-${String(index)}` }));

    expect(read(orderWith({ lines }))['line_items']).toHaveLength(1000);
  });
});

describe('order data within a limit', () => {
  test('is whole when it fits to the character, and shorter by a line item when it does not', () => {
    const order = recordedOrder('0057');
    const length = String(orderDataJson(order)).length;

    expect(orderDataJson(order, length)).toBe(orderDataJson(order));
    expect(read(order, length - 1)['line_items']).toMatchObject([{ sku: 'TEA-SENCHA' }]);
  });

  test('loses line items from the end first, all coupons are still there then (0120)', () => {
    const order = recordedOrder('0120');
    const whole = String(orderDataJson(order)).length;

    for (let limit = whole; limit > 250; limit -= 1) {
      const { line_items: lines = [], coupons } = read(order, limit);
      expect(coupons).toEqual(['bienvenue10', 'été-2026']);
      expect((read(order)['line_items'] as unknown[]).slice(0, (lines as unknown[]).length)).toEqual(lines);
    }
  });

  // The variants start at the last line item, so an order that has none starts without the list.
  test('is whole when it fits, also of an order without line items (0132)', () => {
    const order = recordedOrder('0132');

    expect(read(order, 1000)).toEqual(read(order));
  });

  test('keeps as many line items as fit, of hundreds too', () => {
    const lines = Array.from({ length: 300 }, (_, index) => orderLine({ sku: `SKU-${String(index)}` }));
    const order = orderWith({ lines });
    const lengthOf = (count: number) =>
      String(orderDataJson(orderWith({ lines: lines.slice(0, count) }))).length;

    for (const count of [1, 2, 149, 150, 151, 299]) {
      expect(read(order, lengthOf(count))['line_items']).toHaveLength(count);
      expect(read(order, lengthOf(count + 1) - 1)['line_items']).toHaveLength(count);
    }
  });

  test('then loses coupons from the end, then the payment method, and never the essentials', () => {
    const order = orderWith({ coupons: ['one', 'two'] });
    const seen: string[] = [];
    for (let limit = String(orderDataJson(order)).length; orderDataJson(order, limit); limit -= 1) {
      const data = read(order, limit);
      const shape = [...Object.keys(data), String(data['coupons'])].join(' ');
      if (seen.at(-1) !== shape) seen.push(shape);
    }

    expect(seen).toEqual([
      'order_id status total discount currency date payment_method coupons line_items one,two',
      'order_id status total discount currency date payment_method coupons one,two',
      'order_id status total discount currency date payment_method coupons one',
      'order_id status total discount currency date payment_method undefined',
      'order_id status total discount currency date undefined',
      'order_id status total currency date undefined',
      'order_id status total currency undefined',
      'order_id status total undefined',
    ]);
  });

  test.each([191, 64])('of %i keeps id, status and total of every recorded order', (limit) => {
    for (const number of ['0057', '0064', '0108', '0120', '0123', '0134', '0144']) {
      const json = String(orderDataJson(recordedOrder(number), limit));

      expect(json.length).toBeLessThanOrEqual(limit);
      const { order_id, status, total } = read(recordedOrder(number));
      expect(JSON.parse(json)).toMatchObject({ order_id, status, total });
    }
  });

  test('is nothing when not even id, status and total fit', () => {
    const essential = String(orderDataJson(recordedOrder('0057'), 64));

    expect(orderDataJson(recordedOrder('0057'), 10)).toBeUndefined();
    expect(essential.length).toBeGreaterThan(10);
  });

  test('counts what an escaped character takes', () => {
    const order = orderWith({ lines: [], coupons: ['😀'] });
    const length = String(orderDataJson(order)).length;

    expect(read(order, length)['coupons']).toEqual(['😀']);
    expect(String(orderDataJson(order))).toContain('"\\ud83d\\ude00"');
  });
});
