import { describe, expect, it } from 'vitest';
import type { EffectState } from '../../../../lib/core/ledger/effect-state.ts';
import { orderLine } from '../../../contracts/samples.ts';
import { DAY, HOUR, look, type Made, START, told } from './support.ts';

const ORDER: Made = { id: 1, day: 1 };
const LATER: Made = { id: 2, day: 2 };
const FIRST = { on: 'first-purchase' };
const effect = (state: EffectState['state'], more: Partial<EffectState> = {}) => ({
  'followup:rule': { state, at: START, ...more },
});

describe('nothing is called for', () => {
  it('of orders before the store was connected', () => {
    expect(told(look({ orders: [{ id: 1, day: 0 }], day: 3 }))).toEqual({ 1: 'older-than-the-rule' });
  });

  it('of orders before the rule came into the policy', () => {
    const rules = new Map([['followup:rule', START + 1.5 * DAY]]);

    expect(told(look({ orders: [ORDER, LATER], day: 4, rules }))).toEqual({
      1: 'older-than-the-rule',
      2: 'day 5',
    });
  });

  it('of a store that is not connected', () => {
    expect(told(look({ orders: [{ ...ORDER, store: 'gone' }], day: 4 }))).toEqual({
      1: 'older-than-the-rule',
    });
  });

  it.each(['cancelled', 'refunded', 'failed'])('once the order is %s, unless it is kept', (status) => {
    const orders = [{ ...ORDER, status, seen: { completed: 0, [status]: 1 } }];

    expect(told(look({ orders, day: 4 }))).toEqual({ 1: 'order-has-ended' });
    expect(told(look({ orders, day: 4, rule: { keep: true } }))).toEqual({ 1: 'day 4' });
    expect(told(look({ orders, day: 4, rule: { on: { status } } }))).toEqual({ 1: 'day 5' });
  });

  it('of an order that was a first purchase and was cancelled, unless it is kept', () => {
    const orders = [{ ...ORDER, status: 'cancelled', seen: { processing: 0, cancelled: 1 } }];

    expect(told(look({ orders, day: 4, rule: FIRST }))).toEqual({ 1: 'has-not-begun' });
    expect(told(look({ orders, day: 4, rule: { ...FIRST, keep: true } }))).toEqual({ 1: 'day 4' });
  });

  it('once the order is deleted', () => {
    expect(look({ orders: [{ ...ORDER, deleted: ['a'] }], day: 4 })).toEqual([]);
  });

  it('of a part of another order', () => {
    const orders = [ORDER, { ...LATER, parentId: '1' }];

    expect(told(look({ orders, day: 4 }))).toMatchObject({ 2: 'part-of-another-order' });
  });

  it.each(['done', 'skipped', 'parked'] as const)('a second time when it is %s', (state) => {
    expect(told(look({ orders: [{ ...ORDER, effects: effect(state) }], day: 4 }))).toEqual({ 1: state });
  });

  it('while it is being taken over', () => {
    const effects = effect('refused', { reason: 'taking-over' });

    expect(told(look({ orders: [{ ...ORDER, effects }], day: 9 }))).toEqual({ 1: 'is-being-taken-over' });
  });
});

describe('who is welcomed', () => {
  it.each(['claimed', 'doubt', 'refused', 'done', 'skipped', 'parked'] as const)(
    'is not welcomed again, whatever became of it on another order (%s)',
    (state) => {
      const cancelled = { ...ORDER, status: 'cancelled', effects: effect(state) };

      expect(told(look({ orders: [cancelled, LATER], day: 4, rule: FIRST }))).toMatchObject({
        2: 'is-for-another-order',
      });
    },
  );

  it('is not welcomed again although that order is deleted', () => {
    const gone = { ...ORDER, deleted: ['a'], effects: effect('done') };

    expect(told(look({ orders: [gone, LATER], day: 4, rule: FIRST }))).toEqual({ 2: 'is-for-another-order' });
  });

  it('is welcomed only once the past of the store is known, or there is none', () => {
    const unknownPasts = new Set(['demo']);
    const [found] = look({ orders: [ORDER], day: 4, rule: FIRST, unknownPasts });

    expect(found).toMatchObject({ not: 'waits-for-history', lookAgainAt: START + 4.25 * DAY });
    expect(
      told(look({ orders: [ORDER], day: 4, rule: FIRST, unknownPasts, policy: { history: 'none' } })),
    ).toEqual({
      1: 'day 4',
    });
    expect(told(look({ orders: [ORDER], day: 4, unknownPasts }))).toEqual({ 1: 'day 4' });
  });

  it('is mailed of each order by rules that count nothing', () => {
    expect(told(look({ orders: [{ ...ORDER, effects: effect('done') }, LATER], day: 4 }))).toEqual({
      1: 'done',
      2: 'day 5',
    });
  });
});

describe('a condition', () => {
  const tea = [orderLine({ productId: '11' })];
  const orders = [
    { ...ORDER, lines: tea, total: '60.00', paymentMethod: 'Invoice', shippingMethods: ['Standard'] },
  ];
  const products = { 11: ['tea'] };

  it.each([
    [{ products: ['11'] }, { products: ['12'] }],
    [{ categories: ['tea', 'cups'] }, { categories: ['cups'] }],
    [{ paymentMethods: ['invoice'] }, { paymentMethods: ['PayPal'] }],
    [{ shippingMethods: ['standard'] }, { shippingMethods: ['Express'] }],
    [{ orderTotalAbove: '59.99' }, { orderTotalAbove: '60' }],
    [{ orderTotalBelow: '60.01' }, { orderTotalBelow: '60' }],
    [{ boughtProducts: ['11', '12'] }, { boughtProducts: { all: ['11', '12'] } }],
    [{ boughtCategories: ['tea', 'cups'] }, { boughtCategories: { all: ['tea', 'cups'] } }],
    [{ firstPurchase: true }, { firstPurchase: false }],
    [{ totalOrdersBelow: 2 }, { totalOrdersAbove: 1 }],
    [{ totalPurchasesAbove: '59' }, { totalPurchasesBelow: '60' }],
  ])('holds or not when it is due: %j, but not %j', (holds, fails) => {
    const due = (when: object) => told(look({ orders, products, day: 4, rule: { when } }));

    expect(due(holds)).toEqual({ 1: 'day 4' });
    expect(due(fails)).toEqual({ 1: 'condition-does-not-hold' });
    expect(due({ ...holds, ...fails })).toEqual({ 1: 'condition-does-not-hold' });
  });

  it('over what was ever bought knows what another plugin took out of an order', () => {
    const rest = { ...ORDER, lines: [orderLine({ productId: '12' })] };
    const split = { ...ORDER, id: 2, lines: tea, parentId: '1' };
    const due = (when: object) => told(look({ orders: [rest, split], products, day: 4, rule: { when } }));

    expect(due({ boughtProducts: { all: ['11', '12'] } })).toMatchObject({ 1: 'day 4' });
    expect(due({ boughtCategories: ['tea'] })).toMatchObject({ 1: 'day 4' });
  });

  it('is not asked before', () => {
    expect(told(look({ orders, day: 3.9, rule: { when: { totalOrdersAbove: 5 } } }))).toEqual({ 1: 'day 4' });
  });

  it('is not changed by what is bought after it was due', () => {
    const both = [...orders, { id: 2, day: 5 }];

    expect(told(look({ orders: both, day: 6, rule: { when: { totalOrdersAbove: 1 } } }))).toMatchObject({
      1: 'condition-does-not-hold',
    });
    expect(told(look({ orders: both, day: 6, rule: { when: { firstPurchase: true } } }))).toMatchObject({
      1: 'day 4',
    });
  });

  it('over a product that nobody described waits for it, seven days at most', () => {
    const rule = { when: { categories: ['tea'] } };
    const [waits] = look({ orders, day: 5, rule });

    expect(waits).toMatchObject({ not: 'waits-for-a-product', lookAgainAt: START + 11 * DAY + 1 });
    expect(told(look({ orders, day: 11.1, rule }))).toEqual({ 1: 'too late' });
    expect(told(look({ orders, products, day: 10, rule }))).toEqual({ 1: 'day 4' });
  });
});

describe('what is late', () => {
  it.each([
    [11, 'day 4'],
    [11.01, 'too late'],
  ])('is sent within seven days: on day %d %s', (day, expected) => {
    expect(told(look({ orders: [ORDER], day }))).toEqual({ 1: expected });
  });
});

describe('a time of the day', () => {
  // 12:00 in UTC is 13:00 in Berlin.
  const zones = new Map([['demo', 'Europe/Berlin']]);
  const policy = { perContact: '1 per 24 hours' };
  const rule = { at: '09:00' };

  it('holds also where the e-mail before moved it: by day at a day’s distance, by night to the next such time', () => {
    const at = (hours: number) =>
      look({ orders: [ORDER], day: 5, policy, rule, zones, mailedAt: START + hours * HOUR });
    const due = (hours: number) => new Date(at(hours)[0]?.dueAt ?? 0).toISOString();

    // Without another one it is due on 7 November at nine.
    expect(due(-100)).toBe('2026-11-07T08:00:00.000Z');
    // Mailed on the 6th at 15:00: a day later. Mailed on the 7th at 3:00: at nine on the 8th.
    expect(due(4 * 24 + 2)).toBe('2026-11-07T14:00:00.000Z');
    expect(due(4 * 24 + 14)).toBe('2026-11-08T08:00:00.000Z');
    // Mailed on the 6th at 23:00.
    expect(due(4 * 24 + 10)).toBe('2026-11-08T08:00:00.000Z');
  });

  it('may be in the night where that is asked for', () => {
    const night = { ...rule, night: true };
    const [found] = look({
      orders: [ORDER],
      day: 5,
      policy,
      rule: night,
      zones,
      mailedAt: START + 4 * DAY + 14 * HOUR,
    });

    expect(new Date(found?.dueAt ?? 0).toISOString()).toBe('2026-11-08T02:00:00.000Z');
  });
});

describe('somebody who may be mailed once a day', () => {
  const policy = { perContact: '1 per 24 hours' };
  const orders = [ORDER, LATER];

  it('gets the first of two that are due, and the other one a day later', () => {
    expect(told(look({ orders, day: 6, policy }))).toEqual({ 1: 'day 4', 2: 'day 7' });
    expect(told(look({ orders, day: 4, policy }))).toEqual({ 1: 'day 4', 2: 'day 5' });
  });

  it('gets none within a day of the last', () => {
    const mailedAt = START + 3.5 * DAY;

    expect(told(look({ orders, day: 4, policy, mailedAt }))).toEqual({ 1: 'day 4.5', 2: 'day 5.5' });
  });

  it('gets what is transactional at its time', () => {
    const rule = { send: { template: 7, transactional: true } };

    expect(told(look({ orders, day: 6, policy, rule, mailedAt: START + 6 * DAY - HOUR }))).toEqual({
      1: 'day 4',
      2: 'day 5',
    });
  });

  it('is late only from the day to which it was moved', () => {
    const mailedAt = START + 11 * DAY;

    expect(told(look({ orders: [ORDER], day: 12, policy, mailedAt }))).toEqual({ 1: 'day 12' });
    expect(told(look({ orders: [ORDER], day: 19.1, policy, mailedAt }))).toEqual({ 1: 'too late' });
  });
});

describe('what was moved here from elsewhere', () => {
  it('is due when it would have gone out there, whatever the order’s date and the conditions', () => {
    const effects = effect('refused', { reason: 'migrated', plannedAt: START + 20 * DAY });
    const orders = [{ id: 1, day: -100, effects }];

    expect(told(look({ orders, day: 1, rule: { when: { totalOrdersAbove: 9 } } }))).toEqual({ 1: 'day 20' });
    expect(told(look({ orders, day: 21, rule: { when: { totalOrdersAbove: 9 } } }))).toEqual({ 1: 'day 20' });
  });

  it('is not sent once its order was cancelled', () => {
    const effects = effect('refused', { reason: 'migrated', plannedAt: START + 20 * DAY });

    expect(told(look({ orders: [{ ...ORDER, status: 'cancelled', effects }], day: 21 }))).toEqual({
      1: 'order-has-ended',
    });
  });

  it('is not sent of a last purchase once another came after it', () => {
    const effects = effect('refused', { reason: 'migrated', plannedAt: START + 20 * DAY });
    const old: Made = { id: 1, day: -70, effects };
    const rule = { on: 'last-purchase', after: '90 days' };

    expect(told(look({ orders: [old], day: 21, rule }))).toEqual({ 1: 'day 20' });
    expect(told(look({ orders: [old, LATER], day: 21, rule }))).toEqual({
      1: 'has-not-begun',
      2: 'day 92',
    });
    const cancelled = { ...LATER, status: 'cancelled', seen: { cancelled: 0 } };
    expect(told(look({ orders: [old, cancelled], day: 21, rule }))).toMatchObject({ 1: 'day 20' });
    const before = { id: 3, day: -90 };
    expect(told(look({ orders: [old, before], day: 21, rule }))).toMatchObject({ 1: 'day 20' });
  });

  it('of a rule that goes to a contact once is the first of several, whatever became of its order’s others', () => {
    const due = (day: number) => effect('refused', { reason: 'migrated', plannedAt: START + day * DAY });
    const rule = { on: 'repeat-purchase' };
    const orders: readonly Made[] = [
      { id: 1, day: -9, effects: due(22) },
      { id: 2, day: -8, effects: due(20) },
      { id: 3, day: -7, effects: due(20) },
    ];

    expect(told(look({ orders, day: 21, rule }))).toEqual({
      1: 'is-for-another-order',
      2: 'day 20',
      3: 'is-for-another-order',
    });
    const [one, two, three] = orders as [Made, Made, Made];
    const cancelled = { ...two, status: 'cancelled' };
    expect(told(look({ orders: [one, cancelled, three], day: 21, rule }))).toMatchObject({ 3: 'day 20' });
    const gone = { ...two, deleted: ['a'] };
    expect(told(look({ orders: [one, gone, three], day: 21, rule }))).toEqual({
      1: 'is-for-another-order',
      3: 'day 20',
    });
    const sent = { ...three, effects: effect('done') };
    expect(told(look({ orders: [one, two, sent], day: 21, rule }))).toEqual({
      1: 'is-for-another-order',
      2: 'is-for-another-order',
      3: 'done',
    });
  });
});

describe('a rule that reaches everybody', () => {
  const reach = { everybody: true, perDay: 10, people: 100 };
  const rule = { on: 'last-purchase', after: '90 days', reach };
  const rules = new Map([['followup:rule', START + 300 * DAY]]);

  it('spreads who bought before it over as many days as it takes', () => {
    const due = Array.from({ length: 40 }, (_, id) => {
      const [found] = look({
        orders: [{ id: id + 1, day: 1, contact: `somebody-${String(id)}` }],
        day: 300,
        rule,
        rules,
      });
      return Math.floor(((found?.dueAt ?? 0) - START) / DAY) - 300;
    });

    expect(due.every((day) => day >= 0 && day < 10)).toBe(true);
    expect(new Set(due).size).toBeGreaterThan(5);
  });

  it('is due as always for whoever buys from now on', () => {
    expect(told(look({ orders: [{ id: 1, day: 301 }], day: 301, rule, rules }))).toEqual({ 1: 'day 391' });
  });
});
