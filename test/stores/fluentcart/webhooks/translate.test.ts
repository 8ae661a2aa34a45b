import { expect, test } from 'vitest';
import type { Arrival } from '../../../../lib/core/ledger/delivery.ts';
import { fold, type State } from '../../../../lib/core/ledger/fold/order.ts';
import { refName } from '../../../../lib/core/ledger/snapshot.ts';
import { fluentcart } from '../../../../lib/stores/fluentcart/webhooks/index.ts';
import {
  feedArrival,
  feedArrivalWith,
  feedBodies,
  feedBody,
  feedRecordings,
  orderIn,
} from '../../../support/fluentcart.ts';
import { shuffled } from '../../../support/random.ts';

const whole = feedRecordings().filter(({ number }) => number !== '003');

/** Subscriptions may stand beside them. */
function ordersIn(arrival: Arrival) {
  const said = fluentcart.translate(arrival);
  return 'dropped' in said ? said : said.snapshots.filter(({ type }) => type !== 'subscription');
}

test('every recorded delivery but the one of chosen fields tells of one order', () => {
  for (const recording of whole)
    expect(ordersIn(feedArrival(recording)), recording.number).toMatchObject([
      { type: 'order', ref: { store: 'fluent' }, address: { usable: true } },
    ]);
});

test('every recorded event tells of one order', () => {
  const bodies = feedBodies().filter(({ name }) => !name.endsWith('selected_fields'));

  expect(bodies.length).toBeGreaterThan(15);
  for (const { name, event, body } of bodies)
    expect(ordersIn(feedArrivalWith(event, body)), name).toMatchObject([
      { type: 'order', address: { usable: true } },
    ]);
});

test('chosen fields are no order, and the reason says so', () => {
  const [selected] = feedRecordings().filter(({ number }) => number === '003');

  expect(selected && fluentcart.translate(feedArrival(selected))).toEqual({ dropped: 'selected-fields' });
});

test('any order and repetition of the recordings leaves the same ledger', () => {
  const arrivals = [
    ...whole.map((recording) => feedArrival(recording)),
    ...feedBodies()
      .filter(({ name }) => !name.endsWith('selected_fields') && !name.includes('stripe'))
      .map(({ event, body }) => feedArrivalWith(event, body)),
  ];
  const ledgerOf = (some: typeof arrivals) => {
    const states = new Map<string, State>();
    for (const arrival of some) {
      const snapshot = orderIn(arrival);
      states.set(refName(snapshot.ref), fold(states.get(refName(snapshot.ref)), snapshot));
    }
    return Object.fromEntries([...states].sort(([a], [b]) => (a < b ? -1 : 1)));
  };
  const expected = ledgerOf(arrivals);

  expect(Object.keys(expected)).toHaveLength(6);
  for (let seed = 1; seed <= 50; seed += 1)
    expect(ledgerOf(shuffled([...arrivals, ...arrivals], seed))).toEqual(expected);
});

test('an order of the test mode is dropped unless the store takes them', () => {
  const body = feedBody('101');
  const arrival = feedArrivalWith('order_paid_done', { ...body, order: { ...body.order, mode: 'test' } });

  expect(fluentcart.translate(arrival)).toEqual({ dropped: 'test-order' });
  expect(fluentcart.translate({ ...arrival, testOrders: true })).toHaveProperty('snapshots');
});

test.each(['order.created', 'payment.failed', 'subscription.cancelled', 'some_event_of_tomorrow', ''])(
  'the event %s is taken like any other',
  (event) => {
    expect(fluentcart.accepts(event)).toBe('take');
    expect(orderIn(feedArrivalWith(event, feedBody('101'))).ref.id).toBe('12');
  },
);

test.each([
  [
    'a subscription',
    { id: 1, status: 'active', billing_interval: 'monthly', parent_order_id: '4', total_paid: '1' },
  ],
  ['a transaction', { id: 1, status: 'succeeded', transaction_type: 'charge', total_amount: 1 }],
  ['a customer', { customer: { id: 1 } }],
  ['an order without an id', { order: { status: 'completed' } }],
  ['an order without a status', { order: { id: 1 } }],
])('%s is no order', (_what, body) => {
  expect(fluentcart.translate(feedArrivalWith('order.updated', body))).toEqual({ dropped: 'malformed' });
});
