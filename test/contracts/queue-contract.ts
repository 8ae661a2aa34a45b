import { beforeEach, describe, expect, it } from 'vitest';
import type { Ring } from '../../lib/core/contact/contact.ts';
import type { Delivery } from '../../lib/core/ledger/delivery.ts';
import type { Bodies, Deliveries, Doorbell } from '../../lib/core/ports/queues.ts';
import { contact } from './samples.ts';

/** A queue and the way to take everything out of it. */
interface Queued<Port, Message> {
  readonly port: Port;
  take(): Promise<readonly Message[]>;
}

/** An empty queue or bucket of its own for each call. */
export interface MakeQueues {
  deliveries(): Promise<Queued<Deliveries, Delivery>>;
  doorbell(): Promise<Queued<Doorbell, Ring>>;
  bodies(): Promise<Bodies>;
}

/** What every set of queues must do; run it on each adapter. */
export function queueContract(name: string, make: MakeQueues): void {
  describe(`${name} queues`, () => {
    deliveriesContract(make);
    doorbellContract(make);
    bodiesContract(make);
  });
}

function delivery(change: Partial<Delivery> = {}): Delivery {
  return {
    schema: 1,
    store: 'demo',
    receivedAt: '2026-01-02T03:04:05.678Z',
    topic: 'order.updated',
    webhookId: '21',
    deliveryId: 'cafe',
    body: { in: 'message', base64: 'eyJpZCI6MX0=' },
    ...change,
  };
}

function deliveriesContract(make: MakeQueues): void {
  describe('deliveries', () => {
    let queue: Queued<Deliveries, Delivery>;
    beforeEach(async () => {
      queue = await make.deliveries();
    });

    it('arrive as they were sent, with their body or its place', async () => {
      const inMessage = delivery({ topic: 'küche 🍳' });
      const inBucket = delivery({ deliveryId: 'f00d', body: { in: 'bucket', key: 'demo/1' } });

      await queue.port.send(inMessage);
      await queue.port.send(inBucket);

      const taken = await queue.take();
      expect(taken).toHaveLength(2);
      expect(taken).toEqual(expect.arrayContaining([inMessage, inBucket]));
      expect(await queue.take()).toEqual([]);
    });

    it('arrive as often as they were sent', async () => {
      await queue.port.send(delivery());
      await queue.port.send(delivery());

      expect(await queue.take()).toEqual([delivery(), delivery()]);
    });

    it('may be of several hundred KiB', async () => {
      const large = delivery({ body: { in: 'message', base64: 'QUJD'.repeat(200_000) } });

      await queue.port.send(large);

      expect(await queue.take()).toEqual([large]);
    });
  });
}

function ring(name: string, change: Partial<Ring> = {}): Ring {
  return { contact: contact(name), wanted: 1, attempts: 0, ...change };
}

function doorbellContract(make: MakeQueues): void {
  describe('the doorbell', () => {
    let queue: Queued<Doorbell, Ring>;
    beforeEach(async () => {
      queue = await make.doorbell();
    });

    it('does nothing when there is nobody to ring for', async () => {
      await queue.port.ring([]);

      expect(await queue.port.depth()).toBe(0);
      expect(await queue.take()).toEqual([]);
    });

    it('rings for each contact, however many at once', async () => {
      const rings = Array.from({ length: 25 }, (_, index) => ring(`n${String(index)}`, { wanted: index }));

      await queue.port.ring(rings);

      expect(await queue.port.depth()).toBe(25);
      const taken = await queue.take();
      expect(taken).toHaveLength(25);
      expect(taken).toEqual(expect.arrayContaining(rings));
      expect(await queue.port.depth()).toBe(0);
    });

    it('keeps the order in which one contact was rung for', async () => {
      const rings = [1, 2, 3].map((wanted) => ring('ada', { wanted }));

      for (const one of rings) await queue.port.ring([one]);

      expect(await queue.take()).toEqual(rings);
    });

    it('swallows the same ring while the first is fresh, even after that was taken', async () => {
      await queue.port.ring([ring('ada'), ring('ada')]);
      expect(await queue.take()).toEqual([ring('ada')]);

      await queue.port.ring([ring('ada')]);

      expect(await queue.take()).toEqual([]);
    });

    it('rings again for a new wish or a new attempt', async () => {
      const rings = [ring('ada'), ring('ada', { wanted: 2, doubt: true }), ring('ada', { attempts: 1 })];

      await queue.port.ring(rings);

      expect(await queue.take()).toEqual(rings);
    });
  });
}

function bodiesContract(make: MakeQueues): void {
  describe('bodies', () => {
    let bodies: Bodies;
    beforeEach(async () => {
      bodies = await make.bodies();
    });

    it('has none that was not put there', async () => {
      expect(await bodies.get('demo/nothing')).toBeUndefined();
    });

    it('gives back every byte', async () => {
      const body = Uint8Array.from({ length: 3 * 1024 * 1024 }, (_, index) => (index * 31) % 256);

      await bodies.put('demo/2026/ä b.json', body);

      expect(sameBytes(await bodies.get('demo/2026/ä b.json'), body)).toBe(true);
      expect(await bodies.get('demo/2026')).toBeUndefined();
    });

    it('takes an empty body, and a new one in its place', async () => {
      await bodies.put('demo/1', new Uint8Array());
      expect(sameBytes(await bodies.get('demo/1'), new Uint8Array())).toBe(true);

      await bodies.put('demo/1', Uint8Array.of(1, 2));

      expect(sameBytes(await bodies.get('demo/1'), Uint8Array.of(1, 2))).toBe(true);
    });

    it('is not altered by what callers do with the bytes', async () => {
      const body = Uint8Array.of(1, 2);
      await bodies.put('demo/1', body);
      body.fill(9);
      (await bodies.get('demo/1'))?.fill(8);

      expect(sameBytes(await bodies.get('demo/1'), Uint8Array.of(1, 2))).toBe(true);
    });
  });
}

function sameBytes(actual: Uint8Array | undefined, expected: Uint8Array): boolean {
  return actual !== undefined && Buffer.compare(actual, expected) === 0;
}
