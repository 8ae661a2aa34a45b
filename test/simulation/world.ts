import type { ContactKey } from '../../lib/core/ledger/email.ts';
import type { Store } from '../../lib/core/policy/configuration/store.ts';
import type { Policy } from '../../lib/core/policy/policy.ts';
import type { Log } from '../../lib/core/ports/telemetry.ts';
import { historyOf, historyText } from '../../lib/core/stores/history.ts';
import type { WebhookRequest } from '../../lib/core/stores/source.ts';
import type { StoreApi } from '../../lib/core/stores/store-api.ts';
import { feedFor } from '../../lib/simulators/fluentcart/feeds/feeds.ts';
import { createFluentShop } from '../../lib/simulators/fluentcart/shop.ts';
import { createShop, type Shop } from '../../lib/simulators/woocommerce/shop.ts';
import type { ShopDelivery } from '../../lib/simulators/woocommerce/webhooks/delivery.ts';
import { CATALOG } from '../../lib/stores/catalog.ts';
import { asAddress } from '../support/oracle.ts';
import { randomFrom } from '../support/random.ts';
import { type Acting, actingIn, actingPolicies, CLOCK } from './act-rules.ts';
import { actedIn } from './acting.ts';
import { Backfills } from './backfills.ts';
import { Cloud } from './cloud.ts';
import type { CouponBook } from './coupon-book.ts';
import { Dice, Engine } from './engine.ts';
import { Erasures } from './erasures.ts';
import { Faults } from './faults.ts';
import { FeedLife } from './feed-life.ts';
import { FEED_STORE, FeedShop } from './feed-shop.ts';
import type { FeedStore } from './feed-store.ts';
import { Gifts } from './gifts.ts';
import { judge } from './judge.ts';
import { cartIds } from './left-carts.ts';
import { Marks } from './marks.ts';
import { Mautic } from './mautic.ts';
import { pass } from './passing.ts';
import { People } from './people.ts';
import { WEBHOOK_BASE_URL } from './pipelines.ts';
import { POLICIES } from './policies.ts';
import type { Outcome } from './report.ts';
import type { Verdict } from './rest.ts';
import { FEW_PEOPLE, ShopLife } from './shop-life.ts';
import { storeApisOf } from './store-apis.ts';
import { subscribedPolicies } from './subscribed-policies.ts';
import { SubscriptionLife } from './subscription-life.ts';
import { UNBROKEN, type Variant } from './variant.ts';
import { Visits } from './visits.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** With what passed before it is nearly the month that a subscription is paid for. */
const RENEWED_AFTER = 21 * DAY;

const CONNECTED = Date.parse('2026-11-20T10:00:00Z');
const SECRET = 'the-secret-of-this-world';
const NEXT_SECRET = 'the-next-secret-of-this-world';
const DELIVERY_URL = `${WEBHOOK_BASE_URL}/webhooks/demo`;
const FEED_URL = `${WEBHOOK_BASE_URL}/webhooks/${FEED_STORE}`;
const DEMO: Store = { id: 'demo', kind: 'woocommerce', currency: 'EUR', timezone: CLOCK.zone };

export interface Run {
  readonly seed: number;
  readonly variant?: Variant;
  readonly log?: Log;
}

const SILENT: Log = { info() {}, warn() {}, error() {} };

/** Lives through one seed: a shop's day, everything that goes wrong in it, and the calm after it. */
export async function simulate({ seed, variant = UNBROKEN, log = SILENT }: Run): Promise<Outcome> {
  const world = new World(seed, variant, log);
  await world.live();
  return world.outcome();
}

class World {
  readonly #seed: number;
  readonly #engine = new Engine(CONNECTED - 2 * HOUR);
  readonly #dice: Dice;
  readonly #faults: Faults;
  readonly #shop: Shop;
  readonly #life: ShopLife;
  /** Every second world has a FluentCart store beside the shop. */
  readonly #feeds: FeedStore | undefined;
  readonly #mautic: Mautic;
  readonly #people: People;
  readonly #cloud: Cloud;
  /** In a fraction of the worlds people leave carts behind. */
  readonly #visits: Visits | undefined;
  /** In some of the others follow-ups do more than to send e-mails. */
  readonly #acting: Acting | undefined;
  readonly #gifts: Gifts | undefined;
  readonly #verdict: Verdict = { lost: [], doubled: [], wrong: [] };
  /** A third of the shops give no keys: webhooks are the only witness, and nobody may be blamed for what they hide. */
  readonly #keyless: boolean;
  /** The history of a third of the shops is not in the ledger, and Mautic holds totals of it. */
  readonly #pastIsMissing: boolean;
  /** Id in Mautic → those totals. */
  readonly #past = new Map<number, Readonly<Record<string, number>>>();
  /** In a third of the worlds somebody has the past of the stores read. */
  readonly #backfills: Backfills | undefined;
  /** In two worlds of seven people ask to be forgotten. */
  readonly #erasures: Erasures | undefined;
  readonly #marks: Marks;
  #deliveries = 0;
  #sending = false;
  /** Epoch ms. */
  #calmSince = Number.POSITIVE_INFINITY;

  constructor(seed: number, variant: Variant, log: Log) {
    this.#seed = seed;
    const [engine, dice] = [this.#engine, new Dice(seed)];
    const faults = new Faults(new Dice(seed + 0x5eed));
    this.#dice = dice;
    this.#faults = faults;
    this.#keyless = seed % 3 === 0;
    this.#pastIsMissing = seed % 5 < 2;
    this.#shop = createShop({
      random: randomFrom(seed),
      clock: { now: () => engine.now },
      storage: seed % 4 === 1 ? 'posts' : 'tables',
    });
    this.#marks = new Marks(() => engine.now);
    this.#acting = Visits.in(seed) ? undefined : actingIn(seed);
    if (this.#acting === 'gifts')
      this.#gifts = new Gifts({ seed, shop: this.#shop, faults, mautic: () => this.#mautic });
    this.#life = new ShopLife({
      shop: this.#shop,
      engine,
      dice: new Dice(seed + 0x11fe),
      people: FEW_PEOPLE,
      marks: this.#marks,
      codesFor: this.#gifts && ((email) => this.#gifts?.codesFor(email) ?? []),
    });
    const codeOf = (email: string) => this.#mautic.contacts.couponOf(asAddress(email));
    if (Visits.in(seed))
      this.#visits = new Visits({ seed, shop: this.#shop, life: this.#life, engine, codeOf });
    this.#feeds = seed % 2 === 0 ? this.#openFeeds(seed) : undefined;
    this.#mautic = new Mautic(engine, dice, faults);
    this.#people = new People(this.#mautic, {
      engine,
      dice,
      faults,
      buyers: FEW_PEOPLE,
      isTraceable: ({ id, email }) => {
        const profiles = Object.values(this.#cloud.ledger.contents().profiles);
        const owner = profiles.find((profile) => profile.email === email);
        return !owner || owner.mauticId === id;
      },
      hasPast: ({ id }) => this.#past.has(id),
    });
    this.#mautic.meanwhile = this.#people.inHaste(seed);
    this.#cloud = new Cloud({
      engine,
      dice,
      faults,
      variant,
      log,
      mautic: this.#mautic,
      stores: [DEMO, ...(this.#feeds ? [this.#feeds.configured] : [])],
      storeApis: this.#keyless ? new Map() : this.#storeApis(),
      policy: this.#policies[0] as Policy,
      secret: SECRET,
    });
    const { ledger, settings } = this.#cloud;
    const erase = (key: ContactKey) => this.#cloud.erase(key);
    if (Erasures.in(seed))
      this.#erasures = new Erasures({ ledger, erase, engine, dice: new Dice(seed + 0xe7a5e) });
    const stores = settings.stores.map(({ id }) => id);
    if (!this.#keyless && (this.#acting === 'everybody' || [0, 1, 2, 5, 6].includes(seed % 10)))
      this.#backfills = new Backfills({ stores, registers: ledger, engine, dice: new Dice(seed + 0xbacf) });
  }

  /** With Pro or without, of either version, in the shop's currency or another. */
  #openFeeds(seed: number): FeedStore {
    const currency = seed % 5 === 1 ? 'CHF' : 'EUR';
    const shop = createFluentShop({
      random: randomFrom(seed + 0xfeed),
      clock: { now: () => this.#engine.now },
      home: 'https://fluent.example.test',
      currency,
      pro: this.#keyless || seed % 8 !== 2,
      version: seed % 4 === 0 ? '1.5' : '1.6',
    });
    const store = new FeedShop(shop, currency);
    const life = new FeedLife({
      store,
      histories: this.#life.histories,
      engine: this.#engine,
      dice: new Dice(seed + 0xfeed),
      people: FEW_PEOPLE,
      marks: this.#marks,
    });
    const configured = { id: FEED_STORE, kind: 'fluentcart', currency, url: shop.shown.home } as const;
    const dice = new Dice(seed + 0x5b5c);
    const subscriptions =
      seed % 6 < 4 || this.#acting === 'people' ? new SubscriptionLife({ shop, life, dice }) : undefined;
    return { store, life, subscriptions, configured };
  }

  #storeApis(): ReadonlyMap<string, () => StoreApi> {
    const clock = { now: () => this.#engine.now };
    return storeApisOf({ shop: this.#shop, coupons: this.#coupons, feeds: this.#feeds, clock });
  }

  get #coupons(): CouponBook | undefined {
    return this.#visits?.coupons ?? this.#gifts?.coupons;
  }

  /** What may be deployed, the first at once. */
  get #policies(): readonly Policy[] {
    const policies =
      this.#visits?.policies ?? (this.#acting ? actingPolicies(this.#acting, this.#seed) : POLICIES);
    return this.#feeds?.subscriptions ? subscribedPolicies(policies) : policies;
  }

  async live(): Promise<void> {
    this.#life.begin();
    if (this.#backfills) this.#life.remember(this.#dice.between(3, 12));
    this.#feeds?.life.begin();
    this.#feeds?.subscriptions?.begin();
    await this.#engine.runUntil(CONNECTED - this.#dice.between(0, HOUR));
    await this.#connect();
    const busyUntil = CONNECTED + this.#dice.between(1, 3) * HOUR;
    this.#plan(busyUntil);
    await this.#engine.runUntil(busyUntil);
    await this.#calm();
  }

  outcome(): Outcome {
    return {
      ...this.#verdict,
      seed: this.#seed,
      events: this.#engine.events,
      deliveries: this.#deliveries,
      faults: this.#faults.counts,
    };
  }

  async #judge(early: boolean): Promise<void> {
    const { ledger, policy, disturbed, deployed, told, taken } = this.#cloud;
    const contents = ledger.contents();
    const { lost, doubled, wrong } = judge({
      shop: this.#shop,
      feeds: this.#feeds?.store,
      histories: this.#life.histories,
      told: this.#keyless ? told : undefined,
      heard: told,
      visited: this.#visits !== undefined,
      coupons: this.#keyless ? undefined : this.#coupons,
      ...(await actedIn(this.#acting, this.#feeds?.subscriptions, this.#cloud)),
      now: this.#engine.now,
      calmSince: this.#calmSince,
      taken,
      mautic: this.#mautic,
      people: this.#people,
      policy,
      since: CONNECTED,
      pastIsMissing: this.#pastIsMissing && ((await this.#backfills?.unknown())?.length ?? 1) > 0,
      whole: (await this.#backfills?.whole()) ?? new Set(),
      past: this.#past,
      deployed,
      profiles: contents.profiles,
      things: Object.keys(contents.things),
      ledger: await this.#cloud.orders([...this.#life.histories.keys()]),
      cartEffects: await this.#cloud.cartEffects(cartIds(this.#shop, told)),
      disturbed,
      erased: { ...timesOf(this.#erasures), rows: ledger.rows(), marks: this.#marks },
      early,
      weekly: this.#engine.now - this.#calmSince > 7 * DAY,
    });
    if (!(early && this.#isRuined()))
      for (const what of (await this.#backfills?.unfinished()) ?? []) lost.push(what);
    const when = early ? ' (before the night)' : '';
    this.#verdict.lost.push(...lost.map((what) => what + when));
    this.#verdict.doubled.push(...doubled.map((what) => what + when));
    this.#verdict.wrong.push(...wrong.map((what) => what + when));
  }

  /** An order cannot be shown: of a page on which nothing else stands, a backfill takes it for the store's fault and waits. */
  #isRuined(): boolean {
    const { orders, flaws } = this.#shop;
    const ids = orders.all().map(({ id }) => id);
    return flaws.ruin('orders', ids, undefined);
  }

  /** The webhooks are made and the bridge is there. */
  async #connect(): Promise<void> {
    await this.#engine.runUntil(CONNECTED);
    const { ledger, settings } = this.#cloud;
    for (const { id } of settings.stores) {
      await ledger.connectedSince(id, CONNECTED);
      if (!this.#pastIsMissing) await ledger.write(historyOf(id), historyText(CONNECTED), undefined);
    }
    if (this.#pastIsMissing) this.#rememberBuyers();
    for (const event of this.#feeds ? CATALOG.fluentcart.topics : [])
      this.#feeds?.store.shop.feeds.save(feedFor(event, FEED_URL, SECRET));
    for (const topic of CATALOG.woocommerce.topics)
      this.#shop.webhooks.create({ topic, deliveryUrl: DELIVERY_URL, secret: SECRET });
    this.#visits?.connect(DELIVERY_URL, SECRET);
  }

  /** Mautic knows some of them from what was there before: totals that no order in the ledger explains. */
  #rememberBuyers(): void {
    for (const email of FEW_PEOPLE.slice(0, 2)) {
      const totals = { mautic_woo_total_spent: 1234.5, mautic_woo_order_count: 17 };
      this.#past.set(this.#mautic.hold(email.toLowerCase(), totals), totals);
    }
  }

  /** Everything that happens while the shop is busy. */
  #plan(until: number): void {
    for (let count = this.#dice.between(4, 30); count > 0; count -= 1)
      this.#once(until, () => this.#life.act());
    if (this.#feeds) this.#planFeeds(this.#feeds, until);
    this.#visits?.plan(until, (email) => this.#erasures?.ask(email));
    this.#every(MINUTE, () => this.#runQueue());
    this.#every(MINUTE, () => void this.#cloud.sweep());
    this.#every(15 * MINUTE, () => void this.#cloud.reconcile());
    this.#every(5 * MINUTE, () => void this.#cloud.reread());
    if (this.#backfills) {
      this.#backfills.plan(until);
      this.#every(MINUTE, () => void this.#cloud.backfill());
    }
    this.#erasures?.plan(until);
    for (let count = 5; count > 0; count -= 1) this.#once(until, () => this.#people.act());
    for (let count = 2; count > 0; count -= 1) this.#once(until, () => this.#spoil());
    this.#once(until, () => this.#operate());
    this.#once(until, () => this.#operate());
    if (this.#faults.happens('mautic outage')) {
      const from = CONNECTED + this.#dice.between(0, until - CONNECTED);
      this.#mautic.outages.push({ from, to: Math.min(until, from + this.#dice.between(1, 90) * MINUTE) });
    }
  }

  #planFeeds({ life, subscriptions }: FeedStore, until: number): void {
    for (let count = this.#dice.between(4, 20); count > 0; count -= 1) this.#once(until, () => life.act());
    for (let count = 15; subscriptions && count > 0; count -= 1) this.#once(until, () => subscriptions.act());
    this.#every(MINUTE, () => this.#runJobs());
  }

  /** A plugin begins to fail at an order, or something writes megabytes into it. */
  #spoil(): void {
    const orders = this.#shop.orders.all();
    if (orders.length === 0 || !this.#faults.happens('thing that cannot be shown')) return;
    const { id } = this.#dice.pick(orders);
    this.#shop.flaws.add('orders', id, this.#dice.pick(['content', 'always']));
    const history = this.#life.histories.get(id);
    if (history) history.unshown = true;
  }

  #once(until: number, happen: () => void): void {
    this.#engine.after(this.#dice.between(0, until - this.#engine.now), happen);
  }

  #every(ms: number, happen: () => void): void {
    const again = () => {
      happen();
      this.#engine.after(ms, again);
    };
    this.#engine.after(this.#dice.between(1, ms), again);
  }

  /** What whoever runs the bridge does. */
  #operate(): void {
    const { contacts, deliveries } = this.#cloud;
    if (this.#faults.happens('contacts queue emptied')) contacts.purge();
    // What the shop said of a cart it says once.
    if (!this.#keyless && !this.#visits && this.#faults.happens('deliveries queue emptied'))
      deliveries.purge();
    if (this.#faults.happens('policy changed')) this.#cloud.deploy(this.#dice.pick(this.#policies));
    else if (this.#faults.happens('deployed')) this.#cloud.deploy(this.#cloud.policy);
    if (this.#faults.happens('message of another version')) this.#cloud.receiveFromAnotherVersion();
    if (this.#faults.happens('secret rotated')) this.#rotate();
  }

  /** First the bridge takes both, then the webhooks get the new one. */
  #rotate(): void {
    this.#cloud.secrets = [NEXT_SECRET, SECRET];
    this.#engine.after(6 * MINUTE, () => {
      for (const { id } of this.#shop.webhooks.all()) this.#shop.webhooks.change(id, { secret: NEXT_SECRET });
      const { feeds } = this.#feeds?.store.shop ?? {};
      for (const { id, feed } of feeds?.all() ?? [])
        feeds?.save(feedFor(feed.event_trigger[0] ?? '', FEED_URL, NEXT_SECRET), id);
    });
  }

  /** A run of WordPress's cron: everything that waits, one after the other. */
  #runQueue(): void {
    if (this.#sending) return;
    const delivery = this.#shop.deliveries.takeNext();
    if (!delivery) return;
    this.#sending = true;
    void this.#send(delivery).then((status) => {
      this.#shop.deliveries.finish(delivery, status);
      this.#sending = false;
      this.#runQueue();
    });
  }

  /** Now and then two processes take the same jobs. Nothing is sent a second time. */
  #runJobs(): void {
    const { jobs } = this.#feeds?.store.shop ?? {};
    if (!jobs || jobs.waiting() === 0) return;
    const deliveries = this.#faults.happens('delivery doubled') ? jobs.run('twice') : jobs.run();
    for (const { headers, body } of deliveries)
      void this.#carry({ headers, body: Buffer.from(body) }, FEED_STORE);
  }

  async #send(delivery: ShopDelivery): Promise<number> {
    return this.#carry({ headers: delivery.headers, body: Buffer.from(delivery.body) }, 'demo');
  }

  /** Over the network, where it may get lost, or come twice, or late. */
  async #carry(request: WebhookRequest, store: string): Promise<number> {
    this.#deliveries += 1;
    const faults = this.#faults;
    await this.#engine.wait(this.#dice.between(5, 60));
    if (faults.happens('delivery lost')) return 0;
    if (faults.happens('delivery delayed')) await this.#engine.wait(this.#dice.between(1, 50) * SECOND);
    if (faults.happens('delivery doubled'))
      this.#engine.after(this.#dice.between(1, 20 * MINUTE), () => void this.#cloud.webhook(request, store));
    const status = await this.#cloud.webhook(request, store);
    await this.#engine.wait(this.#dice.between(5, 60));
    return faults.happens('answer to the store lost') ? 0 : status;
  }

  /** Nothing goes wrong any more: what is owed is done within hours, what only a nightly look finds, then, and stays. */
  async #calm(): Promise<void> {
    this.#faults.on = false;
    this.#calmSince = this.#engine.now;
    this.#mautic.outages.length = 0;
    await this.#backfills?.finish();
    void this.#erasures?.finish();
    await this.#engine.runUntil(this.#engine.now + 150 * MINUTE);
    await this.#judge(true);
    for (const { id } of this.#shop.orders.all()) this.#shop.flaws.remove('orders', id);
    const ages = [DAY + HOUR, 7 * DAY, ...(this.#acting ? [RENEWED_AFTER, 35 * DAY] : [])];
    for (const ahead of this.#visits?.ages(ages) ?? ages) {
      this.#visits?.redeem();
      if (this.#visits || this.#acting) await pass(ahead, this.#engine, this.#cloud.ledger);
      else this.#engine.skip(ahead);
      // Whoever was erased is not to come back.
      if (ahead === RENEWED_AFTER && this.#acting === 'people' && !this.#erasures)
        this.#feeds?.subscriptions?.renewUntil(this.#engine.now + 2 * DAY);
      void this.#cloud.reconcile();
      await this.#backfills?.again();
      await this.#engine.runUntil(this.#engine.now + 75 * MINUTE);
      await this.#judge(false);
    }
  }
}

function timesOf(erasures: Erasures | undefined): Pick<Erasures, 'at' | 'first'> {
  return { at: erasures?.at ?? new Map(), first: erasures?.first ?? new Map() };
}
