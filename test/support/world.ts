import type { Ring } from '../../lib/core/contact/contact.ts';
import type { Delivery } from '../../lib/core/ledger/delivery.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/core/policy/policy.ts';
import type { Contacts, Registers, Things } from '../../lib/core/ports/ledger.ts';
import type { Bodies, Doorbell } from '../../lib/core/ports/queues.ts';
import type { Clock, Metrics } from '../../lib/core/ports/telemetry.ts';
import type { StoreApi } from '../../lib/core/stores/store-api.ts';
import { createMemoryLedger } from '../../lib/local/memory/ledger.ts';
import { createRecord } from '../../lib/pipeline/record.ts';
import { createSweep } from '../../lib/pipeline/sweep.ts';
import type { SyncParts } from '../../lib/pipeline/sync/parts.ts';
import { createSync } from '../../lib/pipeline/sync.ts';
import { sourcesFor } from '../../lib/stores/webhooks.ts';
import { recordingLog } from './log.ts';
import { MemoryMautic } from './memory-mautic.ts';
import { NO_ITEMS } from './no-items.ts';
import type { RawDelivery } from './oracle.ts';
import { KNOWN_PAST } from './past.ts';
import { shopsOf } from './shops.ts';

const log = recordingLog();
const noMetrics: Metrics = { count() {} };

/** Goes off at the n-th step; from then on nothing of that process happens any more. */
class Bomb {
  private left: number;
  exploded = false;

  constructor(steps: number) {
    this.left = steps;
  }

  step(): void {
    this.left -= 1;
    if (this.left <= 0) this.exploded = true;
    if (this.exploded) throw new Error('the process was killed');
  }
}

const NEVER = Number.POSITIVE_INFINITY;
/** What is tried again is tried sooner, and the parent of an order is waited for no longer than twenty minutes. */
const FAR_MS = 2_400_000;
const DEDUPLICATED_MS = 300_000;

/**
 * The real pipelines around a ledger, queues and Mautic in memory, on a clock of their own. Every call through a
 * port is two steps, before and after its effect, and a process can be killed at each.
 */
export class World {
  readonly ledger = createMemoryLedger({ now: () => this.now });
  readonly mautic = new MemoryMautic();
  readonly policy: Policy;
  now = Date.parse('2026-12-01T00:00:00Z');
  private deliveries: { delivery: Delivery; receives: number }[] = [];
  private rings: { ring: Ring; receives: number }[] = [];
  private readonly seen = new Map<string, number>();
  /** Every process draws other codes. */
  private seed = 0;

  /** What is done in the shop `demo`, where the policy has anything done there. */
  private readonly shop: StoreApi | undefined;

  constructor(policy: Policy = DEFAULT_POLICY, shop?: StoreApi) {
    this.policy = policy;
    this.shop = shop;
  }

  get clock(): Clock {
    return {
      now: () => this.now,
      sleep: async (ms) => {
        this.now += ms;
      },
    };
  }

  deliver({
    topic,
    webhookId,
    deliveryId,
    body,
    receivedAt = new Date(this.now).toISOString(),
    store = 'demo',
  }: RawDelivery & { readonly store?: string }): void {
    const base64 = Buffer.from(body).toString('base64');
    const delivery = {
      schema: 1,
      store,
      receivedAt,
      topic,
      webhookId,
      deliveryId,
      body: { in: 'message', base64 },
    } as const;
    this.deliveries.push({ delivery, receives: 0 });
  }

  /** Feeds `record` one batch of at most `size`; killed at step `killAt`. */
  async record(size: number, killAt = NEVER): Promise<void> {
    const batch = this.deliveries.slice(0, size);
    if (batch.length === 0) return;
    for (const message of batch) message.receives += 1;
    const parts = this.parts(new Bomb(killAt));
    const record = createRecord({ ...parts, stores: STORES, sourceOf: sourcesFor(this.policy) });
    const again = await record(
      batch.map(({ delivery, receives }) => ({ delivery, redelivered: receives > 1 })),
    ).catch(() => ALL);
    if (parts.bomb.exploded) this.deliveries = [...this.deliveries.slice(size), ...batch];
    else
      this.deliveries = [
        ...this.deliveries.slice(size),
        ...batch.filter((_message, index) => again.has(index)),
      ];
  }

  /** Feeds `sync` one batch of at most `size` lanes; killed at step `killAt`, which it answers. */
  async sync(size: number, killAt = NEVER): Promise<boolean> {
    const batch = firstOfEachContact(this.rings).slice(0, size);
    if (batch.length === 0) return false;
    for (const message of batch) message.receives += 1;
    // Whoever is killed too often is parked, as it should be, and that is another test's matter.
    const spared = batch.some(({ receives }) => receives > 3);
    const parts = this.parts(new Bomb(spared ? NEVER : killAt));
    const currencies = new Map(STORES.map(({ id, currency }) => [id, currency]));
    const sync = createSync({ ...parts, ...this.shops(parts.bomb), policy: this.policy, currencies });
    const again = await sync(batch, () => 100_000).catch(() => ALL);
    if (parts.bomb.exploded) return true;
    const done = new Set(batch.filter((_message, index) => !again.has(index)));
    this.rings = this.rings.filter((message) => !done.has(message));
    return false;
  }

  async sweep(killAt = NEVER): Promise<void> {
    await createSweep(this.parts(new Bomb(killAt)))(() => 0).catch(() => undefined);
  }

  /** Lets time pass and everything run undisturbed until nothing is left to do. */
  async settle(): Promise<void> {
    for (let round = 0; round < 200; round += 1) {
      while (this.deliveries.length > 0) await this.record(10);
      while (this.rings.length > 0) await this.sync(10);
      this.now += 61_000;
      await this.sweep();
      if (this.rings.length === 0 && !this.isBehind()) return;
    }
    throw new Error('the world does not come to rest');
  }

  /** Everything rung for and not yet worked on is lost, as when somebody empties the queue. */
  loseRings(): void {
    this.rings = [];
  }

  /** What only waits for a moment that is far is at rest. */
  private isBehind(): boolean {
    return Object.values(this.ledger.contents().profiles).some(
      ({ work, wanted, synced, due = 0 }) =>
        work !== undefined && !(wanted === synced && due > this.now + FAR_MS),
    );
  }

  private parts(bomb: Bomb) {
    const doorbell: Doorbell = {
      ring: async (rings) => this.enqueue(rings),
      depth: async () => this.rings.length,
    };
    const bodies: Bodies = { put: async () => undefined, get: async () => undefined };
    return {
      bomb,
      things: explosive<Things>(this.ledger, bomb),
      contacts: explosive<Contacts>(this.ledger, bomb),
      registers: explosive<Registers>(this.ledger, bomb),
      mautic: explosive(this.mautic, bomb),
      fields: this.mautic,
      tags: explosive(this.mautic.tags, bomb),
      notes: explosive(this.mautic.noteBook, bomb),
      emails: explosive(this.mautic.mailer, bomb),
      segments: explosive(this.mautic.lists, bomb),
      items: this.policy.customObjects ? explosive(this.mautic.shelf, bomb) : NO_ITEMS,
      since: async () => new Map(STORES.map(({ id }) => [id, 0])),
      history: KNOWN_PAST,
      doorbell: explosive(doorbell, bomb),
      bodies,
      clock: this.clock,
      log,
      metrics: noMetrics,
    };
  }

  private shops(bomb: Bomb): Pick<SyncParts, 'shops'> {
    if (!this.shop) return {};
    this.seed += 1;
    const { coupons, ...api } = this.shop;
    const exploding = { ...explosive(api, bomb), ...(coupons && { coupons: explosive(coupons, bomb) }) };
    return { shops: shopsOf({ api: exploding, clock: this.clock, seed: this.seed }) };
  }

  /** A FIFO queue forgets a message whose deduplication id it has seen within five minutes. */
  private enqueue(rings: readonly Ring[]): void {
    for (const ring of rings) {
      const id = `${ring.contact}-${String(ring.wanted)}-${String(ring.attempts)}`;
      if (this.now - (this.seen.get(id) ?? -NEVER) < DEDUPLICATED_MS) continue;
      this.rings.push({ ring, receives: 0 });
      this.seen.set(id, this.now);
    }
  }
}

const STORES = [
  { id: 'demo', kind: 'woocommerce', currency: 'EUR' },
  { id: 'fluent', kind: 'fluentcart', currency: 'CHF' },
] as const;
/** Every message comes again. */
const ALL = { has: () => true };

function firstOfEachContact<Message extends { ring: Ring }>(rings: readonly Message[]): Message[] {
  return [
    ...new Map(rings.toReversed().map((message) => [message.ring.contact, message])).values(),
  ].toReversed();
}

/** Every method of a port, with a chance to die before and after it. */
function explosive<Port extends object>(port: Port, bomb: Bomb): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        bomb.step();
        const result: unknown = await member.apply(target, args);
        bomb.step();
        return result;
      };
    },
  });
}
