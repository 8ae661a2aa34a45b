import * as v from 'valibot';
import { describe, expect, it, test } from 'vitest';
import { factsOf, type OwnEntry } from '../../../../lib/core/contact/facts/facts.ts';
import {
  type KnownSubscription,
  subscriptionFields,
  subscriptionTags,
  subscriptionValues,
} from '../../../../lib/core/contact/facts/subscriptions.ts';
import type { OrderData } from '../../../../lib/core/ledger/snapshot.ts';
import type { SubscriptionData } from '../../../../lib/core/ledger/subscription.ts';
import { DEFAULT_POLICY, Policy } from '../../../../lib/core/policy/policy.ts';
import { orderState } from '../../../contracts/samples.ts';

const POLICY = v.parse(Policy, { subscriptions: {} });
const FIELDS = new Map([
  ['subscription_status', { type: 'text' }],
  ['next_billing_date', { type: 'date' }],
]);
const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-11-27T10:00:00Z');

function subscription(id: string, fields: Partial<SubscriptionData>): KnownSubscription {
  const data: SubscriptionData = {
    status: 'active',
    productId: '5',
    name: 'Brew Club',
    interval: 'monthly',
    amount: '19.99',
    currency: 'EUR',
    createdAt: NOW,
    modifiedAt: NOW,
    nextBillingAt: NOW + 30 * DAY,
    orderId: '4',
    ...fields,
  };
  const ref = { kind: 'subscription', store: 'fluent', id } as const;
  return {
    ref,
    data,
    effects: {},
    state: { type: 'subscription', contacts: {}, sights: {}, deleted: false },
  };
}

describe('subscriptions of a contact', () => {
  it('are nothing in Mautic where the policy has none', () => {
    const known = [subscription('1', {})];

    expect(subscriptionFields(DEFAULT_POLICY)).toEqual([]);
    expect(subscriptionValues(known, DEFAULT_POLICY, FIELDS)).toEqual({});
    expect(subscriptionTags(known, DEFAULT_POLICY)).toEqual([]);
  });

  it('give a status, the day of the next payment and a tag', () => {
    const known = [subscription('1', {})];

    expect(subscriptionFields(POLICY).map(({ alias, type }) => [alias, type])).toEqual([
      ['subscription_status', 'text'],
      ['next_billing_date', 'date'],
    ]);
    expect(subscriptionValues(known, POLICY, FIELDS)).toEqual({
      subscription_status: 'active',
      next_billing_date: '2026-12-27',
    });
    expect(subscriptionTags(known, POLICY)).toEqual(['subscription:active']);
  });

  it('of which one lives on say so, and have a tag for each status', () => {
    const known = [
      subscription('1', { status: 'cancelled', createdAt: NOW + DAY, nextBillingAt: NOW + DAY }),
      subscription('2', { status: 'active', nextBillingAt: NOW + 9 * DAY }),
      subscription('3', { status: 'past_due', nextBillingAt: NOW + 3 * DAY }),
      subscription('4', { status: 'cancelled' }),
    ];

    expect(subscriptionValues(known, POLICY, FIELDS)).toEqual({
      subscription_status: 'active',
      next_billing_date: '2026-11-30',
    });
    expect(subscriptionTags(known, POLICY)).toEqual([
      'subscription:cancelled',
      'subscription:active',
      'subscription:past_due',
    ]);
    expect(subscriptionValues([...known].reverse(), POLICY, FIELDS)).toEqual(
      subscriptionValues(known, POLICY, FIELDS),
    );
  });

  it('that are all over have no next payment', () => {
    const known = [subscription('1', { status: 'expired' }), subscription('2', { status: 'of-the-shop' })];

    expect(subscriptionValues(known, POLICY, FIELDS)).toEqual({
      subscription_status: 'expired',
      next_billing_date: null,
    });
  });

  it('that are none blank both fields', () => {
    expect(subscriptionValues([], POLICY, FIELDS)).toEqual({
      subscription_status: null,
      next_billing_date: null,
    });
  });

  it('leave out what the policy leaves out and what this Mautic has no field for', () => {
    const policy = v.parse(Policy, { subscriptions: { tag: false, aliases: { status: false } } });
    const known = [subscription('1', {})];

    expect(subscriptionFields(policy).map(({ alias }) => alias)).toEqual(['next_billing_date']);
    expect(subscriptionTags(known, policy)).toEqual([]);
    expect(subscriptionValues(known, policy, new Map())).toEqual({});
  });
});

describe('a subscription that goes with its orders', () => {
  const own = ({ ref, state, data }: KnownSubscription): OwnEntry => ({ ref, state: { ...state, data } });
  const order = (id: string, isGone: boolean, data: Partial<OrderData> = {}): OwnEntry => ({
    ref: { kind: 'order', store: 'fluent', id },
    state: { ...orderState(data), deleted: isGone ? ['erased'] : [] },
  });
  const left = (...entries: readonly OwnEntry[]) =>
    factsOf([own(subscription('1', { goesWithOrders: true })), ...entries], new Map()).subscriptions.length;

  test('is there no more once they are gone: a deleted customer takes them along', () => {
    expect(left(order('4', true))).toBe(0);
    expect(left(order('4', true), order('9', true, { subscriptionId: '1' }))).toBe(0);
    // It began before anybody looked; its renewals are known.
    expect(left(order('9', true, { subscriptionId: '1' }))).toBe(0);
  });

  test('stays while one of them is there, and where none is known', () => {
    expect(left()).toBe(1);
    expect(left(order('4', false))).toBe(1);
    expect(left(order('4', true), order('9', false, { subscriptionId: '1' }))).toBe(1);
    expect(
      left({ ...order('4', true), ref: { kind: 'order', store: 'other', id: '4' } }, order('5', true)),
    ).toBe(1);
  });

  test('is none of another store, or of an earlier version, which does not say so', () => {
    const { length } = factsOf([own(subscription('1', {})), order('4', true)], new Map()).subscriptions;

    expect(length).toBe(1);
  });
});
