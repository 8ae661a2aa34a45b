import { describe, expect, it, test } from 'vitest';
import { fold } from '../../../../../lib/core/ledger/fold/order.ts';
import type { OrderData } from '../../../../../lib/core/ledger/snapshot.ts';
import {
  type FeedBody,
  feedArrival,
  feedArrivalWith,
  feedBodies,
  feedBody,
  feedRecording,
  orderIn,
} from '../../../../support/fluentcart.ts';

/** The order of recording 101 with other fields of its own. */
function orderWith(fields: Readonly<Record<string, unknown>>, event = 'order_paid_done') {
  const body = feedBody('101');
  return orderIn(feedArrivalWith(event, { ...body, order: { ...body.order, ...fields } }));
}

test('a paid order is what the recording says', () => {
  const { ref, address, data } = orderIn(feedArrival(feedRecording('001')));

  expect(ref).toEqual({ kind: 'order', store: 'fluent', id: '2' });
  expect(address).toMatchObject({ usable: true, email: 'ana.mueller@example.com' });
  expect(data).toEqual({
    number: 'INV-1',
    status: 'completed',
    currency: 'EUR',
    total: '33.90',
    refunded: '0.00',
    discount: '0.00',
    createdAt: Date.parse('2026-11-21T23:07:36Z'),
    modifiedAt: Date.parse('2026-11-21T23:07:50Z'),
    paidAt: Date.parse('2026-11-21T23:07:36Z'),
    completedAt: Date.parse('2026-11-21T23:07:50Z'),
    paymentMethod: 'Cash',
    lines: [
      {
        productId: '4',
        variationId: '1',
        sku: '',
        name: 'Ethiopia Coffee Beans - 250 g',
        quantity: 2,
        total: '29.00',
      },
    ],
    coupons: [],
    customerId: '1',
    identity: {
      firstName: 'Ana',
      lastName: 'Müller',
      company: '',
      phone: '+493012345',
      address1: 'Hauptstr. 5',
      address2: '',
      city: 'Berlin',
      state: 'DE-BE',
      postcode: '10115',
      country: 'DE',
    },
    consent: {},
    attribution: {},
  } satisfies OrderData);
});

test('a form body says the same as the JSON of the same order', () => {
  const [json, form] = [feedRecording('001'), feedRecording('002')];

  expect(orderIn(feedArrival({ ...form, receivedAt: json.receivedAt }))).toEqual(orderIn(feedArrival(json)));
});

test('a form body is known as one without its content type', () => {
  const form = feedRecording('002');

  expect(orderIn(feedArrival({ ...form, headers: {} }))).toEqual(orderIn(feedArrival(form)));
});

test('a fully refunded order keeps its total and says what went back', () => {
  expect(orderIn(feedArrival(feedRecording('007'))).data).toMatchObject({
    status: 'refunded',
    total: '33.90',
    refunded: '-33.90',
  });
});

test('a renewal is an order of its own', () => {
  const { ref, data } = orderIn(feedArrival(feedRecording('011')));

  expect(ref.id).toBe('5');
  expect(data).toMatchObject({ status: 'completed', total: '19.99', number: 'INV-3' });
});

test('an order without an address belongs to its customer', () => {
  const { address, data } = orderIn(feedArrival(feedRecording('106')));

  expect(address).toMatchObject({ usable: true, email: 'f2-hookadmin@lab.test' });
  expect(data.identity).toMatchObject({
    firstName: 'Fritz',
    lastName: 'Fluent',
    city: 'Berlin',
    country: 'DE',
  });
});

test('money is hundredths in every currency, also in those without a smaller coin', () => {
  expect(orderWith({ currency: 'JPY', total_amount: 548000 }).data).toMatchObject({ total: '5480.00' });
  expect(orderWith({ total_amount: 5 }).data.total).toBe('0.05');
  expect(orderWith({ total_amount: '123456789012345678' }).data.total).toBe('1234567890123456.78');
});

test('discounts by hand and by coupon add up', () => {
  const fields = { manual_discount_total: 250, coupon_discount_total: '1000' };

  expect(orderWith(fields).data.discount).toBe('12.50');
});

describe('the status', () => {
  it.each([
    // Step by step as a running store went (facts/fluentcart D2): status, payment, paid → canonical.
    ['on-hold', 'pending', '0', 'pending'],
    ['processing', 'pending', '0', 'pending'],
    ['processing', 'paid', '5480', 'processing'],
    ['completed', 'paid', '5480', 'completed'],
    ['completed', 'partially_refunded', '5480', 'completed'],
    ['completed', 'refunded', '5480', 'refunded'],
    ['canceled', 'pending', '0', 'cancelled'],
    ['canceled', 'paid', '5480', 'cancelled'],
    ['canceled', 'refunded', '5480', 'cancelled'],
    ['processing', 'partially_paid', '2000', 'on-hold'],
    ['processing', 'authorized', '0', 'on-hold'],
    ['on-hold', 'failed', '0', 'failed'],
    ['failed', 'paid', '5480', 'failed'],
    ['on-hold', 'succeeded', '0', 'on-hold'],
    ['processing', 'succeeded', '0', 'on-hold'],
    ['processing', 'something-new', '0', 'on-hold'],
    ['processing', '', '0', 'on-hold'],
    ['processing', '', undefined, 'on-hold'],
    ['processing', 'something-new', '5480', 'processing'],
    ['cancelled', '', undefined, 'cancelled'],
  ])('of %s with payment %s and %s paid is %s', (...[status, payment_status, total_paid, canonical]) => {
    expect(orderWith({ status, payment_status, total_paid }).data.status).toBe(canonical);
  });

  it('of an order that costs nothing is its own', () => {
    const free = { status: 'completed', payment_status: '', total_paid: '0', total_amount: 0 };

    expect(orderWith(free).data.status).toBe('completed');
  });
});

describe('the parcel', () => {
  const seen = (event: string, shipping_status: string) => {
    const { sights } = fold(undefined, orderWith({ shipping_status }, event)) as { sights: object };
    return Object.keys(sights);
  };

  it.each([
    ['order_paid_done', 'unshipped', ['processing']],
    ['order_paid_done', 'shipped', ['processing', 'shipped']],
    ['shipping_status_changed_to_shipped', 'unshipped', ['processing', 'shipped']],
    ['shipping_status_changed_to_shipped', 'delivered', ['delivered', 'processing', 'shipped']],
    ['shipping_status_changed_to_delivered', 'unshipped', ['delivered', 'processing', 'shipped']],
    ['order_paid_done', 'delivered', ['delivered', 'processing', 'shipped']],
  ])('is seen by the event %s with %s as %s', (event, shipping, expected) => {
    expect(seen(event, shipping)).toEqual(expected);
  });
});

describe('the moment at which a status is seen', () => {
  const CAME = '2026-11-27T01:30:00.000Z';
  const sightsIn = (number: string, receivedAt: string) => {
    const state = fold(undefined, orderIn(feedArrival({ ...feedRecording(number), receivedAt })));
    return state.type === 'order' ? state.sights : {};
  };

  it('is the date of the order, where its address has one', () => {
    expect(sightsIn('101', CAME)).toEqual({
      processing: orderIn(feedArrival(feedRecording('101'))).data.modifiedAt,
    });
  });

  it('is when the body came, where it tells of no date of the order: a status moves no other date', () => {
    expect(sightsIn('106', CAME)).toEqual({ processing: Date.parse(CAME) });
  });

  it('is no earlier than anything of the order, whatever the clocks say', () => {
    expect(sightsIn('106', '2026-11-27T01:00:00.000Z')).toEqual({
      processing: Date.parse('2026-11-27T01:09:53Z'),
    });
    expect(sightsIn('106', '')).toEqual({ processing: Date.parse('2026-11-27T01:09:53Z') });
  });

  it('of a parcel is the date of the items, which it moves', () => {
    expect(sightsIn('107', CAME)).toEqual({
      processing: Date.parse(CAME),
      shipped: Date.parse('2026-11-27T01:09:57Z'),
    });
  });
});

describe('the version', () => {
  it('goes by the date of the order that stands in its address', () => {
    expect(orderIn(feedArrival(feedRecording('105'))).data.modifiedAt).toBe(
      Date.parse('2026-11-27T01:09:50Z'),
    );
  });

  it('goes by the items of an order without an address', () => {
    expect(orderIn(feedArrival(feedRecording('107'))).data.modifiedAt).toBe(
      Date.parse('2026-11-27T01:09:57Z'),
    );
  });

  it('leaves the customer out, whom other orders change', () => {
    const body = feedBody('106');
    const later = { ...body, customer: { ...body.customer, updated_at: '2026-11-28T00:00:00+00:00' } };

    expect(orderIn(feedArrivalWith('order_paid_done', later)).version).toBe(
      orderIn(feedArrivalWith('order_paid_done', body)).version,
    );
  });

  it('of a cancellation that moves no date is the greater one', () => {
    const bodies = feedBodies().filter(({ name }) => name.endsWith('admin_order_no_address'));
    const versions = Object.fromEntries(
      bodies.map(({ event, body }) => [event, orderIn(feedArrivalWith(event, body)).version]),
    );
    const inTime = [
      'order_paid_done',
      'shipping_status_changed_to_shipped',
      'shipping_status_changed_to_delivered',
      'order_fully_refunded',
      'order_status_changed_to_canceled',
    ];

    expect(
      Object.keys(versions).sort((a, b) => (String(versions[a]) < String(versions[b]) ? -1 : 1)),
    ).toEqual(inTime);
  });

  it('of two bodies that are equal up to their rank is that of the one that came later', () => {
    const recording = feedRecording('106');
    const [one, other] = ['2026-11-27T01:10:00.000Z', '2026-11-27T01:10:00.001Z'].map(
      (receivedAt) => orderIn(feedArrival({ ...recording, receivedAt })).version,
    );

    expect(String(one) < String(other)).toBe(true);
  });

  it('rises along the deliveries of a checkout', () => {
    const versions = ['101', '102', '103', '104', '105'].map(
      (number) => orderIn(feedArrival(feedRecording(number))).version,
    );

    expect(versions).toEqual([...versions].sort());
    expect(new Set(versions).size).toBe(5);
  });
});

describe('envelopes of the published document', () => {
  const { order, ...beside }: FeedBody = feedBody('101');
  const whole = { ...order, ...beside };

  it.each([
    ['in data with its parts beside it', 'order.created', { success: true, data: { order, ...beside } }],
    ['as data', 'order.updated', { success: true, data: whole, message: 'ok' }],
    ['named by the body', '', { event: 'order.paid', data: whole }],
    ['bare', 'payment.success', whole],
    ['with its parts inside', 'order.paid', { order: whole }],
  ])('hold the order %s', (_how, event, body) => {
    const { receivedAt } = feedRecording('001');

    expect(orderIn(feedArrivalWith(event, body))).toEqual(
      orderIn(feedArrival({ ...feedRecording('101'), receivedAt })),
    );
  });
});
