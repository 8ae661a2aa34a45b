import { describe, expect, it, test } from 'vitest';
import { fold, type SubscriptionState } from '../../../../../lib/core/ledger/fold/order.ts';
import type { Snapshot } from '../../../../../lib/core/ledger/snapshot.ts';
import { fluentcart } from '../../../../../lib/stores/fluentcart/webhooks/index.ts';
import {
  feedArrival,
  feedArrivalWith,
  feedBodies,
  feedFixture,
  feedRecording,
} from '../../../../support/fluentcart.ts';

type Seen = Extract<Snapshot, { type: 'subscription' }>;

/** The one subscription in a recorded body. */
function recorded(event: string): Seen {
  const found = feedBodies().find(({ name }) => name === event);
  return onlyOne(fluentcart.translate(feedArrivalWith(event, found?.body ?? '')));
}

function onlyOne(said: ReturnType<typeof fluentcart.translate>): Seen {
  const found = 'dropped' in said ? [] : said.snapshots.filter(({ type }) => type === 'subscription');
  const [one] = found as Seen[];
  if (!one || found.length > 1) throw new Error(`${String(found.length)} subscriptions`);
  return one;
}

function changed(event: string, change: (subscription: Record<string, unknown>) => Record<string, unknown>) {
  const found = feedBodies().find(({ name }) => name === event);
  const body = JSON.parse(found?.body ?? '') as { subscriptions: Record<string, unknown>[] };
  const subscriptions = body.subscriptions.map(change);
  return fluentcart.translate(feedArrivalWith(event, { ...body, subscriptions }));
}

function folded(snapshots: readonly Snapshot[]): SubscriptionState {
  const state = snapshots.reduce<ReturnType<typeof fold> | undefined>(fold, undefined);
  if (state?.type !== 'subscription') throw new Error('no subscription');
  return state;
}

test('a subscription that was activated is what the recording says', () => {
  const { ref, address, data, milestones } = recorded('subscription_activated');

  expect(ref).toEqual({ kind: 'subscription', store: 'fluent', id: '1' });
  expect(address).toMatchObject({ usable: true, email: 'cara@example.com' });
  expect(milestones).toEqual(['activated']);
  expect(data).toEqual({
    status: 'active',
    productId: '5',
    name: 'Brew Club - Monthly',
    interval: 'monthly',
    amount: '19.99',
    currency: 'EUR',
    createdAt: Date.parse('2026-11-21T23:09:15Z'),
    modifiedAt: Date.parse('2026-11-21T23:09:28Z'),
    nextBillingAt: Date.parse('2026-12-21T23:09:15Z'),
    payments: 0,
    orderId: '4',
    goesWithOrders: true,
  });
});

test.each([
  ['subscription_reactivated', 'active', 'reactivated'],
  ['subscription_canceled', 'cancelled', 'cancelled'],
  // Forced when they were recorded: the body says what the shop held.
  ['subscription_eot', 'cancelled', 'completed'],
  ['subscription_expired_validity', 'cancelled', 'expired'],
])('%s tells of a status and of what happened', (event, status, milestone) => {
  expect(recorded(event)).toMatchObject({ data: { status }, milestones: [milestone] });
});

test('in any order the recorded events leave the same subscription, with everything that happened to it', () => {
  const events = ['activated', 'reactivated', 'canceled', 'eot', 'expired_validity'];
  const seen = events.map((event) => recorded(`subscription_${event}`));
  const state = folded(seen);

  expect(folded([...seen].reverse())).toEqual(state);
  expect(folded([...seen, ...seen])).toEqual(state);
  expect(state.data).toMatchObject({ status: 'cancelled', payments: 1 });
  expect(Object.keys(state.sights)).toEqual([
    'activated',
    'active',
    'cancelled',
    'completed',
    'expired',
    'reactivated',
  ]);
});

describe('a renewal', () => {
  it('is an order that names its subscription, which is not beside it (011)', () => {
    const said = fluentcart.translate(feedArrival(feedRecording('011')));
    const snapshots = 'dropped' in said ? [] : said.snapshots;

    expect(snapshots).toHaveLength(1);
    expect(snapshots[0]).toMatchObject({ type: 'order', data: { subscriptionId: '1' } });
  });

  it('wins over what a version stored that knew of no subscriptions', () => {
    const said = fluentcart.translate(feedArrival(feedRecording('011')));
    const [renewal] = 'dropped' in said ? [] : said.snapshots;
    const [first] = [feedArrival(feedRecording('009'))].flatMap((arrival) => {
      const other = fluentcart.translate(arrival);
      return 'dropped' in other ? [] : other.snapshots;
    });

    expect(renewal).toMatchObject({ version: expect.stringMatching(/^\d+\.0\.0002\./) });
    expect(first).toMatchObject({ version: expect.stringMatching(/^\d+\.0\.0001\./) });
  });
});

test.each([
  ['failing', 'past_due'],
  ['expiring', 'active'],
  ['intended', 'pending'],
  ['authenticated', 'pending'],
  ['trialing', 'trialing'],
  ['Paused', 'paused'],
  ['of-the-shop', 'of-the-shop'],
])('a subscription that the store calls %s is %s', (own, status) => {
  expect(onlyOne(changed('subscription_activated', (one) => ({ ...one, status: own }))).data.status).toBe(
    status,
  );
});

test('a plan that was upgraded names the subscription that it replaces, which is cancelled in silence', () => {
  const config = { is_upgraded: 'yes', upgraded_from_sub_id: '7', currency: 'EUR' };
  const upgraded = onlyOne(changed('subscription_activated', (one) => ({ ...one, config })));

  expect(upgraded.data.upgradedFrom).toBe('7');
  expect(recorded('subscription_activated').data).not.toHaveProperty('upgradedFrom');
  // An earlier version stored it without.
  expect(upgraded.version).toMatch(/^\d+\.0\.0002\./);
  expect(recorded('subscription_activated').version).toMatch(/^\d+\.0\.0001\./);
});

test('odd fields cost themselves, and one without an id costs that subscription only', () => {
  const odd = { next_billing_date: [], recurring_total: {}, config: [], currency: null, bill_count: 'many' };
  const { data } = onlyOne(changed('subscription_activated', (one) => ({ ...one, ...odd })));
  const said = changed('subscription_activated', ({ id: _id, ...one }) => one);

  expect(data).toMatchObject({ status: 'active', amount: '19.99', currency: '', payments: 0 });
  expect(data.nextBillingAt).toBeUndefined();
  expect('snapshots' in said && said.snapshots.map(({ type }) => type)).toEqual(['order']);
});

test('of several that began with one order nobody knows which one the event is about', () => {
  const found = feedBodies().find(({ name }) => name === 'subscription_activated');
  const body = JSON.parse(found?.body ?? '') as { subscriptions: Record<string, unknown>[] };
  const subscriptions = [...body.subscriptions, { ...body.subscriptions[0], id: 2 }];
  const said = fluentcart.translate(feedArrivalWith('subscription_activated', { ...body, subscriptions }));

  const seen = 'snapshots' in said ? said.snapshots.filter(({ type }) => type === 'subscription') : [];
  expect(seen.map((one) => [one.ref.id, 'milestones' in one])).toEqual([
    ['1', false],
    ['2', false],
  ]);
});

describe('a subscription of REST', () => {
  const NOW = Date.parse('2026-11-22T00:00:00Z');
  const read = (item: unknown, testOrders = false) =>
    fluentcart.read({ kind: 'subscription', store: 'fluent', item, now: NOW, testOrders });
  const [listed] = (feedFixture('rest.subscriptions.list')['data'] as { data: Record<string, unknown>[] })
    .data;
  const detail = feedFixture('rest.subscriptions.detail')['subscription'] as Record<string, unknown>;

  it('is the one of the last webhook, and settled', () => {
    const { data, address } = recorded('subscription_canceled');

    for (const item of [detail, { ...listed, order: detail['order'] }]) {
      const { snapshots, ...said } = read(item);
      expect(said).toEqual({ id: '1', settled: true, modifiedAt: data.modifiedAt });
      expect(snapshots).toMatchObject([{ data, address }]);
      expect(snapshots[0]?.type === 'subscription' && snapshots[0].milestones).toBeUndefined();
    }
  });

  it('is its customer’s where the order it began with is gone', () => {
    expect(read(listed).snapshots).toMatchObject([{ address: { email: 'cara@example.com' } }]);
  });

  it('that began in the test mode is dropped unless the store says otherwise', () => {
    const item = { ...listed, order: { ...(detail['order'] as object), mode: 'test' } };

    expect(read(item)).toMatchObject({ snapshots: [], dropped: 'test-order' });
    expect(read(item, true).snapshots).toHaveLength(1);
  });

  it.each([undefined, null, [], {}, { id: 'x', status: 'active' }, { id: 1 }, { id: 1, status: [] }])(
    '%j is malformed',
    (item) => {
      expect(read(item)).toMatchObject({ snapshots: [], dropped: 'malformed' });
    },
  );
});
