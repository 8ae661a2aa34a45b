import type { Ring, Shard } from '../core/contact/contact.ts';
import type { Gauges } from '../core/ledger/telemetry/metrics.ts';
import { isScarce, isSpent } from '../core/pace/budget.ts';
import { type Admission, admission, CALM, mayRingLater, speedOf } from '../core/pace/pace.ts';
import { backOffMs } from '../core/pace/retry.ts';
import type { Contacts, DueContact, Registers } from '../core/ports/ledger.ts';
import type { Doorbell } from '../core/ports/queues.ts';
import type { Clock, Log, Metrics } from '../core/ports/telemetry.ts';
import { readSharedPace } from './registers/pace.ts';

export interface SweepParts {
  readonly contacts: Contacts;
  readonly doorbell: Doorbell;
  /** Where all instances share the pace at which Mautic is called. */
  readonly registers: Pick<Registers, 'read'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Where it is shown how long contacts wait; without gauges nowhere. */
  readonly gauges?: Gauges;
}

/** No more rings than keep the queue this short at full speed: live work must never queue behind a backlog. */
const QUEUE_TARGET = 500;
const SHARDS: readonly Shard[] = ['live', 'later'];
/** The last calls of a rate limit are not for what can wait. */
const LIVE: readonly Shard[] = ['live'];
/** A queue that was filled may be worked off long before the next minute; its depth is known only after a while. */
const ROUNDS = 5;
const PAUSE_MS = 10_000;
/** A round may take a few seconds. */
const RESERVED_MS = 15_000;

/**
 * Rings for contacts that are behind or due and that nobody rings for, live ones first. Each is moved on by its
 * back-off before it is rung, so that the next sweep does not ring again. While Mautic is to be left alone nobody is
 * rung for, and no attempt is counted; when the breaker's pause is over, one contact is, as the probe. While there are
 * more contacts than the queue may hold, it sweeps again as the queue empties, as far as the time (ms) allows; so it
 * does when a rate limit that is used up begins anew. Shows how long the live contact has been due that was due first,
 * if one is and Mautic may be called: usually a minute.
 * @returns how many were rung.
 */
export function createSweep(parts: SweepParts): (remainingMs: () => number) => Promise<number> {
  const sweepOnce = createRound(parts);
  return async function sweep(remainingMs) {
    let rung = 0;
    for (let round = 1; ; round += 1) {
      const swept = await sweepOnce();
      rung += swept.rung;
      if (round === 1 && swept.overdueMs !== undefined)
        parts.gauges?.show('MinutesOverdue', Math.floor(swept.overdueMs / 60_000));
      const pause = pauseAfter(swept);
      if (round === ROUNDS || remainingMs() < pause + RESERVED_MS) return rung;
      await parts.clock.sleep(pause);
    }
  };
}

interface Swept {
  readonly rung: number;
  /** The queue holds as much as it may, so that others may be due. */
  readonly isFull: boolean;
  /** Mautic's rate limit is used up, and the next window begins after so many ms. */
  readonly opensInMs?: number | undefined;
  /** How long the live contact has been due that was due first; `undefined` for none, and while Mautic is left alone. */
  readonly overdueMs?: number | undefined;
}

/** How long until another round is worth it; for ever, if nothing stood in the way of this one. */
function pauseAfter({ opensInMs, isFull }: Swept): number {
  return opensInMs ?? (isFull ? PAUSE_MS : Number.POSITIVE_INFINITY);
}

/** What may be rung for now. */
interface Allowed {
  readonly room: number;
  readonly admitted: Admission;
  readonly shards: readonly Shard[];
  readonly opensInMs?: number;
}

interface Taken {
  readonly rings: readonly Ring[];
  /** How long the first of them has been due, whether it could be moved on or not. */
  readonly waitedMs: number | undefined;
}

function createRound(parts: SweepParts): () => Promise<Swept> {
  return async function sweepOnce() {
    const allowed = await roomForRings();
    let { room } = allowed;
    let rung = 0;
    let overdueMs: number | undefined;
    for (const shard of allowed.shards) {
      if (room <= 0) break;
      const { rings, waitedMs } = await takeDue(shard, room);
      if (shard === 'live' && allowed.admitted === 'go') overdueMs = waitedMs;
      await parts.doorbell.ring(rings);
      room -= rings.length;
      rung += rings.length;
    }
    parts.metrics.count('ContactRung', rung);
    const { admitted, opensInMs } = allowed;
    return { rung, isFull: admitted === 'go' && room <= 0, opensInMs, overdueMs };
  };

  async function roomForRings(): Promise<Allowed> {
    const pace = (await readSharedPace(parts))?.pace ?? CALM;
    const { budget } = pace;
    const now = parts.clock.now();
    const admitted = admission(pace, now);
    if (admitted === 'shut') {
      const opens = isSpent(budget, now) && { opensInMs: budget.resetAt - now };
      return { room: 0, admitted, shards: [], ...opens };
    }
    const target = Math.floor(QUEUE_TARGET / (1 + speedOf(pace).rest));
    const room = target - (await parts.doorbell.depth());
    const shards = isScarce(budget, now) || !mayRingLater(pace, now) ? LIVE : SHARDS;
    return { room: admitted === 'probe' ? Math.min(room, 1) : room, admitted, shards };
  }

  async function takeDue(shard: Shard, limit: number): Promise<Taken> {
    const now = parts.clock.now();
    const due = await parts.contacts.due(shard, now, limit);
    const rings = await Promise.all(due.map((contact) => moveOn(contact, now)));
    const [first] = due;
    return { rings: rings.filter((ring) => ring !== undefined), waitedMs: first && now - first.due };
  }

  /** One that cannot be moved on costs only itself: the others were, and nobody else would ring for them. */
  async function moveOn(due: DueContact, now: number): Promise<Ring | undefined> {
    try {
      return await parts.contacts.postpone(due, now + backOffMs(due.attempts + 1));
    } catch (error) {
      parts.metrics.count('DueNotMoved');
      parts.log.warn(
        'A due contact could not be moved on; the next sweep tries again',
        { contact: due.contact },
        error,
      );
      return undefined;
    }
  }
}
