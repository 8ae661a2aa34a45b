import type { Ring, Shard } from '../core/contact.ts';
import type { Clock, Contacts, Doorbell, DueContact, Log, Metrics } from '../core/ports.ts';
import { backOffMs } from '../core/retry.ts';

export interface SweepParts {
  readonly contacts: Contacts;
  readonly doorbell: Doorbell;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** No more rings than keep the queue this short: live work must never queue behind a backlog. */
const QUEUE_TARGET = 500;
const SHARDS: readonly Shard[] = ['live', 'later'];

/**
 * Rings for contacts that are behind or due and that nobody rings for, live ones first. Each is moved on by its
 * back-off before it is rung, so that the next sweep does not ring again.
 * @returns how many were rung.
 */
export function createSweep(parts: SweepParts): () => Promise<number> {
  return async function sweep() {
    let room = QUEUE_TARGET - (await parts.doorbell.depth());
    let rung = 0;
    for (const shard of SHARDS) {
      if (room <= 0) break;
      const rings = await takeDue(shard, room);
      await parts.doorbell.ring(rings);
      room -= rings.length;
      rung += rings.length;
    }
    parts.metrics.count('ContactRung', rung);
    return rung;
  };

  async function takeDue(shard: Shard, limit: number): Promise<readonly Ring[]> {
    const now = parts.clock.now();
    const due = await parts.contacts.due(shard, now, limit);
    const rings = await Promise.all(due.map((contact) => moveOn(contact, now)));
    return rings.filter((ring) => ring !== undefined);
  }

  /** One that cannot be moved on costs only itself: the others were, and nobody else would ring for them. */
  async function moveOn(due: DueContact, now: number): Promise<Ring | undefined> {
    try {
      return await parts.contacts.postpone(due, now + backOffMs(due.attempts + 1));
    } catch (error) {
      parts.log.warn(
        'A due contact could not be moved on; the next sweep tries again',
        { contact: due.contact },
        error,
      );
      return undefined;
    }
  }
}
