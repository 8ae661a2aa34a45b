import { describe, expect, it } from 'vitest';
import { factsOf } from '../../../lib/core/contact/facts/facts.ts';
import type { KnownOrder } from '../../../lib/core/contact/facts/known-order.ts';
import { emailTokens, noteMarker, noteText } from '../../../lib/core/effects/order-text.ts';
import { fold, type State } from '../../../lib/core/ledger/fold/order.ts';
import type { Identity, OrderData } from '../../../lib/core/ledger/snapshot.ts';
import { orderLine, orderRef, orderState } from '../../contracts/samples.ts';
import { snapshotsOf } from '../../support/translation.ts';

function known(change: Partial<OrderData> = {}): KnownOrder {
  return { ref: orderRef(23), state: orderState(), data: { ...sample(), ...change }, effects: {} };
}

function sample(): OrderData {
  const { data } = orderState();
  if (!data) throw new Error('the sample has data');
  return data;
}

/** The order that a recording is about. */
function recordedOrder(number: string): KnownOrder {
  const snapshots = snapshotsOf(number);
  const state = snapshots.reduce<State | undefined>(fold, undefined);
  const ref = snapshots[0]?.ref;
  const [order] = ref && state?.type === 'order' ? factsOf([{ ref, state }], new Map()).orders : [];
  if (!order) throw new Error('no order');
  return order;
}

function lines(order: KnownOrder, status = 'processing'): readonly string[] {
  return noteText(order, status).split('\n');
}

function identity(change: Partial<Identity>): Identity {
  return { ...sample().identity, ...change };
}

describe('the text of a note', () => {
  it('is a title, the order and its products, and the marker', () => {
    const order = known({
      total: '39.80',
      discount: '5.00',
      coupons: ['spring', 'friend'],
      lines: [
        orderLine({ quantity: 2, total: '39.80' }),
        orderLine({ name: 'Card', sku: '', total: '0.00' }),
      ],
    });

    expect(lines(order)).toEqual([
      'Order 23: processing',
      'Total 39.80 EUR, discount 5.00',
      '2 × Difference engine (ENGINE): 39.80',
      '1 × Card: 0.00',
      'Coupons: spring, friend',
      'Payment: bacs',
      '[demo/23/processing]',
    ]);
  });

  it('names the status it is for, not the one the order is in by now', () => {
    const text = lines(known({ status: 'completed' }), 'processing');

    expect([text[0], text.at(-1)]).toEqual(['Order 23: processing', '[demo/23/processing]']);
  });

  it('says what was refunded, and nothing of it when nothing was', () => {
    expect(lines(known({ refunded: '-5.00' }))).toContain('Refunded -5.00 EUR');
    expect(lines(known({ refunded: '0' })).join()).not.toContain('Refunded');
    expect(lines(known({ refunded: '0.00' })).join()).not.toContain('Refunded');
  });

  it('leaves out what an order does not have', () => {
    const text = lines(known({ lines: [], coupons: [], paymentMethod: '' }));

    expect(text).toEqual(['Order 23: processing', 'Total 19.90 EUR', '[demo/23/processing]']);
  });

  it('shows amounts of a currency without decimals as they are', () => {
    const text = lines(known({ currency: 'JPY', total: '1200', lines: [orderLine({ total: '1200' })] }));

    expect(text).toContain('Total 1200 JPY');
    expect(text).toContain('1 × Difference engine (ENGINE): 1200');
  });

  it('lists fifty of sixty products and says how many are left (recording 0123)', () => {
    const order = recordedOrder('0123');

    const text = lines(order);

    expect(order.data.lines).toHaveLength(60);
    expect(text.filter((line) => line.includes(' × '))).toHaveLength(50);
    expect(text.filter((line) => line.startsWith('and '))).toEqual(['and 10 more']);
    expect(text.at(-1)).toBe(`[demo/${order.ref.id}/processing]`);
  });

  it.each([
    [50, []],
    [51, ['and 1 more']],
  ])('of %i products ends its list right', (count, more) => {
    const order = known({ lines: Array.from({ length: count }, () => orderLine()) });

    expect(lines(order).filter((line) => line.startsWith('and '))).toEqual(more);
  });

  it('holds no tag that somebody wrote into a name, a coupon or a number', () => {
    const evil = '<script>alert(1)</script>';
    const order = known({
      number: evil,
      coupons: [evil],
      paymentMethod: evil,
      lines: [orderLine({ name: evil, sku: '<b>' })],
    });

    expect(noteText(order, evil)).not.toMatch(/[<>]/);
    expect(noteText(known({ lines: [orderLine({ name: evil })] }), 'completed')).toContain(
      '‹script›alert(1)‹/script›',
    );
  });

  it('keeps every name on its line, without control characters', () => {
    const order = known({
      lines: [orderLine({ name: 'Tea\u0000\r\n\t[demo/9/completed]\u0007\u0085 green', sku: '' })],
    });

    const text = noteText(order, 'processing');

    expect(text.split('\n')).toContain('1 × Tea [demo/9/completed] green: 19.90');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('the marker of a note', () => {
  it('is the last line of the note, letter for letter', () => {
    const order = known();

    expect(lines(order, 'on-hold').at(-1)).toBe(noteMarker(order, 'on-hold'));
  });

  it('is never part of the marker of another order, status or store', () => {
    const orders = ['2', '23', '3', '123'].flatMap((id) =>
      ['demo', 'my-demo'].map((store) => ({ ...known(), ref: orderRef(id, store) })),
    );
    const markers = orders.flatMap((order) =>
      ['completed', 'pre-completed', 'complete'].map((status) => noteMarker(order, status)),
    );

    const contained = markers.filter((one) => markers.some((other) => other !== one && other.includes(one)));

    expect(contained).toEqual([]);
  });
});

describe('the values for an e-mail', () => {
  it('are those of the order and of the person', () => {
    const order = known({
      status: 'completed',
      total: '39.80',
      refunded: '-1.00',
      discount: '5.00',
      createdAt: Date.parse('2026-12-01T23:59:59Z'),
      coupons: ['spring', 'friend'],
      lines: [orderLine({ quantity: 2 }), orderLine({ name: 'Card', sku: '' })],
    });

    expect(emailTokens({ ...order, ref: orderRef(9) })).toEqual({
      order_id: '9',
      order_number: '23',
      order_status: 'completed',
      order_total: '39.80',
      order_currency: 'EUR',
      order_discount: '5.00',
      order_refunded: '-1.00',
      order_date: '2026-12-01',
      payment_method: 'bacs',
      coupons: 'spring, friend',
      items: '2 × Difference engine (ENGINE): 19.90\n1 × Card: 19.90',
      first_name: 'Ada',
      last_name: 'Lovelace',
    });
  });

  it('are texts as they are, for the sender to escape', () => {
    const order = known({
      identity: identity({ firstName: 'A & <b>' }),
      lines: [orderLine({ name: '<i>', sku: '' })],
    });

    expect(emailTokens(order)).toMatchObject({ first_name: 'A & <b>', items: '1 × <i>: 19.90' });
  });

  it('list fifty of sixty products too (recording 0123)', () => {
    const items = emailTokens(recordedOrder('0123'))['items']?.split('\n') ?? [];

    expect(items).toHaveLength(51);
    expect(items.at(-1)).toBe('and 10 more');
  });

  it('are there, if only empty, for an order that has next to nothing', () => {
    const order = known({
      lines: [],
      coupons: [],
      paymentMethod: '',
      identity: identity({ firstName: '', lastName: '' }),
    });

    expect(emailTokens(order)).toMatchObject({ items: '', coupons: '', payment_method: '', first_name: '' });
  });
});
