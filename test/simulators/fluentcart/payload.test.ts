import { describe, expect, it, test } from 'vitest';
import { formBody } from '../../../lib/simulators/fluentcart/feeds/form-body.ts';
import { feedBody, feedFixture, feedRecording } from '../../support/fluentcart.ts';
import { FRIDA, feedAll, openShop, shapeOf } from './support.ts';

/** What varies from product to product and from gateway to gateway, not from shop to shop. */
const LEFT_OUT = ['other_info', 'purchase_value', 'status_of_customer', 'address_2'];

function comparable(body: unknown): unknown {
  const text = JSON.stringify(body, (name, value: unknown) => (LEFT_OUT.includes(name) ? undefined : value));
  return shapeOf(JSON.parse(text));
}

function bodiesOf(shop: ReturnType<typeof openShop>['shop']): Record<string, unknown>[] {
  return shop.jobs.run().map(({ body }) => JSON.parse(body) as Record<string, unknown>);
}

describe('a payload of the simulated shop', () => {
  it.each([
    ['101', 'paid'],
    ['103', 'delivered'],
    ['104', 'refunded'],
    ['105', 'cancelled'],
  ])('has the shape of recording %s when the order is %s', (number, step) => {
    const { shop, lamp } = openShop();
    feedAll(shop, 'http://127.0.0.1/', 's3cret');
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA, shippingTotal: 490 });
    shop.orders.pay(id);
    if (step !== 'paid') shop.orders.setShipping(id, 'delivered');
    if (['refunded', 'cancelled'].includes(step))
      for (const amount of [1000, 4480]) shop.orders.refund(id, amount);
    if (step === 'cancelled') shop.orders.setStatus(id, 'canceled');

    const body = bodiesOf(shop).at(-1);

    expect(comparable(body)).toEqual(comparable(feedBody(number)));
    expect(Object.keys(body ?? {})).toEqual(Object.keys(feedBody(number)));
    expect(body?.['order']).toMatchObject({ total_amount: 5480, total_paid: '5480' });
  });

  it('has no address when an administrator made the order, as in recording 106', () => {
    const { shop, lamp } = openShop();
    feedAll(shop, 'http://127.0.0.1/', 's3cret');
    shop.orders.pay(shop.orders.place({ items: [{ product: lamp }], billing: FRIDA, admin: true }));

    const [body] = bodiesOf(shop);

    expect(body).toMatchObject({ billing_address: [], shipping_address: [] });
    const { order, order_items } = feedBody('106');
    expect(comparable({ order: body?.['order'], order_items: body?.['order_items'] })).toEqual(
      comparable({ order, order_items }),
    );
  });

  it('carries what recording 101 carried of the order', () => {
    const { shop, lamp, forward } = openShop();
    feedAll(shop, 'http://127.0.0.1/', 's3cret');
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA, shippingTotal: 490 });
    forward(1);
    shop.orders.pay(id);
    const [body] = bodiesOf(shop);
    const { order: recorded } = feedBody('101');
    const {
      id: _id,
      uuid: _uuid,
      customer_id: _customer,
      receipt_number: _number,
      invoice_no: _invoice,
      note: _note,
      ...told
    } = recorded;

    expect(body?.['order']).toMatchObject(told);
    expect(body).toMatchObject({ billing_address: { order: { updated_at: '2026-11-27T01:09:33+00:00' } } });
  });

  it('is sent with the headers that a feed has, and the store in the User-Agent', () => {
    const { shop, lamp } = openShop();
    feedAll(shop, 'http://127.0.0.1/hooks', 's3cret');
    shop.orders.pay(shop.orders.place({ items: [{ product: lamp }], billing: FRIDA }));
    const recorded = feedRecording('101').headers;

    const [delivery] = shop.jobs.run();

    expect(delivery?.url).toBe('http://127.0.0.1/hooks');
    for (const name of ['x-fluentcart-event', 'x-bridge-secret', 'content-type', 'accept'])
      expect(delivery?.headers[name]).toBe(recorded[name]);
    expect(delivery?.headers['user-agent']).toBe('WordPress/7.0.4; https://shop.example.test');
    expect(delivery?.body).toContain('\\u201eGr\\u00f6\\u00dfe\\u201c');
  });

  it('has one key more in 1.6', () => {
    const { shop, lamp } = openShop({ version: '1.6' });
    feedAll(shop, 'http://127.0.0.1/', 's3cret');
    shop.orders.pay(shop.orders.place({ items: [{ product: lamp }], billing: FRIDA }));

    expect(Object.keys(bodiesOf(shop)[0] ?? {}).at(-1)).toBe('licenses');
  });
});

describe('feeds', () => {
  it('send nothing when an order is placed, edited or refunded in part', () => {
    const { shop, lamp } = openShop();
    feedAll(shop, 'http://127.0.0.1/', 's3cret');
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
    shop.orders.pay(id);
    shop.jobs.run();
    shop.orders.refund(id, 100);
    shop.orders.editAddress(id, { city: 'Hamburg' });
    shop.orders.setStatus(id, 'completed');

    expect(shop.jobs.run()).toEqual([]);
  });

  it('build the body when the job runs: what was shipped may be delivered by then', () => {
    const { shop, lamp } = openShop();
    feedAll(shop, 'http://127.0.0.1/', 's3cret');
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
    shop.orders.setShipping(id, 'shipped');
    shop.orders.setShipping(id, 'delivered');

    const [shipped] = shop.jobs.runNext();

    expect(shipped?.event).toBe('shipping_status_changed_to_shipped');
    expect(JSON.parse(shipped?.body ?? '')).toMatchObject({ order: { shipping_status: 'delivered' } });
  });

  it('tell a second time of an order that was raised and paid again', () => {
    const { shop, lamp } = openShop();
    feedAll(shop, 'http://127.0.0.1/', 's3cret');
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
    shop.orders.pay(id);
    shop.jobs.run();
    shop.orders.raise(id, 4990);
    shop.orders.pay(id);

    expect(shop.jobs.run().map(({ event }) => event)).toEqual(['order_paid_done']);
  });

  it('of two events lose one of them within a process', () => {
    const { shop, lamp } = openShop();
    const [feed] = feedFixture('rest-global-feeds')['feeds'] as {
      feed: Parameters<typeof shop.feeds.save>[0];
    }[];
    if (!feed) throw new Error('no feed');
    shop.feeds.save({
      ...feed.feed,
      event_trigger: ['shipping_status_changed_to_shipped', 'shipping_status_changed_to_delivered'],
    });
    const id = shop.orders.place({ items: [{ product: lamp }], billing: FRIDA });
    shop.orders.setShipping(id, 'shipped');
    shop.orders.setShipping(id, 'delivered');

    expect(shop.jobs.run()).toHaveLength(1);
  });

  it('are not there without Pro, and hear of what happened before once they are', () => {
    const { shop, lamp } = openShop({ pro: false });
    shop.orders.pay(shop.orders.place({ items: [{ product: lamp }], billing: FRIDA }));
    expect(shop.jobs.waiting()).toBe(1);

    shop.setPro(true);
    feedAll(shop, 'http://127.0.0.1/', 's3cret');

    expect(shop.jobs.run()).toHaveLength(1);
  });

  it('may be run by two processes: then the same comes twice', () => {
    const { shop, lamp } = openShop();
    feedAll(shop, 'http://127.0.0.1/', 's3cret');
    shop.orders.pay(shop.orders.place({ items: [{ product: lamp }], billing: FRIDA }));
    const [one, other] = shop.jobs.run('twice');

    expect(one).toEqual(other);
  });
});

test('a form body is the recorded one of the same payload', () => {
  expect(formBody(feedBody('001')) === feedRecording('002').body).toBe(true);
});

describe('a subscription of the simulated shop', () => {
  function subscribed() {
    const opened = openShop();
    feedAll(opened.shop, 'http://127.0.0.1/', 's3cret');
    const { shop, lamp } = opened;
    const order = shop.orders.place({
      items: [{ product: lamp }],
      billing: FRIDA,
      type: 'subscription',
      digital: true,
    });
    const id = shop.subscriptions.begin(order);
    shop.orders.pay(order);
    shop.subscriptions.activate(id);
    return { ...opened, id };
  }

  it.each([
    ['subscription_activated', () => undefined],
    ['subscription_canceled', ({ shop, id }: ReturnType<typeof subscribed>) => shop.subscriptions.cancel(id)],
  ])('has the shape of the recorded %s', (event, happen) => {
    const opened = subscribed();
    happen(opened);
    const sent = opened.shop.jobs.run().find((delivery) => delivery.event === event);
    const { subscriptions: made } = JSON.parse(sent?.body ?? '{}') as { subscriptions: object[] };
    const { subscriptions: recorded } = feedFixture(`webhook.${event}`) as { subscriptions: object[] };

    expect(comparable(made)).toEqual(comparable(recorded));
    expect(Object.keys(made[0] ?? {})).toEqual(Object.keys(recorded[0] ?? {}));
  });

  it('is cancelled without a word when another plan takes its place, and that one names it', () => {
    const { shop, lamp, id } = subscribed();
    shop.jobs.run();
    const order = shop.orders.place({
      items: [{ product: lamp }],
      billing: FRIDA,
      type: 'subscription',
      digital: true,
    });
    shop.subscriptions.upgrade(id, order);
    shop.orders.pay(order);
    const sent = shop.jobs.run();

    expect(sent.map(({ event }) => event)).toEqual(['order_paid_done']);
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
      subscriptions: [{ config: { is_upgraded: 'yes', upgraded_from_sub_id: id } }],
    });
  });

  it('is not beside the order of its renewal, whose transaction names it', () => {
    const { shop, id } = subscribed();
    shop.jobs.run();
    const order = shop.subscriptions.renew(id);
    const [sent] = shop.jobs.run();

    expect(sent).toMatchObject({ event: 'subscription_renewed', order });
    expect(JSON.parse(sent?.body ?? '')).toMatchObject({
      order: { type: 'renewal' },
      subscriptions: [],
      transactions: [{ subscription_id: String(id) }],
    });
  });
});
