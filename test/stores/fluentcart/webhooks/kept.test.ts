import { describe, expect, it, test } from 'vitest';
import { type Kept, NOTHING_KEPT } from '../../../../lib/core/ledger/kept.ts';
import type { CustomerData, OrderData, Snapshot } from '../../../../lib/core/ledger/snapshot.ts';
import { keptOf } from '../../../../lib/core/policy/kept.ts';
import { sourcesKeeping } from '../../../../lib/stores/webhooks.ts';
import {
  feedArrival,
  feedArrivalWith,
  feedBody,
  feedFixture,
  feedRecording,
} from '../../../support/fluentcart.ts';

const ORDER_KEYS = ['user_tz', 'shipping_method_title', 'vat_number', 'missing'];

function keeping(kept: Partial<Kept>) {
  return sourcesKeeping({ ...NOTHING_KEPT, ...kept })('fluentcart');
}

function dataIn(snapshots: readonly Snapshot[], type: 'order'): OrderData;
function dataIn(snapshots: readonly Snapshot[], type: 'customer'): CustomerData;
function dataIn(snapshots: readonly Snapshot[], type: 'order' | 'customer') {
  const found = snapshots.find((snapshot) => snapshot.type === type);
  if (!found || !('data' in found)) throw new Error(`there is no ${type}`);
  return found.data;
}

function told(kept: Partial<Kept>, body = feedBody('001')): OrderData {
  const translation = keeping(kept).translate(feedArrivalWith('order_paid_done', body));
  if (!('snapshots' in translation)) throw new Error('it was dropped');
  return dataIn(translation.snapshots, 'order');
}

describe('what a policy maps of an order of FluentCart', () => {
  it('is kept by key: what stands in its config, and what the bill has besides a person', () => {
    const body = feedBody('001');
    const billing = {
      ...(body['billing_address'] as object),
      vat_number: 'DE 123',
      legal_registration_id: 'HRB 1',
    };

    const { meta } = told({ orderMeta: ORDER_KEYS }, { ...body, billing_address: billing });

    expect(meta).toEqual({ shipping_method_title: 'DHL', user_tz: 'UTC', vat_number: 'DE 123' });
  });

  it('is where it goes to, if that is mapped', () => {
    const body = feedBody('001');
    const shipping_address = { ...(body['shipping_address'] as object), city: 'Leipzig', first_name: 'Ben' };

    const data = told({ shipping: true }, { ...body, shipping_address });

    expect(data.shipping).toMatchObject({ firstName: 'Ben', city: 'Leipzig', phone: '+493012345' });
    expect(data.identity).toMatchObject({ firstName: 'Ana', city: 'Berlin' });
    expect(data).not.toHaveProperty('meta');
  });

  it('is nothing without a map: the order is what it was before', () => {
    expect(Object.keys(told({}))).not.toContain('meta');
    expect(Object.keys(told({}))).not.toContain('shipping');
  });

  it('is the same of a webhook with either body as of REST', () => {
    const source = keeping({ orderMeta: ORDER_KEYS, shipping: true });
    const item = feedFixture('rest.orders.detail');
    const { snapshots } = source.read({ kind: 'order', store: 'fluent', item, now: 0 });
    const read = dataIn(snapshots, 'order');
    const sent = ['001', '002'].map((number) => {
      const translation = source.translate(feedArrival(feedRecording(number)));
      return 'snapshots' in translation ? dataIn(translation.snapshots, 'order') : undefined;
    });

    for (const data of sent) {
      expect(data?.meta).toEqual(read.meta);
      expect(data?.shipping).toEqual(read.shipping);
    }
    expect(read.meta).toEqual({ shipping_method_title: 'DHL', user_tz: 'UTC' });
  });

  it('is empty of a body that has none of it: empty objects come as lists', () => {
    const body = feedBody('001');
    const empty = {
      ...body,
      order: { ...body.order, config: [] },
      billing_address: [],
      shipping_address: [],
    };

    expect(told({ orderMeta: ORDER_KEYS, shipping: true }, empty)).toMatchObject({
      meta: {},
      shipping: { city: '', firstName: '' },
    });
  });

  test.each([
    ['a name of JavaScript itself', ['constructor', '__proto__']],
    ['a thing that is no text', ['nested']],
  ])('%s is nothing', (_what, orderMeta) => {
    const body = feedBody('001');
    const config = { nested: { a: 1 }, user_tz: 'UTC' };

    expect(told({ orderMeta }, { ...body, order: { ...body.order, config } }).meta).toEqual({});
  });

  it('fits into the ledger, however much a plugin writes there', () => {
    const orderMeta = Array.from({ length: 200 }, (_, index) => `key${String(index)}`);
    const config = Object.fromEntries(orderMeta.map((key) => [key, 'x'.repeat(5_000)]));
    const body = feedBody('001');

    const data = told({ orderMeta }, { ...body, order: { ...body.order, config } });

    expect(JSON.stringify(data).length).toBeLessThan(30_000);
    expect(Object.keys(data.meta ?? {}).length).toBeGreaterThan(5);
  });
});

describe('what a policy maps of a customer of FluentCart', () => {
  const item = (feedFixture('rest.customers.detail') as { customer: object }).customer;
  const read = (customerMeta: readonly string[]) =>
    dataIn(
      keeping({ customerMeta }).read({ kind: 'customer', store: 'fluent', item, now: 0 }).snapshots,
      'customer',
    );

  it('is kept by key, of what a record has besides a person', () => {
    expect(read(['user_id', 'status', 'missing', 'email']).meta).toEqual({ status: 'active', user_id: '3' });
    expect(read([])).not.toHaveProperty('meta');
  });
});

test('what the policy names is what is kept', () => {
  const { orderMeta, customerMeta, shipping } = keptOf({
    map: { 'meta.vat_number': 'vat', 'customerMeta.user_id': 'account', 'shipping.city': 'goes_to' },
    tags: [],
  });

  expect({ orderMeta, customerMeta, shipping }).toEqual({
    orderMeta: ['vat_number'],
    customerMeta: ['user_id'],
    shipping: true,
  });
});
