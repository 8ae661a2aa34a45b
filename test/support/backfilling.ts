import { DEFAULT_POLICY, type Policy } from '../../lib/core/policy/policy.ts';
import type { Backfill, BackfillOptions } from '../../lib/core/stores/backfill.ts';
import { readBackfill, startBackfill } from '../../lib/pipeline/backfill/control.ts';
import type { BackfillParts } from '../../lib/pipeline/backfill/parts.ts';
import { createBackfill } from '../../lib/pipeline/backfill.ts';
import { createHistory } from '../../lib/pipeline/registers/history.ts';
import { createSince } from '../../lib/pipeline/registers/since.ts';
import { createSweep } from '../../lib/pipeline/sweep.ts';
import type { SyncParts } from '../../lib/pipeline/sync/parts.ts';
import { createSync } from '../../lib/pipeline/sync.ts';
import type { ShopOptions } from '../../lib/simulators/woocommerce/shop.ts';
import { MemoryMautic } from './memory-mautic.ts';
import { NO_ITEMS } from './no-items.ts';
import { DAY, emailOf, HOUR, MINUTE, Reconciling } from './reconciling.ts';

/** A line of an order. */
export const TEA = { price: '10.00', quantity: 1, productId: 0, name: 'Tea' };

/** A shop with a past, the ledger, Mautic in memory, and the real pipelines between them. */
export class Backfilling {
  readonly bridge: Reconciling;
  readonly mautic = new MemoryMautic();
  readonly policy: Policy;
  /** Changes of the backfill's parts. */
  change: (parts: BackfillParts) => BackfillParts = (parts) => parts;
  /** E-mails, in the order in which contacts were written to Mautic. */
  readonly writes: string[] = [];
  readonly #sync: ReturnType<typeof createSync>;

  constructor(
    policy: Partial<Policy> = {},
    { bridge = new Reconciling(), ...options }: Pick<ShopOptions, 'storage'> & { bridge?: Reconciling } = {},
  ) {
    this.bridge = options.storage ? new Reconciling(options) : bridge;
    this.policy = { ...DEFAULT_POLICY, ...policy };
    this.#sync = createSync(this.syncParts());
  }

  get control() {
    return { registers: this.bridge.ledger, clock: { now: () => this.bridge.now } };
  }

  /** Where the backfill of the store stands. */
  async job(store = this.store): Promise<Backfill> {
    const job = await readBackfill(this.control, store);
    if (!job) throw new Error('there is no backfill');
    return job;
  }

  get store(): string {
    return this.bridge.change.stores?.[0]?.id ?? this.bridge.stores[0]?.id ?? '';
  }

  /** Months of orders before anybody thought of a bridge: so many people, so many orders each, one after the other. */
  past(people: number, orders = 2): void {
    const { bridge } = this;
    const { now } = bridge;
    bridge.pass(-400 * DAY);
    for (let order = 0; order < orders; order += 1) {
      for (let person = 0; person < people; person += 1) {
        bridge.place(`p${String(person)}`, { status: 'completed', lines: [TEA] });
        bridge.pass(HOUR);
      }
    }
    bridge.now = now;
  }

  /** Has the past of the store read. */
  async start(options: BackfillOptions = {}): Promise<void> {
    await startBackfill(this.control, this.store, options);
  }

  /** What Mautic holds as spent by whoever has this name. */
  spent(name: string): unknown {
    return this.mautic.byEmail(emailOf(name))?.fields.get('mautic_woo_total_spent') ?? null;
  }

  /** One invocation of the function. */
  async run(remainingMs: () => number = () => 300_000): Promise<void> {
    await createBackfill(this.change(this.parts()))(remainingMs);
  }

  /** An invocation into whose time so many calls of the store's API fit. */
  async runFor(calls: number): Promise<void> {
    const before = this.bridge.asked.length;
    await this.run(() => (this.bridge.asked.length - before < calls ? 300_000 : 45_000));
  }

  /** The sweep comes, and `sync` works off what was rung for. @returns how many were. */
  async sweep(): Promise<number> {
    const parts = this.bridge.parts();
    await createSweep(parts)(() => 0);
    const rings = this.bridge.doorbell.take();
    if (rings.length > 0)
      await this.#sync(
        rings.map((ring) => ({ ring, receives: 1 })),
        () => 170_000,
      );
    return rings.length;
  }

  /** What comes in by webhook is written as well. */
  async deliver(): Promise<void> {
    await this.bridge.deliver();
    const rings = this.bridge.doorbell.take();
    if (rings.length > 0)
      await this.#sync(
        rings.map((ring) => ({ ring, receives: 1 })),
        () => 170_000,
      );
  }

  /** Minute after minute, until it has finished. */
  async finish(store = this.store): Promise<Backfill> {
    for (let minute = 0; minute < 60; minute += 1) {
      await this.run();
      const job = await this.job(store);
      if (job.state === 'finished') return job;
      this.bridge.pass(MINUTE);
      while ((await this.sweep()) > 0);
    }
    throw new Error('the backfill does not come to its end');
  }

  parts(): BackfillParts {
    const parts = { ...this.bridge.parts(), ...this.bridge.change };
    return {
      ...parts,
      survey: this.bridge.ledger,
      claims: this.bridge.ledger,
      holder: 'test',
      policy: this.policy,
    };
  }

  private syncParts(): SyncParts {
    const { things, contacts, registers, clock, log, metrics } = this.bridge.parts();
    const stores = this.bridge.change.stores ?? this.bridge.stores;
    const { mautic, policy } = this;
    return {
      things,
      contacts,
      registers,
      clock,
      log,
      metrics,
      policy,
      mautic: this.#watched(),
      fields: mautic,
      tags: mautic.tags,
      notes: mautic.noteBook,
      emails: mautic.mailer,
      segments: mautic.lists,
      items: NO_ITEMS,
      currencies: new Map(stores.map(({ id, currency }) => [id, currency])),
      since: createSince({ stores, policy, things, registers, clock }),
      history: createHistory({ stores, registers, clock, log }),
    };
  }

  #watched(): MemoryMautic {
    const note = (emails: readonly string[]) => void this.writes.push(...emails);
    const { mautic } = this;
    return new Proxy(mautic, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: never[]) => {
          if (name === 'create') note((args[0] as unknown as { email: string }[]).map(({ email }) => email));
          if (name === 'edit')
            note((args[0] as unknown as { id: number }[]).map(({ id }) => mautic.rows.get(id)?.email ?? ''));
          return member.apply(target, args) as unknown;
        };
      },
    });
  }
}
