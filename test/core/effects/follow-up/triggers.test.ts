import { describe, expect, it } from 'vitest';
import { orderLine } from '../../../contracts/samples.ts';
import { DAY, look, type Made, START, told } from './support.ts';

const FIRST: Made = { id: 1, day: 1 };
const SECOND: Made = { id: 2, day: 5 };
const THIRD: Made = { id: 3, day: 9 };
const ALL = [FIRST, SECOND, THIRD];
const tea = (id: string) => [orderLine({ productId: id })];

describe('a follow-up begins', () => {
  it('with the first sight of a status', () => {
    const orders = [{ id: 1, day: 1, seen: { processing: 0, completed: 2 } }];

    expect(told(look({ orders, day: 1 }))).toEqual({ 1: 'day 6' });
    expect(told(look({ orders, day: 1, rule: { on: { status: 'on-hold' } } }))).toEqual({
      1: 'has-not-begun',
    });
  });

  it.each([
    ['first-purchase', { 1: 'day 4', 2: 'has-not-begun', 3: 'has-not-begun' }],
    ['repeat-purchase', { 1: 'has-not-begun', 2: 'day 8', 3: 'day 12' }],
    ['last-purchase', { 1: 'has-not-begun', 2: 'has-not-begun', 3: 'day 12' }],
    [{ totalOrders: { equal: 2 } }, { 1: 'has-not-begun', 2: 'day 8', 3: 'has-not-begun' }],
    [{ totalOrders: { above: 1 } }, { 1: 'has-not-begun', 2: 'day 8', 3: 'day 12' }],
    [{ totalPurchases: { above: '39.80' } }, { 1: 'has-not-begun', 2: 'has-not-begun', 3: 'day 12' }],
    [{ totalPurchases: { above: '39.79' } }, { 1: 'has-not-begun', 2: 'day 8', 3: 'day 12' }],
  ])('with %j', (on, expected) => {
    expect(told(look({ orders: ALL, day: 9, rule: { on } }))).toEqual(expected);
  });

  it('with a first purchase only when it is one, not when it was tried', () => {
    const orders = [{ ...FIRST, status: 'failed' }, SECOND];

    expect(told(look({ orders, day: 5, rule: { on: 'first-purchase' } }))).toEqual({
      1: 'has-not-begun',
      2: 'day 8',
    });
  });

  it.each([
    [{ above: '50' }, '50.00', 'has-not-begun'],
    [{ above: '50' }, '50.01', 'day 4'],
    [{ below: '50' }, '50', 'has-not-begun'],
    [{ below: '50' }, '49.99', 'day 4'],
    [{ above: '10', below: '50' }, '5', 'has-not-begun'],
  ])('with an order total %j strictly: %s', (orderTotal, total, expected) => {
    const orders = [{ ...FIRST, total }];

    expect(told(look({ orders, day: 1, rule: { on: { orderTotal } } }))).toEqual({ 1: expected });
  });

  it('with a coupon, or with one coupon, whatever its case', () => {
    const orders = [{ ...FIRST, coupons: ['tee10'] }, SECOND];

    expect(told(look({ orders, day: 5, rule: { on: 'coupon' } }))).toEqual({
      1: 'day 4',
      2: 'has-not-begun',
    });
    expect(told(look({ orders, day: 5, rule: { on: { coupon: 'TEE10' } } }))).toMatchObject({ 1: 'day 4' });
    expect(told(look({ orders, day: 5, rule: { on: { coupon: 'other' } } }))).toMatchObject({
      1: 'has-not-begun',
    });
  });

  it('with a product that is bought once more', () => {
    const orders = [
      { ...FIRST, lines: tea('11') },
      { ...SECOND, lines: tea('12') },
      { ...THIRD, lines: [...tea('12'), ...tea('11')] },
    ];

    expect(told(look({ orders, day: 9, rule: { on: 'product' } }))).toMatchObject({
      2: 'has-not-begun',
      3: 'day 12',
    });
    const when = { products: ['13'] };
    expect(told(look({ orders, day: 9, rule: { on: 'product', when } }))).toMatchObject({
      3: 'has-not-begun',
    });
  });

  it('with a refund, of all or of a part', () => {
    const whole = { ...FIRST, status: 'refunded', refunded: '-19.90', seen: { completed: 0, refunded: 2 } };
    const part = {
      ...SECOND,
      refunded: '-5.00',
      modifiedAt: START + SECOND.day * DAY,
    };
    const orders = [whole, { ...part, modifiedAt: part.modifiedAt ?? 0 }, THIRD];

    expect(told(look({ orders, day: 9, rule: { on: 'refund' } }))).toEqual({
      1: 'day 6',
      2: 'day 8',
      3: 'has-not-begun',
    });
  });

  it.each(['shipped', 'delivered'])('when it was %s', (on) => {
    const orders = [{ ...FIRST, seen: { completed: 0, [on]: 1 } }];

    expect(told(look({ orders, day: 2, rule: { on } }))).toEqual({ 1: 'day 5' });
  });

  it('on a fixed day, for the last purchase before it', () => {
    const on = { date: '2026-11-09' };

    expect(told(look({ orders: ALL, day: 5, rule: { on, after: '0 days' } }))).toEqual({
      1: 'has-not-begun',
      2: 'day 6.5',
      3: 'has-not-begun',
    });
  });

  it('for one store only where it says so', () => {
    const orders = [FIRST, { ...SECOND, store: 'other' }];

    expect(told(look({ orders, day: 5, rule: { store: 'other' } }))).toEqual({
      1: 'store-is-not-meant',
      2: 'day 8',
    });
  });
});

describe('a time of day', () => {
  const orders = [FIRST];
  const at = '09:00';

  it('moves it to the next such time of the store’s clock', () => {
    const zones = new Map([['demo', 'Europe/Berlin']]);

    // Due on the 6th at noon UTC; 9:00 in Berlin is 8:00 UTC.
    expect(told(look({ orders, day: 1, rule: { at }, zones }))).toEqual({ 1: `day ${String(4 + 20 / 24)}` });
  });

  it('is that of UTC where no zone is known', () => {
    expect(told(look({ orders, day: 1, rule: { at } }))).toEqual({ 1: `day ${String(4 + 21 / 24)}` });
  });
});
