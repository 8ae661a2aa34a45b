import { beforeEach, describe, expect, test } from 'vitest';
import { DELIVERY_URL, MINUTE, Reconciling, refusedWith, SECRET } from '../../support/reconciling.ts';
import { sourceOf } from '../../support/sources.ts';

const TOPIC = 'cart.updated';
const READ_ONLY = refusedWith({ kind: 'authorise', code: 'read-only', message: 'Give it Read/Write.' });

let bridge: Reconciling;

beforeEach(() => {
  bridge = new Reconciling();
  bridge.change = { carts: true };
});

function cartWebhooks() {
  return bridge.shop.webhooks.all().filter(({ topic }) => topic === TOPIC);
}

function changes(): readonly string[] {
  return bridge.asked.filter((call) => /^(create|change)/.test(call));
}

/** A quarter of an hour later. */
async function runAgain(): Promise<void> {
  bridge.pass(15 * MINUTE);
  bridge.asked = [];
  bridge.lines.length = 0;
  await bridge.run();
}

describe('a store with the companion', () => {
  beforeEach(() => bridge.shop.carts.install(true));

  test('gets a webhook of its own for carts, and they are in the ledger', async () => {
    await bridge.run();
    bridge.shop.carts.fill({ email: 'ada@example.test' });
    await bridge.deliver();

    expect(cartWebhooks()).toMatchObject([{ deliveryUrl: DELIVERY_URL, secret: SECRET, status: 'active' }]);
    const { things } = bridge.ledger.contents();
    expect(things['cart/demo/00000000-0000-4000-8000-000000000001']).toMatchObject({
      type: 'cart',
      email: 'ada@example.test',
      data: { status: 'open', total: '10.00' },
    });
  });

  test('gets none where the policy has no carts, and is asked nothing more than before', async () => {
    bridge.change = {};
    await bridge.run();
    await runAgain();

    expect(cartWebhooks()).toEqual([]);
    expect(changes()).toEqual([]);
  });

  test('gets the topic back that was emptied while the companion was switched off', async () => {
    await bridge.run();
    await bridge.deliver();
    bridge.shop.carts.install(false);
    const [webhook] = cartWebhooks();
    bridge.shop.webhooks.change(webhook?.id ?? 0, { name: 'saved by somebody' });
    expect(bridge.shop.webhooks.all().filter(({ topic }) => topic === '')).toHaveLength(1);
    bridge.shop.carts.install(true);

    await runAgain();

    expect(cartWebhooks()).toMatchObject([{ id: webhook?.id, status: 'active' }]);
    expect(bridge.said('Gave a webhook its topic back')).toHaveLength(1);
    bridge.shop.carts.fill({ email: 'ada@example.test' });
    await bridge.deliver();
    expect(Object.keys(bridge.ledger.contents().things)).toEqual([
      'cart/demo/00000000-0000-4000-8000-000000000001',
    ]);
    await runAgain();
    expect(changes()).toEqual([]);
  });
});

describe('a store without it', () => {
  test('is asked, says that it knows no such topic, and nobody is called for that', async () => {
    await bridge.run();
    await runAgain();

    expect(cartWebhooks()).toEqual([]);
    expect(changes()).toHaveLength(1);
    expect(bridge.lines.filter(({ level }) => level !== 'info')).toEqual([]);
    expect(bridge.counted).not.toHaveProperty('WebhookTrouble');
  });

  test('that had it keeps a webhook without a topic, and the bridge goes on', async () => {
    bridge.shop.carts.install(true);
    await bridge.run();
    bridge.shop.carts.install(false);
    bridge.shop.webhooks.change(cartWebhooks()[0]?.id ?? 0, { name: 'saved' });

    await runAgain();

    expect(bridge.counted).not.toHaveProperty('WebhookTrouble');
    const id = bridge.place('ada');
    await bridge.deliver();
    expect(await bridge.status(id)).toBe('processing');
  });

  test('whose key may only read has its webhooks from a person, and nobody is called for one of carts', async () => {
    const { topics } = sourceOf('woocommerce');
    bridge.hook(...topics);
    bridge.intercept = (call) => (call.startsWith('create') ? READ_ONLY : undefined);

    await bridge.run();
    await runAgain();

    expect(changes()).toHaveLength(1);
    expect(bridge.counted).not.toHaveProperty('WebhookTrouble');
    expect(bridge.lines.filter(({ level }) => level !== 'info')).toEqual([]);
    expect(bridge.said('No webhook for carts')).toMatchObject([{ fields: { store: 'demo', topic: TOPIC } }]);
  });

  test('and which misses another webhook as well is told of that one', async () => {
    bridge.intercept = (call) => (call.startsWith('create') ? READ_ONLY : undefined);

    await bridge.run();

    expect(bridge.counted).toMatchObject({ WebhookTrouble: 1 });
  });
});
