import { beforeEach, describe, expect, test } from 'vitest';
import { CATALOG } from '../../../lib/stores/catalog.ts';
import {
  AWAY,
  BASE_URL,
  DELIVERY_URL,
  MINUTE,
  Reconciling,
  refusedWith,
  SECRET,
} from '../../support/reconciling.ts';

const { topics } = CATALOG.woocommerce;

let bridge: Reconciling;

beforeEach(() => {
  bridge = new Reconciling();
});

/** The store has all webhooks, and nothing waits. */
async function connect(): Promise<void> {
  await bridge.run();
  await bridge.deliver();
  bridge.pass(15 * MINUTE);
  bridge.asked = [];
  bridge.counted = {};
  bridge.lines.length = 0;
}

function webhookOf(topic: string) {
  const found = bridge.shop.webhooks.all().find((webhook) => webhook.topic === topic);
  if (!found) throw new Error(`no webhook has the topic ${topic}`);
  return found;
}

function changes(): readonly string[] {
  return bridge.asked.filter((call) => /^(create|change)/.test(call));
}

function findings(): readonly unknown[] {
  return bridge
    .said('A webhook of the store')
    .map(({ fields }) => [fields?.['reason'], fields?.['topic'], fields?.['webhookId']]);
}

describe('a store without webhooks', () => {
  test('gets one for each topic, to its own address, with our secret, and they work', async () => {
    await bridge.run();

    const made = bridge.shop.webhooks.all();
    expect(made.map(({ topic }) => topic).sort()).toEqual([...topics].sort());
    expect(
      new Set(made.map(({ deliveryUrl, status, secret }) => [deliveryUrl, status, secret].join())),
    ).toEqual(new Set([[DELIVERY_URL, 'active', SECRET].join()]));
    expect(bridge.counted).toMatchObject({ WebhookRepaired: topics.length });
    const id = bridge.place('ada');
    await bridge.deliver();
    expect(await bridge.status(id)).toBe('processing');
    expect(bridge.shop.webhooks.all().filter(({ unpinged }) => unpinged)).toEqual([]);
  });

  test('gets what is missing only, and the next run nothing', async () => {
    bridge.hook('order.created', 'order.updated');
    await bridge.run();
    expect(changes()).toHaveLength(topics.length - 2);
    bridge.asked = [];

    await bridge.run();
    expect(changes()).toEqual([]);
  });

  test('gets none while the bridge has no secret, and the log says where to put it', async () => {
    bridge.secret = undefined;

    await bridge.run();

    expect(bridge.shop.webhooks.all()).toEqual([]);
    expect(findings()).toEqual([['no-secret', 'all', undefined]]);
    expect(bridge.counted).toMatchObject({ WebhookTrouble: 1 });
  });

  test('gets none on a laptop: the bridge only says what is missing', async () => {
    bridge.change = { webhookBaseUrl: undefined };

    await bridge.run();

    expect(bridge.shop.webhooks.all()).toEqual([]);
    expect(findings()).toHaveLength(topics.length);
    expect(bridge.lines.filter(({ level }) => level === 'warn')).toHaveLength(topics.length);
    expect(bridge.counted['WebhookTrouble']).toBeUndefined();
  });

  test('gets none when WordPress could never send there', async () => {
    bridge.change = { webhookBaseUrl: 'https://bridge.example.test:8443' };

    await bridge.run();

    expect(bridge.shop.webhooks.all()).toEqual([]);
    expect(findings()).toEqual([['unreachable-port', 'all', undefined]]);
  });

  test('whose own are active there does send there, as on one machine, until it has disabled them', async () => {
    const webhookBaseUrl = 'http://127.0.0.1:3000';
    bridge.change = { webhookBaseUrl };
    const made = topics.map((topic) =>
      bridge.shop.webhooks.create({ topic, deliveryUrl: `${webhookBaseUrl}/webhooks/demo`, secret: SECRET }),
    );

    await bridge.run();
    expect(findings()).toEqual([]);
    for (const { id } of made) bridge.shop.webhooks.change(id, { status: 'disabled' });
    await bridge.run();

    expect(findings()).toEqual([['unreachable-port', 'all', undefined]]);
  });

  test('gets the rest in the next run when the time was over', async () => {
    await bridge.runFor(4);
    expect(bridge.shop.webhooks.all()).toHaveLength(3);

    await bridge.run();
    expect(bridge.shop.webhooks.all()).toHaveLength(topics.length);
  });
});

describe('a webhook', () => {
  test('that WooCommerce switched off is activated, and the log says how long that will last', async () => {
    await connect();
    const { id } = webhookOf('order.updated');
    bridge.shop.webhooks.change(id, { status: 'disabled' });

    await bridge.run();

    expect(webhookOf('order.updated').status).toBe('active');
    expect(bridge.counted).toMatchObject({ WebhookRepaired: 1 });
    expect(bridge.said('Activated a webhook that the store had switched off; its next failure')).toHaveLength(
      1,
    );
  });

  test('that a person paused is left alone, and reported', async () => {
    await connect();
    const { id } = webhookOf('order.updated');
    bridge.shop.webhooks.change(id, { status: 'paused' });

    await bridge.run();

    expect(changes()).toEqual([]);
    expect(findings()).toEqual([['paused', 'order.updated', String(id)]]);
    expect(bridge.counted).toMatchObject({ WebhookTrouble: 1 });
  });

  test('that stands beside an active one for the same is reported, unless it is switched off', async () => {
    await connect();
    bridge.hook('order.updated', 'order.created');
    const [, , ...others] = bridge.shop.webhooks.all().filter(({ topic }) => topic === 'order.created');
    expect(others).toEqual([]);
    const second = bridge.shop.webhooks.all().findLast(({ topic }) => topic === 'order.created');
    bridge.shop.webhooks.change(second?.id ?? 0, { status: 'disabled' });

    await bridge.run();

    expect(changes()).toEqual([]);
    expect(findings()).toEqual([['duplicate', 'order.updated', expect.any(String)]]);
  });

  test.each([
    `${BASE_URL}/webhooks/other`,
    `${BASE_URL}/webhooks/demo/more`,
    `${BASE_URL}/`,
    `${BASE_URL}:8443/webhooks/demo`,
    DELIVERY_URL.replace('https', 'http'),
  ])('to %s goes astray, and is reported', async (deliveryUrl) => {
    await connect();
    const { id } = bridge.shop.webhooks.create({ topic: 'order.updated', deliveryUrl });

    await bridge.run();

    expect(changes()).toEqual([]);
    expect(findings()).toEqual([['wrong-address', 'order.updated', String(id)]]);
  });

  test.each(['https://elsewhere.example.test/webhooks/demo', 'https://crm.example.test/hook', 'https://'])(
    'to %s is none of our business',
    async (deliveryUrl) => {
      await connect();
      bridge.shop.webhooks.create({ topic: 'order.updated', deliveryUrl });

      await bridge.run();

      expect(changes()).toEqual([]);
      expect(findings()).toEqual([]);
    },
  );

  test.each(['?from=shop', '/', '/?from=shop'])('may carry %s at its end', async (end) => {
    await connect();
    const { id } = webhookOf('order.updated');
    bridge.shop.webhooks.change(id, { deliveryUrl: `${DELIVERY_URL}${end}` });

    await bridge.run();

    expect(changes()).toEqual([]);
    expect(findings()).toEqual([]);
  });
});

describe('a store that does not let the bridge do it', () => {
  const readOnly = refusedWith({ kind: 'authorise', code: 'read-only', message: 'Give it Read/Write.' });

  test('because the key may only read is tried once a run, and one line says what to do', async () => {
    bridge.intercept = (call) => (call.startsWith('create') ? readOnly : undefined);

    await bridge.run();

    expect(changes()).toHaveLength(1);
    expect(bridge.counted).toMatchObject({ WebhookTrouble: 1 });
    expect(bridge.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { store: 'demo', repair: 'create', code: 'read-only', remedy: 'Give it Read/Write.' } },
    ]);
    expect(bridge.said('A store was read')).toHaveLength(1);
  });

  test('for now is asked again by the next run, without an alarm', async () => {
    bridge.intercept = (call) => (call.startsWith('create') ? AWAY : undefined);
    await bridge.run();
    expect(bridge.counted['WebhookTrouble']).toBeUndefined();

    bridge.intercept = () => undefined;
    await bridge.run();
    expect(bridge.shop.webhooks.all()).toHaveLength(topics.length);
  });

  test('shows no webhooks but its orders: they are read, and the log says what is missing', async () => {
    const id = bridge.place('ada');
    bridge.pass(MINUTE);
    const forbidden = refusedWith({ kind: 'authorise', code: 'forbidden', message: 'Use another key.' });
    bridge.intercept = (call) => (call === 'webhooks' ? forbidden : undefined);

    await bridge.run();

    expect(await bridge.status(id)).toBe('processing');
    expect(bridge.counted).toMatchObject({ WebhookTrouble: 1 });
    expect(bridge.said('The store does not show its webhooks')[0]?.fields).toMatchObject({
      code: 'forbidden',
      remedy: 'Use another key.',
    });
  });

  test('because a register fails is read all the same', async () => {
    const id = bridge.place('ada');
    bridge.pass(MINUTE);
    const secrets = {
      of: async (): Promise<never> => {
        throw new Error('AccessDenied');
      },
    };
    bridge.change = { secrets };

    await bridge.run();

    expect(await bridge.status(id)).toBe('processing');
    expect(bridge.said('The webhooks of a store could not be looked after')).toHaveLength(1);
  });
});

describe('a webhook with another secret than ours', () => {
  async function withWrongSecret(...wrong: readonly string[]): Promise<void> {
    await connect();
    for (const topic of wrong) bridge.shop.webhooks.change(webhookOf(topic).id, { secret: 'mistyped' });
  }

  test('gives itself away by a refused request, and gets the right one in the next run', async () => {
    await withWrongSecret('order.created', 'order.updated');
    const id = bridge.place('ada');
    await bridge.deliver();
    expect(await bridge.order(id)).toBeUndefined();
    const refused = await bridge.register('REFUSED');
    expect(refused).toEqual({ refused: [{ webhookId: expect.stringMatching(/^\d+$/), at: bridge.now }] });

    bridge.pass(15 * MINUTE);
    await bridge.run();
    bridge.shop.orders.edit(id, {});
    await bridge.deliver();
    bridge.pass(15 * MINUTE);
    await bridge.run();

    expect(webhookOf('order.created').secret === SECRET || webhookOf('order.updated').secret === SECRET).toBe(
      true,
    );
    expect(await bridge.register('REFUSED')).toEqual({ refused: [] });
    expect(await bridge.status(id)).toBe('processing');
  });

  test('is changed once for a refusal, and not again until the next one', async () => {
    await withWrongSecret('order.updated');
    bridge.place('ada');
    await bridge.deliver();
    bridge.asked = [];
    await bridge.run();
    expect(changes()).toEqual([`change ${String(webhookOf('order.updated').id)}`]);

    await bridge.run();
    await bridge.run();
    expect(changes()).toHaveLength(1);
  });

  test('and switched off for it is mended and activated in one run', async () => {
    await withWrongSecret('order.updated');
    for (let index = 0; index < 8; index += 1) {
      bridge.place('ada');
      await bridge.deliver();
      bridge.pass(2 * MINUTE);
    }
    expect(webhookOf('order.updated').status).toBe('disabled');

    await bridge.run();

    expect(webhookOf('order.updated')).toMatchObject({ status: 'active', secret: SECRET });
    const id = bridge.place('bea');
    await bridge.deliver();
    expect(await bridge.status(id)).toBe('processing');
    expect(webhookOf('order.updated').failures).toBe(0);
  });

  test('that is none of the store, or goes elsewhere, is left alone and forgotten', async () => {
    await connect();
    const stranger = bridge.shop.webhooks.create({
      topic: 'order.updated',
      deliveryUrl: 'https://elsewhere.example.test/',
    });
    for (const webhookId of ['999', String(stranger.id)]) await refuse(webhookId);

    await bridge.run();

    expect(changes()).toEqual([]);
    expect(await bridge.register('REFUSED')).toEqual({ refused: [] });
  });

  test('is mended by a later run when the store is away', async () => {
    await withWrongSecret('order.updated');
    await refuse(String(webhookOf('order.updated').id));
    bridge.intercept = (call) => (call.startsWith('change') ? AWAY : undefined);
    await bridge.run();
    expect(webhookOf('order.updated').secret).toBe('mistyped');

    bridge.intercept = () => undefined;
    await bridge.run();
    expect(webhookOf('order.updated').secret).toBe(SECRET);
  });

  test('is only reported on a laptop', async () => {
    await withWrongSecret('order.updated');
    await refuse(String(webhookOf('order.updated').id));
    bridge.change = { webhookBaseUrl: undefined };

    await bridge.run();

    expect(changes()).toEqual([]);
    expect(findings()).toContainEqual(['wrong-secret', 'order.updated', expect.any(String)]);
    expect(new Set(bridge.said('A webhook of the store').map(({ level }) => level))).toEqual(
      new Set(['warn']),
    );
    expect(bridge.counted['WebhookTrouble']).toBeUndefined();
  });
});

/** A request of this webhook came with a wrong signature, a while after the last one. */
async function refuse(webhookId: string): Promise<void> {
  bridge.pass(2 * MINUTE);
  await bridge.receive({ 'x-wc-webhook-id': webhookId, 'x-wc-webhook-signature': 'wrong' }, '{}');
  await bridge.recordAll();
}
