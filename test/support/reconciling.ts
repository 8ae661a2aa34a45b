import type { Delivery } from '../../lib/core/ledger/delivery.ts';
import { type ContactKey, normaliseEmail } from '../../lib/core/ledger/email.ts';
import { type Failure, failed, type Outcome } from '../../lib/core/ledger/failure.ts';
import type { OrderState } from '../../lib/core/ledger/fold/order.ts';
import type { Register } from '../../lib/core/ledger/register.ts';
import type { Store } from '../../lib/core/policy/configuration/store.ts';
import type { StoreKey } from '../../lib/core/ports/secrets.ts';
import type { StoreCoupons } from '../../lib/core/stores/coupons.ts';
import type { StoreApi } from '../../lib/core/stores/store-api.ts';
import { createMemoryLedger, type MemoryLedger } from '../../lib/local/memory/ledger.ts';
import {
  createMemoryBodies,
  createMemoryDeliveries,
  createMemoryDoorbell,
} from '../../lib/local/memory/queue.ts';
import { createIngest } from '../../lib/pipeline/ingest.ts';
import type { ReconcileParts } from '../../lib/pipeline/reconcile/parts.ts';
import { createReread } from '../../lib/pipeline/reconcile/reread.ts';
import { createReconcile } from '../../lib/pipeline/reconcile.ts';
import { createRecord } from '../../lib/pipeline/record.ts';
import type { NewOrder } from '../../lib/simulators/woocommerce/records/orders/new-order.ts';
import { createShop, type Shop, type ShopOptions } from '../../lib/simulators/woocommerce/shop.ts';
import { createShopApi } from '../../lib/simulators/woocommerce/shop-api.ts';
import { type Line, recordingLog } from './log.ts';
import { randomFrom } from './random.ts';
import { sourceOf } from './sources.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const SECRET = 'the-secret-of-the-bridge';
export const BASE_URL = 'https://bridge.example.test';
export const DELIVERY_URL = `${BASE_URL}/webhooks/demo`;

const DEMO: Store = { id: 'demo', kind: 'woocommerce', currency: 'EUR', url: 'https://shop.example.test' };
const KEY: StoreKey = { consumerKey: 'ck_test', consumerSecret: 'cs_test' };

/** A call of the store's API, as "list order 1": what a test may answer itself, change the shop at, or die at. */
export type Interception = (call: string) => Outcome<never> | undefined;

/** A shop, the bridge's ledger, and the real pipelines between them, on one clock. */
export class Reconciling {
  now = Date.parse('2026-12-01T10:00:00.400Z');
  readonly shop: Shop;
  readonly ledger: MemoryLedger = createMemoryLedger({ now: () => this.now });
  readonly deliveries = createMemoryDeliveries();
  readonly doorbell = createMemoryDoorbell({ now: () => this.now });
  readonly lines: Line[] = [];
  counted: Record<string, number> = {};
  shown: [string, number, string | undefined][] = [];
  /** Calls of the store's API, in order. */
  asked: string[] = [];
  intercept: Interception = () => undefined;
  /** How the store fails where it cannot show something; by default as the simulated one does. */
  fail: Failure | undefined;
  keys: ReadonlyMap<string, StoreKey> = new Map([['demo', KEY]]);
  stores: readonly Store[] = [DEMO];
  secret: string | undefined = SECRET;
  change: Partial<ReconcileParts> = {};
  readonly #ingest: ReturnType<typeof createIngest>;
  readonly #record: ReturnType<typeof createRecord>;

  constructor(options: Pick<ShopOptions, 'storage' | 'zone'> = {}) {
    this.shop = createShop({ random: randomFrom(1), clock: { now: () => this.now }, ...options });
    const parts = this.parts();
    this.#ingest = createIngest({
      ...parts,
      stores: [DEMO],
      senderOf: sourceOf,
      deliveries: this.deliveries,
      bodies: createMemoryBodies(),
    });
    this.#record = createRecord({ ...parts, stores: [DEMO], bodies: createMemoryBodies() });
  }

  /** One run with so much time, in ms; the clock stands still meanwhile. */
  async run(remainingMs: () => number = () => 300_000): Promise<void> {
    await createReconcile({ ...this.parts(), ...this.change })(remainingMs);
  }

  /** A run that only reads again what differs. */
  async reread(remainingMs: () => number = () => 300_000): Promise<void> {
    await createReread({ ...this.parts(), ...this.change })(remainingMs);
  }

  /** A run of which `calls` of the store's API fit into its time. */
  async runFor(calls: number): Promise<void> {
    const before = this.asked.length;
    await this.run(() => (this.asked.length - before < calls ? 300_000 : 30_000));
  }

  pass(ms: number): void {
    this.now += ms;
  }

  /** Places an order with this address. */
  place(name: string, order: NewOrder = {}): number {
    return this.shop.orders.place({ billing: { email: emailOf(name), first_name: name }, ...order });
  }

  /** A webhook for each of these topics, as the bridge would make it. */
  hook(...topics: readonly string[]): void {
    for (const topic of topics)
      this.shop.webhooks.create({ topic, deliveryUrl: DELIVERY_URL, secret: SECRET });
  }

  /** Lets the shop send one delivery to `ingest`; `midway` happens while it is under way. False: nothing waits. */
  async deliverOne(midway: () => unknown = () => undefined): Promise<boolean> {
    const delivery = this.shop.deliveries.takeNext();
    if (!delivery) return false;
    await midway();
    this.shop.deliveries.finish(delivery, await this.receive(delivery.headers, delivery.body));
    return true;
  }

  /** A request to `ingest`; its answer's status. */
  async receive(headers: Readonly<Record<string, string>>, body: string): Promise<number> {
    return (await this.#ingest('demo', { headers, body: Buffer.from(body) })).status;
  }

  /** Everything that waits in the shop reaches the ledger. */
  async deliver(): Promise<void> {
    while (await this.deliverOne());
    await this.recordAll();
  }

  async recordAll(more: readonly Delivery[] = []): Promise<void> {
    const batch = [...this.deliveries.take(), ...more].map((delivery) => ({ delivery, redelivered: false }));
    await this.#record(batch);
  }

  async order(id: number, store = 'demo'): Promise<OrderState | undefined> {
    const entries = await this.ledger.load([{ kind: 'order', store, id: String(id) }]);
    const state = entries.get(`order/${store}/${String(id)}`)?.state;
    return state?.type === 'order' ? state : undefined;
  }

  async status(id: number): Promise<string | undefined> {
    return (await this.order(id))?.data?.status;
  }

  async register(name: string, store = 'demo'): Promise<unknown> {
    const register: Register = { of: { store }, name };
    const found = await this.ledger.read(register);
    return found && JSON.parse(found.text);
  }

  said(message: string): readonly Line[] {
    return this.lines.filter((line) => line.message.startsWith(message));
  }

  /** What the pipelines between shop and ledger are made of. */
  parts(): ReconcileParts {
    return {
      stores: this.stores,
      sourceOf,
      things: this.ledger,
      contacts: this.ledger,
      registers: this.ledger,
      survey: this.ledger,
      doorbell: this.doorbell,
      keys: { of: async (store) => this.keys.get(store) },
      secrets: { of: async () => (this.secret === undefined ? [] : [this.secret]) },
      storeApiOf: () => this.#watched(createShopApi(this.shop)),
      webhookBaseUrl: BASE_URL,
      gauges: { show: (name, value, store) => void this.shown.push([name, value, store]) },
      clock: { now: () => this.now, sleep: async () => undefined },
      log: recordingLog((line) => void this.lines.push(line)),
      metrics: {
        count: (name, value = 1) => {
          this.counted[name] = (this.counted[name] ?? 0) + value;
        },
      },
    };
  }

  #watched(api: StoreApi): StoreApi {
    const watch = <Value>(name: string, call: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> => {
      this.asked.push(name);
      const answer = this.intercept(name);
      return answer ? Promise.resolve(answer) : call().then(spoilt);
    };
    const spoilt = <Value>(answer: Outcome<Value>): Outcome<Value> =>
      answer.ok || !this.fail ? answer : failed(this.fail);
    return {
      list: (question) => {
        const { kind, page, perPage, outline, trash, ids } = question;
        const what = ids ? `${kind}s by id` : trash ? 'trash' : `${kind}s`;
        const by = perPage === undefined ? '' : ` by ${String(perPage)}`;
        const how = outline ? ' in outline' : '';
        return watch(`list ${what} ${String(page)}${by}${how}`, () => api.list(question));
      },
      order: (id) => watch(`order ${id}`, () => api.order(id)),
      webhooks: () => watch('webhooks', () => api.webhooks()),
      createWebhook: (webhook) => watch(`create ${webhook.topic}`, () => api.createWebhook(webhook)),
      changeWebhook: (id, change) => watch(`change ${id}`, () => api.changeWebhook(id, change)),
      removeWebhook: (id) => watch(`remove ${id}`, () => api.removeWebhook(id)),
      ...(api.coupons && { coupons: watchedCoupons(api.coupons, watch) }),
    };
  }
}

type Watch = <Value>(name: string, call: () => Promise<Outcome<Value>>) => Promise<Outcome<Value>>;

function watchedCoupons(coupons: StoreCoupons, watch: Watch): StoreCoupons {
  return {
    make: (coupon) => watch('make a coupon', () => coupons.make(coupon)),
    find: (code) => watch('find a coupon', () => coupons.find(code)),
    page: (page) => watch(`list coupons ${String(page)}`, () => coupons.page(page)),
    remove: (id) => watch(`remove coupon ${id}`, () => coupons.remove(id)),
  };
}

export function emailOf(name: string): string {
  return `${name}@example.test`;
}

export function contactOf(name: string): ContactKey {
  const address = normaliseEmail(emailOf(name));
  if (!address.usable) throw new Error(`${name} makes no address`);
  return address.key;
}

/** What a store that is away answers. */
export const AWAY: Outcome<never> = failed({
  kind: 'retry',
  code: 'unavailable',
  message: 'Wait for the host.',
});

export function refusedWith(failure: Failure): Outcome<never> {
  return failed(failure);
}
