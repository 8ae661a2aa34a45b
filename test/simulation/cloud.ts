import { comebackSeconds } from '../../lib/aws/queues/comeback.ts';
import { readDelivery, readReceivedRing } from '../../lib/aws/queues/messages.ts';
import type { EffectStates } from '../../lib/core/ledger/effect-state.ts';
import type { ContactKey } from '../../lib/core/ledger/email.ts';
import { type Ref, refName } from '../../lib/core/ledger/snapshot.ts';
import type { Policy } from '../../lib/core/policy/policy.ts';
import type { WebhookRequest } from '../../lib/core/stores/source.ts';
import { LONGEST_RUN, QUEUES } from '../../lib/environment.ts';
import { createMemoryLedger, type MemoryLedger } from '../../lib/local/memory/ledger.ts';
import { FEED_IDS } from '../support/feed-orders.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { FEED_STORE } from './feed-shop.ts';
import { LambdaFunction } from './functions.ts';
import { type Pipelines, pipelinesOf, rawOf, type Surroundings } from './pipelines.ts';
import { type Message, Queue } from './queues.ts';
import type { LedgerOrder } from './rest.ts';

export type CloudSettings = Surroundings['settings'] & { readonly policy: Policy; readonly secret: string };

const SECOND = 1000;
/** Of each function, as the stack sets them; the second schedule of `reconcile` is a function of its own here. */
const TIMEOUTS = { ...LONGEST_RUN, reread: LONGEST_RUN.reconcile, erase: 60 } as const;
/** A message is hidden six times as long as its function may run. */
const VISIBILITY = 6;
const MOST_KILLS = 2;

/** How a function is killed, where not as usual. */
interface Fate {
  readonly killScale?: number;
  readonly killWithinMs?: number;
}

/** The bridge as the stack puts it together, on queues, a ledger and a Mautic that live in this world only. */
export class Cloud implements Surroundings {
  readonly ledger: MemoryLedger;
  readonly deliveries: Queue;
  readonly contacts: Queue;
  policy: Policy;
  /** The current one first. */
  secrets: readonly string[];
  /** Contact → how often something went wrong while it was worked on. */
  readonly disturbed = new Map<ContactKey, number>();
  /** Everything that ever was in the queue of deliveries. */
  readonly told: RawDelivery[] = [];
  /** Of that, what `record` took. */
  readonly taken: (RawDelivery & { readonly takenAt: number })[] = [];
  readonly deployed: { readonly policy: Policy; readonly at: number }[];
  readonly settings: CloudSettings;
  readonly #functions: { readonly [Name in keyof Pipelines]: LambdaFunction<Pipelines[Name]> };
  readonly #running = { record: 0, sync: 0 };

  constructor(settings: CloudSettings) {
    const { engine } = settings;
    this.settings = settings;
    this.ledger = createMemoryLedger({ now: () => engine.now });
    this.policy = settings.policy;
    this.deployed = [{ policy: settings.policy, at: 0 }];
    this.secrets = [settings.secret];
    this.deliveries = new Queue(engine, {
      visibilityMs: LONGEST_RUN.record * VISIBILITY * SECOND,
      maxReceives: QUEUES.deliveries.maxReceives,
    });
    this.contacts = new Queue(engine, {
      visibilityMs: LONGEST_RUN.sync * VISIBILITY * SECOND,
      maxReceives: QUEUES.contacts.maxReceives,
    });
    const build = pipelinesOf(this);
    const start = <Name extends keyof Pipelines>(name: Name, fate: Fate = {}) =>
      new LambdaFunction<Pipelines[Name]>(settings, {
        timeoutMs: TIMEOUTS[name] * SECOND,
        build: build[name],
        ...fate,
      });
    this.#functions = {
      ingest: start('ingest'),
      record: start('record'),
      sync: start('sync'),
      sweep: start('sweep'),
      reconcile: start('reconcile'),
      reread: start('reread'),
      erase: start('erase', { killScale: 4, killWithinMs: 30 }),
      // It asks the store several times before it folds anything.
      backfill: start('backfill', { killScale: 4, killWithinMs: 6 * SECOND }),
    };
  }

  /** New instances of everything; what is at work ends its work. */
  deploy(policy: Policy): void {
    this.policy = policy;
    this.deployed.push({ policy, at: this.settings.engine.now });
    for (const one of Object.values(this.#functions)) one.deploy();
  }

  /** What the ledger holds of these orders. */
  async orders(ids: readonly number[]): Promise<ReadonlyMap<number, LedgerOrder>> {
    const refs = new Map(ids.map((id) => [id, refOf(id)]));
    const entries = await this.ledger.load([...refs.values()]);
    return new Map(
      [...refs].flatMap(([id, ref]) => {
        const entry = entries.get(refName(ref));
        if (entry?.state.type !== 'order') return [];
        return [[id, { state: entry.state, effects: entry.effects }] as const];
      }),
    );
  }

  /** What was done once for accounts and subscriptions, by their names in the ledger. */
  async otherEffects(): Promise<ReadonlyMap<string, EffectStates>> {
    const names = Object.keys(this.ledger.contents().things);
    const refs = names.flatMap((name): Ref[] => {
      const [kind = '', store = '', id = ''] = name.split('/');
      return kind === 'customer' || kind === 'subscription' ? [{ kind, store, id }] : [];
    });
    const entries = await this.ledger.load(refs);
    return new Map([...entries].map(([name, { effects }]) => [name, effects]));
  }

  /** What was done once for these carts. */
  async cartEffects(ids: readonly string[]): Promise<ReadonlyMap<string, EffectStates>> {
    const refs = ids.map((id) => ({ kind: 'cart', store: 'demo', id }) as const);
    const entries = await this.ledger.load(refs);
    return new Map(refs.map((ref) => [ref.id, entries.get(refName(ref))?.effects ?? {}]));
  }

  /** What waits comes from another version: with more in it than this one knows, or nothing it could read. */
  receiveFromAnotherVersion(): void {
    const more = (text: string) =>
      JSON.stringify({ ...(JSON.parse(text) as object), since: 'another version' });
    this.deliveries.rewrite(more);
    this.contacts.rewrite(more);
    this.deliveries.send('{"schema":2}');
    this.contacts.sendInGroup('{"bell":true}', 'another version', 'another version');
    this.pump();
  }

  /** One request at the gateway; its status. */
  async webhook(request: WebhookRequest, store = 'demo'): Promise<number> {
    const { result } = await this.#functions.ingest.invoke((ingest) => ingest(store, request));
    return result?.status ?? 503;
  }

  async sweep(): Promise<void> {
    if (this.settings.variant.without === 'sweep') return;
    await this.#functions.sweep.invoke((sweep, process) => sweep(() => process.remainingMs()));
    this.pump();
  }

  async reconcile(): Promise<void> {
    if (this.settings.variant.without === 'reconcile') return;
    await this.#functions.reconcile.invoke((reconcile, process) => reconcile(() => process.remainingMs()));
    this.pump();
  }

  /** What the second schedule of `reconcile` starts. */
  async reread(): Promise<void> {
    if (this.settings.variant.without === 'reconcile') return;
    await this.#functions.reread.invoke((reread, process) => reread(() => process.remainingMs()));
    this.pump();
  }

  async backfill(): Promise<void> {
    await this.#functions.backfill.invoke((backfill, process) => backfill(() => process.remainingMs()));
    this.pump();
  }

  /** The command; when it was, epoch ms, unless it failed or somebody stopped it. */
  async erase(key: ContactKey): Promise<number | undefined> {
    return (await this.#functions.erase.invoke((erase) => erase.mark(key))).result;
  }

  /** Hands what waits in the queues to the functions behind them, as many at a time as the stack allows. */
  pump(): void {
    while (this.#running.record < 3 && this.#startRecord());
    while (this.#running.sync < 4 && this.#startSync());
  }

  #startRecord(): boolean {
    const { dice, engine } = this.settings;
    const batch = this.deliveries.receive(dice.between(1, 10), (messages) => dice.pick(messages));
    if (batch.length === 0) return false;
    this.#running.record += 1;
    engine.after(LONGEST_RUN.record * VISIBILITY * SECOND + 1, () => this.pump());
    void this.#record(batch).finally(() => {
      this.#running.record -= 1;
      this.pump();
    });
    return true;
  }

  async #record(batch: readonly Message[]): Promise<void> {
    const known = batch.map((message) => ({ message, delivery: readDelivery(message.text) }));
    const readable = known.flatMap(({ message, delivery }) => (delivery ? [{ message, delivery }] : []));
    const { result } = await this.#functions.record.invoke((record) =>
      record(readable.map(({ message, delivery }) => ({ delivery, redelivered: message.receives > 1 }))),
    );
    if (!result) return;
    for (const { message, delivery } of known) if (!delivery) this.#bringBack(message);
    for (const [index, { message, delivery }] of readable.entries()) {
      if (result.has(index)) {
        this.#bringBack(message);
        continue;
      }
      const takenAt = this.settings.engine.now;
      this.taken.push(...rawOf(delivery, this.settings.stores).map((raw) => ({ ...raw, takenAt })));
      this.#delete(this.deliveries, message);
    }
  }

  #startSync(): boolean {
    const { dice, engine, variant } = this.settings;
    const batch = this.contacts.receive(dice.between(1, 10), ([oldest]) => oldest as Message);
    if (batch.length === 0) return false;
    this.#running.sync += 1;
    const visible = variant.without === 'lanes' ? 1 : LONGEST_RUN.sync * VISIBILITY * SECOND + 1;
    engine.after(visible, () => this.pump());
    void this.#sync(batch).finally(() => {
      this.#running.sync -= 1;
      this.pump();
    });
    return true;
  }

  async #sync(batch: readonly Message[]): Promise<void> {
    const rings = batch.flatMap((message) => {
      const received = readReceivedRing(message.text, message.receives);
      return received ? [{ message, received }] : [];
    });
    const keys = rings.map(({ received }) => received.ring.contact);
    // Whoever is killed too often is parked, as it should be: that is another test's matter.
    const mayKill = keys.every((key) => (this.disturbed.get(key) ?? 0) < MOST_KILLS);
    const resting = new Set<number>();
    const { result, disturbed } = await this.#functions.sync.invoke(
      (sync, process) =>
        sync(
          rings.map(({ received }) => received),
          () => process.remainingMs(),
          (position) => void resting.add(position),
        ),
      mayKill,
    );
    if (disturbed) for (const key of keys) this.disturbed.set(key, (this.disturbed.get(key) ?? 0) + 1);
    if (!result) return;
    const unreadable = batch.filter((message) => !rings.some((ring) => ring.message === message));
    for (const message of unreadable) this.#bringBack(message, 1);
    for (const [index, { message }] of rings.entries()) {
      if (resting.has(index)) continue;
      if (result.has(index)) this.#bringBack(message);
      else this.#delete(this.contacts, message);
    }
  }

  /** As the door does it: what was reported comes again soon, unless the call that asks for it fails. */
  #bringBack(message: Message, receives = message.receives): void {
    if (this.settings.faults.happens('queue refused')) return;
    const ms = comebackSeconds(receives) * SECOND;
    message.visibleAt = this.settings.engine.now + ms;
    this.settings.engine.after(ms + 1, () => this.pump());
  }

  /** A queue gives a message twice now and then. */
  #delete(queue: Queue, message: Message): void {
    if (!this.settings.faults.happens('queue answer lost')) queue.delete(message);
  }
}

/** Of an order by the number that is its own among all stores. */
function refOf(id: number): Ref {
  const [store, own] = id > FEED_IDS ? [FEED_STORE, id - FEED_IDS] : ['demo', id];
  return { kind: 'order', store, id: String(own) };
}
