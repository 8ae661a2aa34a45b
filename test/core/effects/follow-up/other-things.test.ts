import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { factsOf, type OwnEntry } from '../../../../lib/core/contact/facts/facts.ts';
import type { Considered, Moment } from '../../../../lib/core/effects/follow-up/considered.ts';
import { considerFollowUps } from '../../../../lib/core/effects/follow-up/follow-ups.ts';
import type { EffectStates } from '../../../../lib/core/ledger/effect-state.ts';
import type { ContactKey } from '../../../../lib/core/ledger/email.ts';
import type { SubscriptionState } from '../../../../lib/core/ledger/fold/order.ts';
import type { CartData, CustomerData, OrderData } from '../../../../lib/core/ledger/snapshot.ts';
import type { SubscriptionData } from '../../../../lib/core/ledger/subscription.ts';
import { Policy } from '../../../../lib/core/policy/policy.ts';
import {
  cartRef,
  cartState,
  customerRef,
  customerState,
  orderRef,
  orderState,
} from '../../../contracts/samples.ts';
import { DAY, HOUR, START } from './support.ts';

const CARTS = { after: '1 hour', forget: '14 days', consent: 'not-required' };
const DONE: EffectStates = { 'followup:rule': { state: 'done', at: START } };

interface Look extends Partial<Moment> {
  readonly things: readonly OwnEntry[];
  readonly rule: object;
  readonly policy?: object;
  /** After the start, ms. */
  readonly at: number;
  readonly rules?: ReadonlyMap<string, number>;
}

function look({ things, rule, policy = {}, at, rules, ...moment }: Look): readonly Considered[] {
  const base = { id: 'rule', send: { template: 7 } };
  return considerFollowUps(factsOf(things, new Map()), {
    policy: v.parse(Policy, { carts: CARTS, followUps: [{ ...base, ...rule }], ...policy }),
    since: { get: () => START, ...(rules && { rules }) },
    moment: { now: START + at, zones: new Map(), unknownPasts: new Set(), ...moment },
  });
}

/** Thing → hours after the start at which it is due, or why not. */
function told(considered: readonly Considered[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    considered.map(({ about, dueAt = 0, not, tooLate }) => [
      about.ref.id,
      not ?? (tooLate ? 'too late' : `hour ${String((dueAt - START) / HOUR)}`),
    ]),
  );
}

interface Cart extends Partial<CartData> {
  readonly id?: string;
  /** Hours after the start. */
  readonly touched: number;
  readonly effects?: EffectStates;
  readonly ordered?: boolean;
}

function cart({ id = 'c1', touched, effects = {}, ordered = false, ...data }: Cart): OwnEntry {
  const state = cartState({ updatedAt: START + touched * HOUR, ...data });
  return { ref: cartRef(id), state: { ...state, ordered }, effects };
}

interface Order extends Partial<OrderData> {
  readonly id: number;
  /** Hours after the start. */
  readonly placed: number;
  readonly effects?: EffectStates;
}

function order({ id, placed, effects = {}, ...data }: Order): OwnEntry {
  const createdAt = START + placed * HOUR;
  return {
    ref: orderRef(id),
    state: orderState({ status: 'completed', createdAt, modifiedAt: createdAt, ...data }),
    effects,
  };
}

const UNPAID = {
  status: 'pending',
  checkout: { createdVia: 'checkout', needsPayment: true, paymentUrl: 'https://shop.test/pay' },
};

describe('a cart', () => {
  const CART = { on: 'cart', after: '1 hour' };

  it('is followed up as long after its last touch as the rule says', () => {
    const things = [cart({ touched: 2 })];

    expect(told(look({ things, rule: CART, at: 2.5 * HOUR }))).toEqual({ c1: 'hour 3' });
    expect(told(look({ things, rule: { ...CART, after: '1 day' }, at: 4 * HOUR }))).toEqual({
      c1: 'hour 26',
    });
  });

  it('is never followed up before it is abandoned', () => {
    const things = [cart({ touched: 2 })];

    expect(told(look({ things, rule: { on: 'cart' }, at: 2.5 * HOUR }))).toEqual({ c1: 'hour 3' });
  });

  it('is due later when it is touched again, and not a second time once it was sent', () => {
    expect(told(look({ things: [cart({ touched: 5 })], rule: CART, at: 5 * HOUR }))).toEqual({
      c1: 'hour 6',
    });
    expect(told(look({ things: [cart({ touched: 5, effects: DONE })], rule: CART, at: 9 * HOUR }))).toEqual({
      c1: 'done',
    });
  });

  it('is not called for once it was bought, emptied, forgotten, or somebody said no', () => {
    const open = cart({ touched: 2 });
    const found = (things: readonly OwnEntry[], at = 4 * HOUR, policy: object = {}) =>
      look({ things, rule: CART, at, policy });

    expect(found([cart({ touched: 2, ordered: true })])).toEqual([]);
    expect(found([cart({ touched: 2, status: 'empty' })])).toEqual([]);
    expect(found([open, order({ id: 1, placed: 3 })])).toEqual([]);
    expect(found([open], 15 * DAY)).toEqual([]);
    expect(
      found([cart({ touched: 2, consent: { 'shop/news': false } })], 4 * HOUR, {
        consent: { fields: ['shop/news'], segment: 5 },
      }),
    ).toEqual([]);
  });

  it('is an order that nobody paid, in a shop without the companion', () => {
    const things = [order({ id: 5, placed: 2, ...UNPAID })];

    expect(told(look({ things, rule: CART, at: 4 * HOUR }))).toEqual({ 5: 'hour 3' });
  });

  it('is told of once, however often somebody tried to pay it', () => {
    const reminded = cart({ touched: 2, effects: DONE });
    const tried = order({ id: 5, placed: 4, cartId: 'c1', ...UNPAID });
    const other = order({ id: 6, placed: 4, cartId: 'c2', ...UNPAID });

    expect(told(look({ things: [reminded, tried], rule: CART, at: 6 * HOUR }))).toEqual({
      5: 'cart-has-had-it',
    });
    expect(told(look({ things: [reminded, other], rule: CART, at: 6 * HOUR }))).toEqual({ 6: 'hour 5' });
  });

  it('that was left before the rule is history', () => {
    const rules = new Map([['followup:rule', START + 3 * HOUR]]);

    expect(told(look({ things: [cart({ touched: 2 })], rule: CART, at: 4 * HOUR, rules }))).toEqual({
      c1: 'older-than-the-rule',
    });
  });

  it('may have to be worth something', () => {
    const things = [cart({ touched: 2, total: '50.00', currency: 'EUR' })];
    const due = (when: object) => told(look({ things, rule: { ...CART, when }, at: 4 * HOUR }));

    expect(due({ orderTotalAbove: '49.99' })).toEqual({ c1: 'hour 3' });
    expect(due({ orderTotalAbove: '50' })).toEqual({ c1: 'condition-does-not-hold' });
    expect(due({ totalOrdersBelow: 1 })).toEqual({ c1: 'hour 3' });
  });
});

interface Customer extends Partial<CustomerData> {
  readonly id: number;
  readonly effects?: EffectStates;
  readonly deleted?: boolean;
}

function customer({ id, effects = {}, deleted = false, ...change }: Customer): OwnEntry {
  const state = customerState();
  const { data } = state;
  if (data === undefined) throw new Error('the sample has no data');
  return { ref: customerRef(id), state: { ...state, data: { ...data, ...change }, deleted }, effects };
}

describe('somebody who registers', () => {
  const SIGNUP = { on: 'signup', after: '2 hours' };
  const NEW = { registeredAt: START + HOUR };

  it('is written to as long after as the rule says', () => {
    expect(told(look({ things: [customer({ id: 1, ...NEW })], rule: SIGNUP, at: 4 * HOUR }))).toEqual({
      1: 'hour 3',
    });
  });

  it('is not written to for an account that is older than the rule, undated or deleted', () => {
    const rules = new Map([['followup:rule', START + 2 * HOUR]]);
    const found = (things: readonly OwnEntry[]) => told(look({ things, rule: SIGNUP, at: 4 * HOUR, rules }));

    expect(found([customer({ id: 1, ...NEW })])).toEqual({ 1: 'older-than-the-rule' });
    expect(found([customer({ id: 1 })])).toEqual({ 1: 'has-not-begun' });
    expect(found([customer({ id: 1, ...NEW, deleted: true })])).toEqual({});
  });

  it('is welcomed once, whichever account it was for', () => {
    const things = [customer({ id: 1, ...NEW, effects: DONE }), customer({ id: 2, ...NEW })];

    expect(told(look({ things, rule: SIGNUP, at: 4 * HOUR }))).toEqual({
      1: 'done',
      2: 'is-for-another-order',
    });
  });

  it('need not be written to any more after a purchase', () => {
    const rule = { ...SIGNUP, when: { totalOrdersBelow: 1 } };
    const things = [customer({ id: 1, ...NEW })];

    expect(told(look({ things, rule, at: 4 * HOUR }))).toEqual({ 1: 'hour 3' });
    expect(told(look({ things: [...things, order({ id: 7, placed: 2 })], rule, at: 4 * HOUR }))).toEqual({
      1: 'condition-does-not-hold',
    });
  });

  it('waits for the past of the store only where a condition counts it', () => {
    const things = [customer({ id: 1, ...NEW })];
    const unknownPasts = new Set(['demo']);
    const counting = { ...SIGNUP, when: { totalOrdersBelow: 1 } };

    expect(told(look({ things, rule: SIGNUP, at: 4 * HOUR, unknownPasts }))).toEqual({ 1: 'hour 3' });
    expect(told(look({ things, rule: counting, at: 4 * HOUR, unknownPasts }))).toEqual({
      1: 'waits-for-history',
    });
  });
});

interface Subscription extends Partial<SubscriptionData> {
  readonly id?: string;
  /** Status → hours after the start at which it was seen in it first. */
  readonly seen?: Readonly<Record<string, number>>;
  readonly effects?: EffectStates;
}

function subscription({ id = 's1', seen = {}, effects = {}, ...data }: Subscription): OwnEntry {
  const state: SubscriptionState = {
    type: 'subscription',
    contact: 'anna@example.test' as ContactKey,
    email: 'anna@example.test',
    contacts: { ['anna@example.test' as ContactKey]: 'anna@example.test' },
    deleted: false,
    sights: Object.fromEntries(Object.entries(seen).map(([name, hour]) => [name, START + hour * HOUR])),
    data: {
      status: 'active',
      productId: '11',
      name: 'Tea club',
      interval: 'monthly',
      amount: '10.00',
      currency: 'EUR',
      createdAt: START + HOUR,
      modifiedAt: START + HOUR,
      orderId: '1',
      ...data,
    },
  };
  return { ref: { kind: 'subscription', store: 'demo', id }, state, effects };
}

describe('a subscription', () => {
  const on = (event: string) => ({ on: { subscription: event }, after: '2 hours' });

  it('is followed up when it is activated, cancelled or has expired', () => {
    const active = subscription({ seen: { active: 1 } });
    const cancelled = subscription({ status: 'cancelled', seen: { active: 1, cancelled: 3 } });
    const ended = subscription({ status: 'completed', seen: { active: 1, completed: 4 } });

    expect(told(look({ things: [active], rule: on('activated'), at: 9 * HOUR }))).toEqual({ s1: 'hour 3' });
    expect(told(look({ things: [cancelled], rule: on('cancelled'), at: 9 * HOUR }))).toEqual({
      s1: 'hour 5',
    });
    expect(told(look({ things: [ended], rule: on('expired'), at: 9 * HOUR }))).toEqual({ s1: 'hour 6' });
    expect(told(look({ things: [active], rule: on('cancelled'), at: 9 * HOUR }))).toEqual({
      s1: 'has-not-begun',
    });
  });

  it('is not followed up once it stands otherwise, unless the rule is kept', () => {
    const things = [subscription({ status: 'cancelled', seen: { active: 1, cancelled: 2 } })];

    expect(told(look({ things, rule: on('activated'), at: 9 * HOUR }))).toEqual({ s1: 'has-passed' });
    expect(told(look({ things, rule: { ...on('activated'), keep: true }, at: 9 * HOUR }))).toEqual({
      s1: 'hour 3',
    });
  });

  it('that made way for another plan was not cancelled by anybody', () => {
    const old = subscription({ status: 'cancelled', seen: { active: 1, cancelled: 2 } });
    const plan = (upgradedFrom: string) => subscription({ id: 's2', seen: { active: 2 }, upgradedFrom });
    const heard = (upgradedFrom: string) =>
      told(look({ things: [old, plan(upgradedFrom)], rule: on('cancelled'), at: 9 * HOUR }));

    expect(heard('s1')).toEqual({ s1: 'has-passed', s2: 'has-not-begun' });
    expect(heard('s7')).toEqual({ s1: 'hour 4', s2: 'has-not-begun' });
  });

  it('that is old is history, unless what is followed came since', () => {
    const old = { createdAt: START - DAY, seen: { active: 1, cancelled: 3 } };
    const cancelled = (cancelledAt: number) => [subscription({ ...old, status: 'cancelled', cancelledAt })];

    expect(told(look({ things: [subscription(old)], rule: on('activated'), at: 9 * HOUR }))).toEqual({
      s1: 'older-than-the-rule',
    });
    expect(told(look({ things: cancelled(START + 3 * HOUR), rule: on('cancelled'), at: 9 * HOUR }))).toEqual({
      s1: 'hour 5',
    });
    expect(told(look({ things: cancelled(START - HOUR), rule: on('cancelled'), at: 9 * HOUR }))).toEqual({
      s1: 'older-than-the-rule',
    });
  });

  it('is followed up with each renewal, which is an order of its own', () => {
    const things = [
      order({ id: 1, placed: 1 }),
      order({ id: 2, placed: 30, subscriptionId: 's1' }),
      order({ id: 3, placed: 60, subscriptionId: 's1' }),
    ];

    expect(told(look({ things, rule: on('renewed'), at: 90 * HOUR }))).toEqual({
      1: 'has-not-begun',
      2: 'hour 32',
      3: 'hour 62',
    });
  });
});

describe('a renewal', () => {
  const SOON = { on: { beforeRenewal: '2 days' } };
  const paid = (day: number, more: Subscription = {}) =>
    subscription({ nextBillingAt: START + day * DAY, createdAt: START - 99 * DAY, ...more });

  it('is told of so long before it', () => {
    expect(told(look({ things: [paid(10)], rule: SOON, at: HOUR }))).toEqual({ s1: 'hour 192' });
  });

  it('is told of once, though it is moved by hours, and the next one again', () => {
    const [first] = look({ things: [paid(10)], rule: SOON, at: 8 * DAY });
    const effects: EffectStates = { [first?.id ?? '']: { state: 'done', at: START + 8 * DAY } };
    const found = (day: number) => told(look({ things: [paid(day, { effects })], rule: SOON, at: 8 * DAY }));

    expect(first?.id).toBe('followup:rule:2026-11-12');
    expect(found(10.4)).toEqual({ s1: 'done' });
    expect(found(10.6)).toEqual({ s1: 'done' });
    expect(found(40)).toEqual({ s1: 'hour 912' });
  });

  it('is not told of once it was made, or nobody will ask for it', () => {
    const rule = SOON;

    expect(told(look({ things: [paid(10)], rule, at: 10 * DAY }))).toEqual({ s1: 'has-passed' });
    expect(told(look({ things: [paid(10, { status: 'paused' })], rule, at: 9 * DAY }))).toEqual({
      s1: 'has-not-begun',
    });
  });

  it('whose time to tell had come before the rule is history', () => {
    const rules = new Map([['followup:rule', START + 9 * DAY]]);

    expect(told(look({ things: [paid(10)], rule: SOON, at: 9.5 * DAY, rules }))).toEqual({
      s1: 'older-than-the-rule',
    });
  });
});
