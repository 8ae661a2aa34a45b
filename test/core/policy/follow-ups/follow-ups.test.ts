import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Store } from '../../../../lib/core/policy/configuration/store.ts';
import { countsPast, FollowUp, FollowUps } from '../../../../lib/core/policy/follow-ups/follow-ups.ts';
import { Policy } from '../../../../lib/core/policy/policy.ts';

const SEND = { template: 7 };
const DAY = 86_400_000;

function problems(schema: v.GenericSchema, value: unknown): readonly string[] {
  return (v.safeParse(schema, value).issues ?? []).map(({ message }) => message);
}

describe('a follow-up', () => {
  it.each([
    ['10 minutes', 600_000],
    ['1 hour', 3_600_000],
    ['3 days', 3 * DAY],
    ['2 weeks', 14 * DAY],
    ['1 month', 30 * DAY],
    ['2 years', 730 * DAY],
  ])('goes out %s after it began', (after, ms) => {
    expect(v.parse(FollowUp, { id: 'a', on: 'coupon', after, send: SEND }).after).toBe(ms);
  });

  it('goes out at once, and not to people who asked for no more, unless it says otherwise', () => {
    expect(v.parse(FollowUp, { id: 'a', on: 'coupon', send: SEND })).toMatchObject({
      after: 0,
      send: { template: 7, transactional: false },
    });
  });

  it('takes the statuses of WooCommerce with and without their prefix', () => {
    const on = v.parse(FollowUp, { id: 'a', on: { status: 'wc-completed' }, send: SEND }).on;

    expect(on).toEqual({ status: 'completed' });
  });

  it('takes a list of what was bought as any of it', () => {
    const when = { boughtProducts: ['11', '12'], boughtCategories: { all: ['tea'] } };

    expect(v.parse(FollowUp, { id: 'a', on: 'coupon', when, send: SEND }).when).toEqual({
      boughtProducts: { any: ['11', '12'] },
      boughtCategories: { all: ['tea'] },
    });
  });

  it.each([
    [{ on: 'birthday' }, /must be one of first-purchase/],
    [{ after: '3 fortnights' }, /must be a span of time/],
    [{ at: '25:00' }, /must be a time like/],
    [{ at: '03:00' }, /must be at a time between 07:00 and 22:00/],
    [{ id: 'Thank you' }, /must be lower-case/],
    [{ reach: { everybody: true, perDay: 5, people: 9 } }, /must not reach everybody but on last-purchase/],
    [{ on: { orderTotal: {} } }, /must say above, below or both/],
    [{ when: { boughtProducts: [] } }, /./],
    [{ on: { status: '' } }, /./],
    [{ on: 'cart', when: { products: ['11'] } }, /must not ask for products: what begins it does not say/],
    [{ on: 'cart', send: { template: 7, transactional: true } }, /must not be transactional on a cart/],
    [{ on: 'signup', when: { orderTotalAbove: '5' } }, /must not ask for orderTotalAbove/],
    [{ on: { subscription: 'paused' } }, /must be one of/],
    [{ tag: 'x' }, /must do one thing: send, segment, campaign, tag, note/],
    [{ segment: { add: 1, remove: 2 } }, /must be \{ add: 3 \}/],
    [{ on: { beforeRenewal: '0 days' } }, /must be/],
  ])('is refused with a sentence: %j', (change, sentence) => {
    const [message] = problems(FollowUp, { id: 'a', on: 'coupon', send: SEND, ...change });

    expect(message).toMatch(sentence);
  });

  it('reaches everybody by e-mail alone: of nothing else a number a day is kept', () => {
    const reach = { everybody: true, perDay: 5, people: 9 };
    const said = (rule: object) => problems(FollowUp, { id: 'a', on: 'last-purchase', reach, ...rule });

    expect(said({ send: SEND })).toEqual([]);
    for (const action of [{ tag: 'x' }, { segment: { add: 1 } }, { campaign: { add: 1 } }, { note: 'Hi' }])
      expect(said(action)).toEqual([expect.stringMatching(/must send an e-mail to reach everybody/)]);
  });

  it('brings a coupon only with an e-mail that tells of it, and asks a signup for no total', () => {
    const coupon = { percent: 5, days: 5 };
    const said = (rule: object) => problems(FollowUp, { id: 'a', on: 'coupon', ...rule });

    expect(said({ send: SEND, coupon })).toEqual([]);
    expect(said({ tag: 'x', coupon })).toEqual(['must send the e-mail that tells of its coupon']);
    expect(said({ on: 'signup', send: SEND, coupon: { ...coupon, minTotal: '5' } })).toEqual([
      'must not ask a signup for a total: leave minTotal out',
    ]);
  });

  it('may remind of a cart by an e-mail that is not transactional, and be that of all else', () => {
    for (const rule of [
      { on: 'cart', send: SEND },
      { on: 'cart', send: { ...SEND, transactional: false } },
      { on: 'cart', tag: 'left' },
      { on: { status: 'failed' }, send: { ...SEND, transactional: true } },
      { on: 'signup', send: { ...SEND, transactional: true } },
    ])
      expect(problems(FollowUp, { id: 'a', ...rule })).toEqual([]);
  });

  it('may be at night where that is asked for', () => {
    expect(problems(FollowUp, { id: 'a', on: 'coupon', at: '03:00', night: true, send: SEND })).toEqual([]);
  });

  it('has an id of its own', () => {
    const rule = { id: 'a', on: 'coupon', send: SEND };

    expect(problems(FollowUps, [rule, rule])).toEqual(['must have ids that differ from each other']);
  });

  it.each([
    [{ on: 'first-purchase' }, true],
    [{ on: 'repeat-purchase' }, true],
    [{ on: 'product' }, true],
    [{ on: { totalOrders: { equal: 3 } } }, true],
    [{ on: { totalPurchases: { above: '100' } } }, true],
    [{ on: { status: 'completed' }, when: { firstPurchase: true } }, true],
    [{ on: { status: 'completed' }, when: { totalOrdersAbove: 2 } }, true],
    [{ on: { status: 'completed' } }, false],
    [{ on: 'last-purchase' }, false],
    [{ on: { orderTotal: { above: '50' } } }, false],
  ])('counts the past or not: %j %s', (rule, counts) => {
    expect(countsPast(v.parse(FollowUp, { id: 'a', send: SEND, ...rule }))).toBe(counts);
  });
});

describe('a policy', () => {
  it('is the same as before where it says nothing of follow-ups', () => {
    expect(Object.keys(v.parse(Policy, {}))).not.toEqual(expect.arrayContaining(['followUps', 'perContact']));
  });

  it('says what carts are before it follows them up, and remembers them for long enough', () => {
    const followUps = [{ id: 'cart', on: 'cart', after: '14 days', send: SEND }];
    const carts = (forget: string) => ({ consent: 'not-required', forget });

    expect(problems(Policy, { followUps })).toEqual([
      'must not begin cart with a cart while policy.carts says nothing of them',
    ]);
    expect(problems(Policy, { followUps, carts: carts('14 days') })).toEqual([
      'must not let cart come after carts are forgotten: raise policy.carts.forget',
    ]);
    expect(problems(Policy, { followUps, carts: carts('15 days') })).toEqual([]);
  });

  it('leaves segments and tags alone that another rule gives and takes', () => {
    const rule = { id: 'a', on: 'coupon' };
    const carts = { consent: 'not-required', segment: 4, tag: 'cart:left' };
    const said = (action: object, policy: object) =>
      problems(Policy, { followUps: [{ ...rule, ...action }], ...policy });

    expect(said({ segment: { add: 3 } }, { segments: [{ segment: 3 }] })).toEqual([
      'must not let a use segment 3, which another rule fills',
    ]);
    expect(said({ segment: { remove: 4 } }, { carts })).toEqual([
      'must not let a use segment 4, which another rule fills',
    ]);
    expect(said({ tag: 'cart:left' }, { carts })).toEqual([
      'must not let a give the tag cart:left, which policy.carts gives and takes',
    ]);
    expect(said({ tag: 'seen' }, { carts })).toEqual([]);
  });

  it('says how often somebody hears of the shop', () => {
    expect(v.parse(Policy, { perContact: '1 per 24 hours' }).perContact).toBe(DAY);
    expect(problems(Policy, { perContact: '2 per day' })).toEqual([
      'must be one in a while, like "1 per 24 hours"',
    ]);
  });
});

it('a store says its time zone by a name that there is', () => {
  const store = { id: 'demo', kind: 'woocommerce', currency: 'EUR' };

  expect(problems(Store, { ...store, timezone: 'Europe/Berlin' })).toEqual([]);
  expect(problems(Store, { ...store, timezone: 'Berlin' })).toEqual([
    'must be a time zone like Europe/Berlin',
  ]);
});
