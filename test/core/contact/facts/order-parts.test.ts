import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { neededProducts } from '../../../../lib/core/contact/desired.ts';
import { countedOrders, totalsOf } from '../../../../lib/core/contact/facts/counting.ts';
import { factsOf } from '../../../../lib/core/contact/facts/facts.ts';
import type { OrderData, OrderLine } from '../../../../lib/core/ledger/snapshot.ts';
import { DEFAULT_POLICY, Policy } from '../../../../lib/core/policy/policy.ts';
import { orderLine, orderRef, orderState } from '../../../contracts/samples.ts';

const HONEY = orderLine({ productId: '301', sku: 'HONEY', total: '60.00' });
const SOAP = orderLine({ productId: '302', sku: 'SOAP', total: '40.00' });
/** What a marketplace sells in one go, and the order it makes for each vendor. */
const WHOLE = order(600, { total: '100.00', lines: [HONEY, SOAP] });
const OF_HONEY = part(601, { total: '60.00', lines: [HONEY] });
const OF_SOAP = part(602, { total: '40.00', lines: [SOAP] });

interface Entry {
  readonly id: number;
  readonly change: Partial<OrderData>;
}

function order(id: number, change: Partial<OrderData>): Entry {
  return { id, change: { status: 'processing', createdAt: 1000, ...change } };
}

function part(id: number, change: Partial<OrderData>, parentId = '600'): Entry {
  return order(id, { parentId, ...change });
}

function line(entry: Entry, change: Partial<OrderLine>): Entry {
  const lines = entry.change.lines?.map((one) => ({ ...one, ...change })) ?? [];
  return { ...entry, change: { ...entry.change, lines } };
}

/** How often was bought and for how much, the same in whatever order the orders are read. */
function bought(...orders: readonly Entry[]): readonly [number, string | undefined] {
  const results = [orders, orders.toReversed()].map((some) => {
    const entries = some.map(({ id, change }) => ({ ref: orderRef(id), state: orderState(change) }));
    return totalsOf(countedOrders(factsOf(entries, new Map()), DEFAULT_POLICY));
  });
  expect(results[0]).toEqual(results[1]);
  return [results[0]?.orderCount ?? 0, results[0]?.spent['EUR']];
}

describe('the orders of a marketplace’s vendors', () => {
  test('are one purchase with the order they are made of, however many of them are known', () => {
    expect(bought(WHOLE, OF_HONEY, OF_SOAP)).toEqual([1, '100.00']);
    expect(bought(WHOLE, OF_SOAP)).toEqual([1, '100.00']);
  });

  test('are one purchase where shipping, taxes and coupons differ by cents', () => {
    const whole = order(600, { total: '131.99', lines: [HONEY, SOAP] });
    const honey = line(part(601, { total: '78.49', lines: [HONEY] }), { total: '59.99' });

    expect(bought(whole, honey, OF_SOAP)).toEqual([1, '131.99']);
  });

  test('are one purchase where a product was erased since', () => {
    const erased = line(OF_SOAP, { productId: '0', sku: '' });

    expect(bought(WHOLE, OF_HONEY, erased)).toEqual([1, '100.00']);
  });

  test('are one purchase without any lines', () => {
    expect(
      bought(order(1, { total: '10.00', lines: [] }), part(2, { total: '4.00', lines: [] }, '1')),
    ).toEqual([1, '10.00']);
  });

  test.each(['pending', 'on-hold', 'completed', 'cancelled', 'failed', 'refunded', 'trash'])(
    'say nothing about whether it counts: one in %s',
    (status) => {
      expect(bought(WHOLE, OF_HONEY, part(602, { ...OF_SOAP.change, status }))).toEqual([1, '100.00']);
    },
  );

  test('count for nothing while the order they are made of does not', () => {
    for (const status of ['pending', 'on-hold', 'cancelled', 'failed', 'refunded'])
      expect(bought(order(600, { ...WHOLE.change, status }), OF_HONEY, OF_SOAP)).toEqual([0, undefined]);
  });

  test('stand for themselves when the order they were made of is gone, another’s or unknown', () => {
    expect(bought(order(600, { ...WHOLE.change, status: 'trash' }), OF_HONEY, OF_SOAP)).toEqual([
      2,
      '100.00',
    ]);
    expect(bought(OF_HONEY, OF_SOAP)).toEqual([2, '100.00']);
  });

  test('take off what was given back once, wherever it is noted', () => {
    const back = (entry: Entry, refunded: string) => order(entry.id, { ...entry.change, refunded });

    expect(bought(WHOLE, back(OF_HONEY, '-10.00'), back(OF_SOAP, '-5.00'))).toEqual([1, '85.00']);
    expect(bought(back(WHOLE, '-15.00'), OF_HONEY, OF_SOAP)).toEqual([1, '85.00']);
    expect(bought(back(WHOLE, '-15.00'), back(OF_HONEY, '-15.00'), OF_SOAP)).toEqual([1, '85.00']);
  });
});

describe('what was split off an order', () => {
  const rest = order(600, { total: '60.00', lines: [HONEY] });

  test('is added to what the order has left, once', () => {
    expect(bought(rest, OF_SOAP)).toEqual([1, '100.00']);
  });

  test('is known by its quantity, too', () => {
    const [two, one] = [
      { ...SOAP, quantity: 2, total: '80.00' },
      { ...SOAP, quantity: 1, total: '40.00' },
    ];

    expect(
      bought(order(600, { total: '80.00', lines: [two] }), part(601, { total: '40.00', lines: [one] })),
    ).toEqual([1, '120.00']);
  });

  test('is known by its price: a deposit and the rest', () => {
    const paid = (total: string) => ({ total, lines: [{ ...HONEY, total }] });

    expect(bought(order(600, paid('20.00')), part(601, paid('80.00')))).toEqual([1, '100.00']);
  });

  test('is known by the total, where the order keeps its lines', () => {
    expect(bought(order(600, { ...WHOLE.change, total: '60.00' }), OF_SOAP)).toEqual([1, '100.00']);
    expect(bought(order(600, { ...WHOLE.change, total: '0.00' }), OF_HONEY, OF_SOAP)).toEqual([1, '100.00']);
  });

  test('counts by its own status', () => {
    const soap = (status: string) => part(602, { ...OF_SOAP.change, status });

    expect(bought(rest, soap('on-hold'))).toEqual([1, '60.00']);
    expect(bought(order(600, { ...rest.change, status: 'cancelled' }), soap('completed'))).toEqual([
      1,
      '40.00',
    ]);
    expect(bought(order(600, { ...rest.change, status: 'cancelled' }), soap('pending'))).toEqual([
      0,
      undefined,
    ]);
  });
});

describe('parts of parts', () => {
  const half = orderLine({ productId: '303', total: '30.00' });

  test('are parts of the same purchase, copied or split off', () => {
    const copied = [OF_HONEY, part(603, { total: '60.00', lines: [HONEY] }, '601')];
    const split = [
      part(601, { total: '30.00', lines: [half] }),
      part(603, { total: '30.00', lines: [HONEY] }, '601'),
    ];

    expect(bought(WHOLE, ...copied, OF_SOAP)).toEqual([1, '100.00']);
    expect(bought(order(600, { total: '40.00', lines: [SOAP] }), ...split)).toEqual([1, '100.00']);
  });

  test('that go round in a circle are no parts at all', () => {
    const circle = [
      part(1, { total: '1.00' }, '2'),
      part(2, { total: '2.00' }, '3'),
      part(3, { total: '4.00' }, '1'),
    ];

    expect(bought(...circle)).toEqual([3, '7.00']);
    expect(bought(part(1, { total: '1.00' }, '1'))).toEqual([1, '1.00']);
    expect(bought(...circle, part(4, { total: '8.00' }, '2'))).toEqual([4, '15.00']);
  });
});

test('thousands of parts are told from orders in little time', () => {
  const many = Array.from({ length: 4000 }, (_, index) =>
    part(601 + index, { total: '1.00', lines: [HONEY] }),
  );

  expect(bought(WHOLE, ...many)).toEqual([1, '100.00']);
});

describe('the products of a part that was split off', () => {
  const rest = order(600, { total: '40.00', lines: [SOAP] });
  const entries = [rest, OF_HONEY].map(({ id, change }) => ({
    ref: orderRef(id),
    state: orderState(change),
  }));
  const send = { template: 7 };

  test.each([
    ['tags alone', {}],
    ['follow-ups', { followUps: [{ id: 'tea', on: 'signup', when: { boughtCategories: ['tea'] }, send }] }],
    [
      'custom items',
      { customObjects: { lines: { object: 2, unique: 'linekey', attributes: { cat: 'categories' } } } },
    ],
  ])('are asked for where %s ask for categories, like those of its order', (_what, more) => {
    const policy = v.parse(Policy, { tags: ['category:{slug}'], ...more });

    const needed = neededProducts(factsOf(entries, new Map()), policy);

    expect(needed.map(({ id }) => id).sort()).toEqual(['301', '302']);
  });
});
