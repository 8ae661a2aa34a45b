import type { Ring } from '../../core/contact/contact.ts';
import type { Delivery } from '../../core/ledger/delivery.ts';
import type { Bodies, Deliveries, Doorbell } from '../../core/ports/queues.ts';
import type { Clock } from '../../core/ports/telemetry.ts';

export interface MemoryDeliveries extends Deliveries {
  /** Takes all that wait, oldest first. */
  take(): readonly Delivery[];
}

export function createMemoryDeliveries(): MemoryDeliveries {
  const waiting: Delivery[] = [];
  return {
    send: async (delivery) => {
      waiting.push(structuredClone(delivery));
    },
    take: () => waiting.splice(0),
  };
}

/** Large bodies in memory. */
export function createMemoryBodies(): Bodies {
  const bodies = new Map<string, Uint8Array>();
  return {
    put: async (key, body) => {
      bodies.set(key, Uint8Array.from(body));
    },
    get: async (key) => {
      const body = bodies.get(key);
      return body && Uint8Array.from(body);
    },
  };
}

/** How long a FIFO queue swallows a second message with the same deduplication id. */
const DEDUPLICATION_MS = 300_000;

export interface MemoryDoorbell extends Doorbell {
  /** Takes all that wait, oldest first. */
  take(): readonly Ring[];
}

export function createMemoryDoorbell(clock: Pick<Clock, 'now'>): MemoryDoorbell {
  const waiting: Ring[] = [];
  const rungAt = new Map<string, number>();
  return {
    ring: async (rings) => {
      for (const ring of rings) {
        const { contact, wanted, attempts } = ring;
        const id = `${contact}-${String(wanted)}-${String(attempts)}`;
        const before = rungAt.get(id);
        if (before !== undefined && clock.now() - before < DEDUPLICATION_MS) continue;
        rungAt.set(id, clock.now());
        waiting.push({ ...ring });
      }
    },
    depth: async () => waiting.length,
    take: () => waiting.splice(0),
  };
}
