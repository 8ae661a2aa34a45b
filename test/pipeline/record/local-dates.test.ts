import { expect, test } from 'vitest';
import { HOUR, MINUTE, Reconciling } from '../../support/reconciling.ts';

const SAID = 'The dates of a webhook have no time zone';

/** A shop ten hours east of Greenwich, whose webhook for changed orders somebody set to API version 1. */
function open(): Reconciling {
  const bridge = new Reconciling({ zone: 'Australia/Brisbane' });
  bridge.shop.webhooks.create({
    topic: 'order.updated',
    deliveryUrl: 'https://bridge.example.test/webhooks/demo',
    secret: 'the-secret-of-the-bridge',
    apiVersion: 'wp_api_v1',
  });
  return bridge;
}

test('a webhook without zones loses to what REST says later, though its dates look ten hours younger', async () => {
  const bridge = open();
  const id = bridge.place('ada');
  await bridge.deliver();
  expect(await bridge.status(id)).toBe('processing');
  bridge.pass(MINUTE);
  await bridge.run();
  bridge.pass(HOUR);
  bridge.shop.orders.setStatus(id, 'completed');
  for (let sent = bridge.shop.deliveries.takeNext(); sent; sent = bridge.shop.deliveries.takeNext())
    bridge.shop.deliveries.finish(sent, 200);
  bridge.pass(MINUTE);

  await bridge.run();

  expect(await bridge.status(id)).toBe('completed');
});

test('a webhook without zones that comes after a reading changes nothing, and the next reading does', async () => {
  const bridge = open();
  const id = bridge.place('ada');
  bridge.pass(MINUTE);
  await bridge.run();
  bridge.shop.orders.setStatus(id, 'completed');

  await bridge.deliverOne();
  while (await bridge.deliverOne());
  await bridge.recordAll(bridge.deliveries.take().filter(({ webhookId }) => webhookId === '1'));
  expect(await bridge.status(id)).toBe('processing');
  bridge.pass(MINUTE);
  await bridge.run();

  expect(await bridge.status(id)).toBe('completed');
});

test('webhooks without zones, where there is no other witness, decide among themselves by their dates', async () => {
  const bridge = open();
  bridge.keys = new Map();
  const id = bridge.place('ada', { status: 'completed' });
  while (await bridge.deliverOne());
  bridge.pass(MINUTE);
  bridge.shop.orders.setStatus(id, 'processing');
  while (await bridge.deliverOne());

  await bridge.recordAll(bridge.deliveries.take().toReversed());

  expect(await bridge.status(id)).toBe('processing');
});

test('a webhook without zones is said once, with what to do', async () => {
  const bridge = open();
  for (const name of ['ada', 'bea']) bridge.place(name);

  await bridge.deliver();
  bridge.place('cleo');
  await bridge.deliver();

  expect(bridge.said(SAID)).toMatchObject([
    {
      level: 'warn',
      message: expect.stringContaining('WP REST API Integration v3'),
      fields: { store: 'demo', topic: 'order.updated', webhookId: '1' },
    },
  ]);
});

test('a webhook of version 3 is not remarked upon', async () => {
  const bridge = new Reconciling();
  bridge.hook('order.updated', 'customer.updated', 'product.updated');
  bridge.place('ada');
  bridge.shop.customers.create({ email: 'ada@example.test' });
  bridge.shop.products.create({ name: 'Tea' });

  await bridge.deliver();

  expect(bridge.said(SAID)).toEqual([]);
});
