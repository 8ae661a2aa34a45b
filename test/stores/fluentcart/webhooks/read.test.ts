import * as v from 'valibot';
import { describe, expect, it, test } from 'vitest';
import type { StoreKind } from '../../../../lib/core/stores/store-api.ts';
import { fluentcart } from '../../../../lib/stores/fluentcart/webhooks/index.ts';
import { feedArrival, feedFixture, feedRecording, orderIn } from '../../../support/fluentcart.ts';

const NOW = Date.parse('2026-11-28T00:00:00Z');

const List = v.object({ data: v.array(v.unknown()) });

function listed(fixture: string, name: string): readonly unknown[] {
  return v.parse(List, feedFixture(fixture)[name]).data;
}

function read(kind: StoreKind, item: unknown, now = NOW) {
  return fluentcart.read({ kind, store: 'fluent', item, now });
}

describe('an order of REST', () => {
  it('says what the last webhook of it said, and is settled', () => {
    const reading = read('order', feedFixture('rest.orders.detail'));
    const told = orderIn(feedArrival(feedRecording('007')));

    expect(reading).toMatchObject({
      id: '2',
      modifiedAt: Date.parse('2026-11-21T23:09:02Z'),
      settled: true,
      snapshots: [{ data: told.data, address: told.address }],
    });
  });

  it('is read from a list as well, with what was asked for along with it', () => {
    const [item] = listed('free-1.5.2/rest.orders.list.with_variants', 'orders');

    expect(read('order', item)).toMatchObject({
      id: '7',
      snapshots: [
        {
          address: { email: 'f2-offline-new@lab.test' },
          data: { status: 'cancelled', refunded: '-54.80', identity: { city: 'Hamburg', lastName: 'Neu' } },
        },
      ],
    });
  });

  it('has the date of its address when that was edited last, which moves no date of the order', () => {
    const [item] = listed('free-1.5.2/rest.orders.list.with_variants', 'orders');

    expect(read('order', item).modifiedAt).toBe(Date.parse('2026-11-27T01:07:28Z'));
  });

  it('is not settled within two seconds of its last change', () => {
    const at = Date.parse('2026-11-21T23:09:02Z');

    expect(read('order', feedFixture('rest.orders.detail'), at + 1_999).settled).toBe(false);
    expect(read('order', feedFixture('rest.orders.detail'), at + 2_000).settled).toBe(true);
  });

  it('that has no address and whose customer is gone belongs to nobody', () => {
    expect(read('order', feedFixture('free-1.5.2/rest.orders.detail.customer_gone'))).toMatchObject({
      snapshots: [{ type: 'order', address: { usable: false, reason: 'no-email' } }],
    });
  });

  it.each([
    ['free-1.5.2/rest.orders.detail.offline_pending', 'pending', '0.00'],
    ['free-1.5.2/rest.orders.detail.partially_paid', 'on-hold', '0.00'],
    ['free-1.5.2/rest.orders.detail.partially_refunded', 'completed', '-10.00'],
    ['free-1.5.2/rest.orders.detail.refunded_physical', 'refunded', '-54.80'],
  ])('as in %s is %s', (fixture, status, refunded) => {
    expect(read('order', feedFixture(fixture))).toMatchObject({
      snapshots: [{ data: { status, refunded } }],
    });
  });

  it('of an error document is malformed', () => {
    expect(read('order', { code: 'rest_no_route', message: '', data: { status: 404 } })).toEqual({
      snapshots: [],
      dropped: 'malformed',
      settled: false,
    });
  });
});

describe('a customer of REST', () => {
  it('counts as of the day the record was made, whatever orders moved its date', () => {
    const [item] = listed('rest.customers.list', 'customers');

    expect(read('customer', item)).toMatchObject({
      id: '3',
      modifiedAt: Date.parse('2026-11-21T23:10:25Z'),
      snapshots: [
        {
          type: 'customer',
          address: { email: 'cara@example.com' },
          data: { modifiedAt: Date.parse('2026-11-21T23:09:15Z'), role: 'customer' },
        },
      ],
    });
  });

  it('who has paid nothing only tried to buy: FluentCart makes a record of everybody at the checkout', () => {
    const [, item] = listed('rest.customers.list', 'customers');

    expect(read('customer', item)).toMatchObject({ id: '2', snapshots: [{ data: { role: 'prospect' } }] });
  });

  it('that does not say how often it bought is a customer', () => {
    const [item] = listed('rest.customers.list', 'customers');
    const { purchase_count: _count, ...rest } = item as Record<string, unknown>;

    expect(read('customer', rest)).toMatchObject({ snapshots: [{ data: { role: 'customer' } }] });
  });
});

describe('a product of REST', () => {
  it('has the SKUs of its variations and the slugs of its categories', () => {
    const [item] = listed('free-1.5.2/rest.products.list.with_categories', 'products');

    expect(read('product', item)).toMatchObject({
      id: '42',
      settled: true,
      snapshots: [
        {
          type: 'product',
          ref: { id: '42' },
          data: { skus: { 2: expect.stringMatching(/./) }, categories: [expect.stringMatching(/^[a-z]/)] },
        },
      ],
    });
  });
});

test('of two settled readings of the same order the later one counts: an edited customer moves no date', () => {
  const [first, second] = [NOW, NOW + 60_000].map((now) =>
    read('order', feedFixture('rest.orders.detail'), now),
  );

  const [one, other] = [first, second].map((reading) => reading?.snapshots[0]);
  if (one?.type !== 'order' || other?.type !== 'order') throw new Error('no order');
  expect(other.data).toEqual(one.data);
  expect(other.version > one.version).toBe(true);
});
