import { beforeEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../lib/core/ledger/delivery.ts';
import type { Registers } from '../../lib/core/ports/ledger.ts';
import type { WebhookRequest } from '../../lib/core/stores/source.ts';
import { MINUTE, Reconciling } from '../support/reconciling.ts';
import { recordedDelivery, sign } from '../support/woocommerce.ts';

let bridge: Reconciling;
/** Calls of the registers. */
let calls: string[];

beforeEach(() => {
  bridge = new Reconciling();
  calls = [];
});

function delivery(change: Partial<Delivery> = {}): Delivery {
  return {
    schema: 1,
    store: 'demo',
    receivedAt: new Date(bridge.now).toISOString(),
    topic: 'order.updated',
    webhookId: '3',
    deliveryId: 'a',
    body: { in: 'message', base64: Buffer.from('{}').toString('base64') },
    ...change,
  };
}

function refusal(webhookId: string, change: Partial<Delivery> = {}): Delivery {
  return delivery({
    topic: 'bridge.refused',
    webhookId,
    deliveryId: '',
    body: { in: 'message', base64: '' },
    ...change,
  });
}

describe('ingest', () => {
  const { headers: genuine } = recordedDelivery('0057');
  const wrong = { ...genuine, 'x-wc-webhook-signature': 'wrong', 'x-wc-webhook-id': '7' };

  function post(headers: WebhookRequest['headers'], body = '{}'): Promise<number> {
    return bridge.receive(headers as Readonly<Record<string, string>>, body);
  }

  test('notes which webhook signed wrong, without its body, and refuses it all the same', async () => {
    expect(await post(wrong, '{"id":1}')).toBe(401);

    expect(bridge.deliveries.take()).toEqual([refusal('7')]);
  });

  test('notes it once a minute per store, however many come', async () => {
    for (let index = 0; index < 20; index += 1) await post({ ...wrong, 'x-wc-webhook-id': String(index) });
    expect(bridge.deliveries.take()).toHaveLength(1);

    bridge.pass(MINUTE);
    await post(wrong);
    expect(bridge.deliveries.take()).toHaveLength(1);
  });

  test.each(['', 'seven', '7; drop', '-1', '12345678901234567890'])(
    'notes nothing of a webhook called %j',
    async (id) => {
      expect(await post({ ...wrong, 'x-wc-webhook-id': id })).toBe(401);
      expect(bridge.deliveries.take()).toEqual([]);
    },
  );

  test.each([undefined, ''])(
    'notes nothing of a request that is not signed at all (%j)',
    async (signature) => {
      expect(await post({ ...wrong, 'x-wc-webhook-signature': signature })).toBe(401);
      expect(bridge.deliveries.take()).toEqual([]);
    },
  );

  test('refuses all the same when the notice cannot be sent', async () => {
    bridge.deliveries.send = async () => {
      throw new Error('queue is away');
    };

    expect(await post(wrong)).toBe(401);
    expect(bridge.said('A wrong signature could not be noted')).toHaveLength(1);
  });

  test('lets nobody say it from outside, not even the store', async () => {
    const body = '{"id":1}';
    const signature = sign(body, bridge.secret);
    const headers = {
      ...genuine,
      'x-wc-webhook-signature': signature,
      'x-wc-webhook-topic': 'bridge.refused',
    };
    const source = { ...headers, 'x-wc-webhook-source': 'https://shop.example.test/' };

    expect(await post(source, body)).toBe(200);

    expect(bridge.deliveries.take()).toEqual([]);
    expect(bridge.counted).toMatchObject({ DeliveryDropped: 1 });
  });
});

describe('record', () => {
  test('keeps whose requests were refused, the latest first, each once', async () => {
    for (const id of ['7', '8', '7']) {
      await bridge.recordAll([refusal(id)]);
      bridge.pass(MINUTE);
    }

    expect(await bridge.register('REFUSED')).toEqual({
      refused: [
        { webhookId: '7', at: bridge.now - MINUTE },
        { webhookId: '8', at: bridge.now - 2 * MINUTE },
      ],
    });
  });

  test('writes it at most once a minute', async () => {
    await bridge.recordAll([refusal('7')]);
    const first = await bridge.ledger.read({ of: { store: 'demo' }, name: 'REFUSED' });
    bridge.pass(30_000);

    await bridge.recordAll([refusal('7')]);

    expect(await bridge.ledger.read({ of: { store: 'demo' }, name: 'REFUSED' })).toEqual(first);
  });

  test('keeps twenty at most: anybody may make up ids', async () => {
    for (let id = 0; id < 50; id += 1) await bridge.recordAll([refusal(String(id))]);

    const { refused } = (await bridge.register('REFUSED')) as { refused: readonly unknown[] };
    expect(refused).toHaveLength(20);
  });

  test('takes a notice for no delivery: it is not dropped, counted or the last that came', async () => {
    await bridge.recordAll([refusal('7')]);

    expect(bridge.counted).toEqual({});
    expect(await bridge.register('DELIVERED')).toBeUndefined();
  });

  test('keeps when the last delivery came in, also of one that says nothing', async () => {
    const early = new Date(bridge.now - 5000).toISOString();

    await bridge.recordAll([delivery(), delivery({ receivedAt: early })]);

    expect(await bridge.register('DELIVERED')).toEqual({ at: bridge.now });
  });

  test('never lets an older delivery, from the dead letters, count as the last', async () => {
    await bridge.recordAll([delivery()]);
    bridge.pass(2 * MINUTE);

    await bridge.recordAll([delivery({ receivedAt: '2020-01-01T00:00:00.000Z' })]);

    expect(await bridge.register('DELIVERED')).toEqual({ at: bridge.now - 2 * MINUTE });
  });

  test.each(['', '1960-01-01T00:00:00Z', '+275760-09-13T00:00:00.000Z'])(
    'notes nothing by a delivery that does not say when it came (“%s”), and takes it all the same',
    async (receivedAt) => {
      await bridge.recordAll([delivery({ receivedAt }), refusal('7', { receivedAt })]);

      expect(await bridge.register('DELIVERED')).toBeUndefined();
      expect(await bridge.register('REFUSED')).toBeUndefined();
      expect(await bridge.ledger.connectedSince('demo', 77)).toBe(77);
      expect(bridge.counted['SnapshotFolded'] ?? bridge.counted['DeliveryDropped']).toBe(1);
    },
  );

  test('notes nothing of a store that is not configured', async () => {
    await bridge.recordAll([delivery({ store: 'stranger' }), refusal('7', { store: 'stranger' })]);

    expect(await bridge.register('DELIVERED', 'stranger')).toBeUndefined();
    expect(await bridge.register('REFUSED', 'stranger')).toBeUndefined();
  });

  test('asks for the register once a minute, and gets on when that fails', async () => {
    const broken: Registers = {
      read: async () => {
        calls.push('read');
        throw new Error('throttled');
      },
      write: async () => true,
    };
    Object.assign(bridge.ledger, broken);

    for (let index = 0; index < 10; index += 1) await bridge.recordAll([delivery()]);
    bridge.pass(MINUTE);
    await bridge.recordAll([delivery()]);

    expect(calls).toEqual(['read', 'read']);
    expect(bridge.said('A notice about a store could not be kept')).toHaveLength(2);
  });
});

describe('the connection of a store', () => {
  test('is as old as its first delivery, though sync and reconcile come much later', async () => {
    const first = bridge.now;
    await bridge.recordAll([delivery()]);
    bridge.pass(60 * MINUTE);
    await bridge.recordAll([delivery({ deliveryId: 'b' })]);

    expect(await bridge.ledger.connectedSince('demo', bridge.now)).toBe(first - 2 * MINUTE);
  });

  test('is the earliest delivery of the first batch, whatever stands first in it', async () => {
    const first = bridge.now;
    const late = delivery({ deliveryId: 'late', receivedAt: new Date(first + MINUTE).toISOString() });
    await bridge.recordAll([late, delivery()]);

    expect(await bridge.ledger.connectedSince('demo', bridge.now)).toBe(first - 2 * MINUTE);
  });
});
