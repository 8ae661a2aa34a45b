import { describe, expect, test } from 'vitest';
import type { ShopDelivery } from '../../../lib/simulators/woocommerce/webhooks/delivery.ts';
import { sign } from '../../support/woocommerce.ts';
import { openConnected, openShop, said, sendAll } from './support.ts';

const ORDERS = ['order.created', 'order.updated', 'order.deleted'];

function must(delivery: ShopDelivery | undefined): ShopDelivery {
  if (delivery === undefined) throw new Error('nothing waits');
  return delivery;
}

describe('what is sent', () => {
  test('is the state at the time of sending, and changes before that are one (recordings 0157, 0158)', () => {
    const { shop } = openConnected(ORDERS);
    const id = shop.orders.place({ status: 'pending' }, 'rest-api');
    shop.orders.setStatus(id, 'processing');
    shop.orders.setStatus(id, 'completed');

    expect(said(sendAll(shop))).toEqual(['order.created[completed]', 'order.updated[completed]']);
  });

  test('is an error document for what was erased meanwhile (recordings 0152, 0142)', () => {
    const { shop } = openConnected([...ORDERS, 'product.created']);
    shop.orders.erase(shop.orders.place());
    shop.products.erase(shop.products.create({ name: 'Tea' }));

    expect(sendAll(shop).map(({ body }) => body)).toEqual([
      '{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}}',
      '{"code":"woocommerce_rest_shop_order_invalid_id","message":"Invalid ID.","data":{"status":404}}',
      '{"code":"woocommerce_rest_product_invalid_id","message":"Invalid ID.","data":{"status":404}}',
    ]);
  });

  test('is the trash for what was trashed meanwhile (recording 0154)', () => {
    const { shop } = openConnected(ORDERS);
    shop.orders.trash(shop.orders.place({}, 'rest-api'));

    expect(said(sendAll(shop))).toEqual(['order.created[trash]', 'order.updated[trash]', 'order.deleted']);
  });

  test('goes one at a time', () => {
    const { shop } = openConnected(ORDERS);
    shop.orders.place();
    const first = must(shop.deliveries.takeNext());

    expect(shop.deliveries.takeNext()).toBeUndefined();
    shop.deliveries.finish(first, 200);

    expect(shop.deliveries.takeNext()).toBeDefined();
  });

  test('goes to every webhook of the topic', () => {
    const { shop } = openConnected(['order.created', 'order.created']);
    shop.orders.place();

    expect(sendAll(shop).map(({ webhookId }) => webhookId)).toEqual([1, 2]);
  });

  test('is never sent again', () => {
    const { shop } = openConnected(['order.created']);
    shop.orders.place();

    expect(sendAll(shop, 500)).toHaveLength(1);
    expect(sendAll(shop)).toEqual([]);
  });

  test('is signed with the secret of that moment', () => {
    const { shop } = openConnected(['order.created']);
    shop.orders.place();
    shop.webhooks.change(1, { secret: 'another' });

    const [sent] = sendAll(shop);

    expect(sent?.headers['x-wc-webhook-signature']).toBe(sign(sent?.body ?? '', 'another'));
  });

  test('is a thousand orders in one go', () => {
    const { shop } = openConnected(ORDERS);
    for (let index = 0; index < 1000; index += 1) shop.orders.place();

    expect(sendAll(shop)).toHaveLength(2000);
    expect(shop.deliveries.waiting()).toBe(0);
  });
});

describe('the lost update (facts §1.7)', () => {
  test('a change while order.created is under way is merged and sent from the loaded order, and nothing follows', () => {
    const { shop, forward } = openConnected(ORDERS);
    const id = shop.orders.place({ status: 'pending' }, 'rest-api');
    const created = must(shop.deliveries.takeNext());
    forward(3);
    shop.orders.setStatus(id, 'completed');
    forward(3);
    shop.deliveries.finish(created, 200);

    expect(said([created, ...sendAll(shop)])).toEqual(['order.created[pending]', 'order.updated[pending]']);
    expect(shop.orders.get(id)?.status).toBe('completed');
    expect(shop.deliveries.waiting()).toBe(0);
  });

  test('a change while order.updated itself is under way is sent', () => {
    const { shop } = openConnected(ORDERS);
    const id = shop.orders.place({ status: 'pending' }, 'rest-api');
    shop.deliveries.finish(must(shop.deliveries.takeNext()), 200);
    const updated = must(shop.deliveries.takeNext());
    shop.orders.setStatus(id, 'completed');
    shop.deliveries.finish(updated, 200);

    expect(said([updated, ...sendAll(shop)])).toEqual(['order.updated[pending]', 'order.updated[completed]']);
  });

  test('does not happen when the run of the queue ended in between', () => {
    const { shop } = openConnected(ORDERS);
    const id = shop.orders.place({ status: 'pending' }, 'rest-api');
    shop.deliveries.takeNext();
    shop.deliveries.interrupt();
    shop.orders.setStatus(id, 'completed');

    expect(said(sendAll(shop))).toEqual(['order.updated[completed]']);
  });

  test('lasts for one batch of the queue at most', () => {
    const { shop } = openConnected(ORDERS);
    const id = shop.orders.place({ status: 'pending' }, 'rest-api');
    const created = must(shop.deliveries.takeNext());
    for (let index = 0; index < 20; index += 1) shop.orders.place();
    shop.orders.setStatus(id, 'processing');
    shop.deliveries.finish(created, 200);
    shop.deliveries.finish(must(shop.deliveries.takeNext()), 200);
    shop.orders.setStatus(id, 'completed');

    expect(said(sendAll(shop).filter(({ resourceId }) => resourceId === id))).toEqual([
      'order.updated[completed]',
    ]);
  });
});

describe('a delivery id', () => {
  test('is shared by all deliveries of one webhook within a second, and by no others (facts §1.1)', () => {
    const { shop, forward } = openConnected(['order.created', 'order.updated']);
    shop.orders.place();
    shop.orders.place();
    const first = sendAll(shop);
    forward(1);
    shop.orders.place();
    const ids = (sent: readonly ShopDelivery[], topic: string) =>
      sent.filter((one) => one.topic === topic).map(({ deliveryId }) => deliveryId);

    const [a, b] = ids(first, 'order.created');
    expect(a).toMatch(/^[0-9a-f]{32}$/);
    expect(b).toBe(a);
    expect(ids(first, 'order.updated')).not.toContain(a);
    expect(ids(sendAll(shop), 'order.created')).not.toContain(a);
  });
});

describe('a webhook', () => {
  test.each([
    [200, true],
    [204, true],
    [302, true],
    [303, false],
    [410, false],
    [500, false],
    [0, false],
  ])('takes %i for success: %s (facts §1.4)', (status, isSuccess) => {
    const { shop } = openConnected(['order.created']);
    shop.orders.place();
    sendAll(shop, status);

    expect(shop.webhooks.get(1)?.failures).toBe(isSuccess ? 0 : 1);
  });

  test('is disabled by the seventh failure in a row, and what is queued is still sent (facts §1.3)', () => {
    const { shop } = openConnected(['order.created']);
    const fail = () => {
      shop.orders.place();
      sendAll(shop, 500);
      return shop.webhooks.get(1)?.status;
    };
    const statuses = Array.from({ length: 6 }, fail);
    for (let index = 0; index < 20; index += 1) shop.orders.place();

    expect(statuses).toEqual(Array.from({ length: 6 }, () => 'active'));
    expect(sendAll(shop, 500)).toHaveLength(20);
    expect(shop.webhooks.get(1)?.status).toBe('disabled');
    shop.orders.place();
    expect(sendAll(shop)).toEqual([]);
  });

  test('made active again is disabled by the first failure, unless one success came before', () => {
    const { shop } = openConnected(['order.created']);
    const deliver = (status: number) => {
      shop.orders.place();
      sendAll(shop, status);
      return shop.webhooks.get(1)?.status;
    };
    for (let index = 0; index < 7; index += 1) deliver(500);

    shop.webhooks.change(1, { status: 'active' });
    expect(deliver(500)).toBe('disabled');
    shop.webhooks.change(1, { status: 'active' });
    expect([deliver(200), deliver(500)]).toEqual(['active', 'active']);
  });

  test('that is deleted sends nothing more, not even what was queued', () => {
    const { shop } = openConnected(['order.created']);
    shop.orders.place();
    shop.webhooks.delete(1);

    expect(sendAll(shop)).toEqual([]);
  });

  test('that is paused hears nothing', () => {
    const { shop } = openConnected(['order.created']);
    shop.webhooks.change(1, { status: 'paused' });
    shop.orders.place();

    expect(sendAll(shop)).toEqual([]);
  });

  test('of an unknown topic or URL is refused', () => {
    const { shop } = openShop();

    expect(() => shop.webhooks.create({ topic: 'order.published', deliveryUrl: 'https://b.test' })).toThrow(
      'topic',
    );
    expect(() => shop.webhooks.create({ topic: 'order.created', deliveryUrl: 'ftp://b.test' })).toThrow(
      'http',
    );
  });
});

describe('a PING', () => {
  test('is sent when a webhook is made, unsigned (recording 0001)', () => {
    const { shop } = openShop();
    shop.webhooks.create({ topic: 'order.created', deliveryUrl: 'https://b.test/w' });

    const ping = must(shop.deliveries.takeNext());

    expect(ping).toMatchObject({ kind: 'ping', body: 'webhook_id=1', url: 'https://b.test/w' });
    expect(Object.keys(ping.headers).join()).not.toContain('x-wc');
  });

  test('follows a change of the URL, and not of name or secret (facts §1.5)', () => {
    const { shop } = openConnected(['order.created']);
    const change = (changed: object) => {
      shop.webhooks.change(1, changed);
      return said(sendAll(shop));
    };

    expect(change({ name: 'other', secret: 'other' })).toEqual([]);
    expect(change({ deliveryUrl: 'https://elsewhere.test' })).toEqual(['PING']);
  });

  test('answered with anything but 200 follows every delivery, until it is', () => {
    const { shop } = openConnected(['order.created']);
    shop.webhooks.change(1, { deliveryUrl: 'https://elsewhere.test' });
    expect(said(sendAll(shop, 201))).toEqual(['PING']);
    shop.orders.place();
    shop.orders.place();

    const first = must(shop.deliveries.takeNext());
    shop.deliveries.finish(first, 200);
    const ping = must(shop.deliveries.takeNext());
    shop.deliveries.finish(ping, 401);

    expect(said([first, ping, ...sendAll(shop)])).toEqual([
      'order.created[processing]',
      'PING',
      'order.created[processing]',
      'PING',
    ]);
    shop.orders.place();
    expect(said(sendAll(shop))).toEqual(['order.created[processing]']);
  });

  test('does not wait for what is under way', () => {
    const { shop } = openConnected(['order.created']);
    shop.orders.place();
    shop.deliveries.takeNext();
    shop.webhooks.create({ topic: 'order.updated', deliveryUrl: 'https://b.test' });

    expect(said([must(shop.deliveries.takeNext())])).toEqual(['PING']);
  });
});
