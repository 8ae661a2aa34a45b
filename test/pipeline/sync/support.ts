import { onTestFinished } from 'vitest';
import type { Profile, Ring } from '../../../lib/core/contact/contact.ts';
import type { Arrival, Delivery } from '../../../lib/core/ledger/delivery.ts';
import type { EffectStates } from '../../../lib/core/ledger/effect-state.ts';
import { type ContactKey, normaliseEmail } from '../../../lib/core/ledger/email.ts';
import type { Register } from '../../../lib/core/ledger/register.ts';
import type { Store } from '../../../lib/core/policy/configuration/store.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/core/policy/policy.ts';
import type { Shops } from '../../../lib/core/ports/shop.ts';
import type { Clock, Log, Metrics } from '../../../lib/core/ports/telemetry.ts';
import { createHttp, type Http, type HttpOptions } from '../../../lib/http.ts';
import { createMemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { createMemoryBodies, createMemoryDoorbell } from '../../../lib/local/memory/queue.ts';
import { createAuthorization } from '../../../lib/mautic/auth/auth.ts';
import type { Credentials } from '../../../lib/mautic/auth/authorization.ts';
import { exchangeCode } from '../../../lib/mautic/auth/code-exchange.ts';
import { createMauticClient } from '../../../lib/mautic/client.ts';
import { addDoNotContact } from '../../../lib/mautic/contacts/do-not-contact.ts';
import { tryCustomObjects } from '../../../lib/mautic/custom-objects/trial.ts';
import { createMauticPorts } from '../../../lib/mautic/ports.ts';
import { createLookAgain } from '../../../lib/pipeline/policy/look-again.ts';
import { createPolicyChange } from '../../../lib/pipeline/policy/policy-change.ts';
import { createRecord } from '../../../lib/pipeline/record.ts';
import { createHistory } from '../../../lib/pipeline/registers/history.ts';
import { createSweep } from '../../../lib/pipeline/sweep.ts';
import { createSync, type ReceivedRing } from '../../../lib/pipeline/sync.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import { sourcesFor } from '../../../lib/stores/webhooks.ts';
import { manualClock, memoryTokens } from '../../mautic/support.ts';
import { manualDeadlines } from '../../support/deadlines.ts';
import { type Line, recordingLog } from '../../support/log.ts';
import { KNOWN_PAST } from '../../support/past.ts';
import { bodyOf, recordedDelivery } from '../../support/woocommerce.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

import { type Call, startFront } from './front.ts';

export const ANNA = 'anna@example.test';

const NOON = Date.parse('2026-12-01T12:00:00Z');

/** Where the shop is. */
export const SHOP = 'https://shop.example.com';

const STORES: readonly Store[] = [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }];

export interface BenchOptions {
  readonly simulator?: Parameters<typeof startMauticSimulator>[0];
  readonly policy?: Partial<Policy>;
  readonly credentials?: Credentials;
  /** Store → from when on its orders have notes and e-mails. */
  readonly since?: ReadonlyMap<string, number>;
  /** What was in the store before it was connected is not in the ledger; by default it is. */
  readonly pastIsMissing?: boolean;
  /** The path under which Mautic lives. */
  readonly prefix?: string;
  /** By default the one shop of WooCommerce, `demo`. */
  readonly stores?: readonly Store[];
  /** Stores with a plugin in which people opt out; by default none. */
  readonly optOutStores?: readonly string[];
  /** What is done in the shops, on the clock of the bench. */
  readonly shops?: (tools: { readonly clock: Clock; readonly log: Log }) => Shops;
}

/** The real pipelines and the real client of Mautic around a ledger in memory, on a clock that tests move. */
export async function startBench(options: BenchOptions = {}) {
  const { clock, forward } = manualClock(NOON);
  const deadlines = manualDeadlines();
  const now = () => new Date(clock.now());
  const mautic = await startMauticSimulator({ now, onSilence: deadlines.pass, ...options.simulator });
  onTestFinished(() => mautic.close());
  const { prefix = '', stores = STORES } = options;
  const front = await startFront(mautic, { clock, prefix, silent: deadlines.pass });
  const shelf = createMemoryLedger(clock);
  const ledgerCalls = new Map<string, number>();
  const ledger = watched(shelf, (name) => void ledgerCalls.set(name, (ledgerCalls.get(name) ?? 0) + 1));
  const doorbell = createMemoryDoorbell(clock);
  const lines: Line[] = [];
  const counts = new Map<string, number>();
  const log = recordingLog((line) => void lines.push(line));
  const metrics: Metrics = {
    count: (name, value = 1) => void counts.set(name, (counts.get(name) ?? 0) + value),
  };
  const ports = { things: ledger, contacts: ledger, registers: ledger, doorbell, clock, log, metrics };
  const policy: Policy = { ...DEFAULT_POLICY, ...options.policy };
  const tokens = memoryTokens();
  let credentials: Credentials = options.credentials ?? { clientId: 'local', clientSecret: 'local-secret' };
  let instances = 0;
  let disturb: (method: string, subject: unknown) => void | Promise<void> = () => undefined;
  let deliveries = 0;

  const lookAgain = createLookAgain({ registers: ledger, clock });

  /** A process of its own that remembers nothing, as a cold start is. */
  function instance() {
    instances += 1;
    const holder = `instance-${String(instances)}`;
    const shared = { claims: ledger, clock, holder, log, metrics, baseUrl: front.url };
    const channel = channelTo(front.url, { clock, deadline: deadlines.deadline });
    const secret = { read: async () => credentials };
    const authorization = createAuthorization({ ...shared, http: channel, credentials: secret, tokens });
    const client = createMauticClient({ ...shared, http: channel, authorization });
    const sync = createSync({
      ...ports,
      things: watched(ledger, (method, subject) => disturb(method, subject)),
      contacts: watched(ledger, (method, subject) => disturb(method, subject)),
      ...createMauticPorts({ ...shared, registers: ledger, lookAgain, client, mode: policy.fields }),
      policy,
      since: async () => options.since ?? new Map(),
      history: options.pastIsMissing ? createHistory({ stores: [{ id: 'demo' }], ...ports }) : KNOWN_PAST,
      currencies: new Map(stores.map(({ id, currency }) => [id, currency])),
      sites: new Map([['demo', SHOP]]),
      optOuts: { stores: options.optOutStores ?? [], add: (id) => addDoNotContact(client, id) },
      ...(options.shops && { shops: options.shops({ clock, log }) }),
    });
    const exchange = (code: string) =>
      exchangeCode({ ...shared, http: channel, credentials: secret, tokens }, code);
    return { sync, authorization, exchange, client };
  }

  let current = instance();

  const record = createRecord({
    ...ports,
    stores,
    sourceOf: sourcesFor(policy),
    bodies: createMemoryBodies(),
  });

  async function deliver(topic: string, body: unknown): Promise<void> {
    forward(1_000);
    deliveries += 1;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const delivery = {
      schema: 1,
      store: 'demo',
      receivedAt: new Date(clock.now()).toISOString(),
      topic,
      webhookId: '2',
      deliveryId: String(deliveries),
      body: { in: 'message', base64: Buffer.from(text).toString('base64') },
    } as const;
    await take(delivery);
  }

  async function take(delivery: Delivery): Promise<void> {
    const again = await record([{ delivery, redelivered: false }]);
    if (again.size > 0) throw new Error('the delivery was not recorded');
  }

  function order(changes: OrderChanges): Promise<void> {
    return deliver('order.updated', orderBody(changes, clock.now()));
  }

  /** By default with all that wait at the doorbell. */
  function sync(options: SyncOptions = {}) {
    const { rings = doorbell.take(), receives = 1, remainingMs = () => 10 * MINUTE, letRest } = options;
    const batch = rings.map((ring) => ({ ring, receives }));
    return current.sync(batch, remainingMs, letRest);
  }

  /** As the schedule does each minute. */
  function ringForDue(): Promise<number> {
    return createSweep(ports)(() => 0);
  }

  const followPolicy = createPolicyChange({ ...ports, survey: ledger, policy, stores });

  /** A call by a person or another integration, straight to Mautic. */
  async function person(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(`${mautic.url}/api${path}`, {
      method,
      headers: { authorization: BASIC, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const read = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(read)}`);
    return read;
  }

  function contacts(email: string) {
    return mautic.contacts().filter((contact) => contact.email?.toLowerCase() === email);
  }

  return {
    mautic,
    front,
    clock,
    lines,
    counts,
    person,
    contacts,
    sync,
    /** Messages that were received differently often. */
    syncBatch: (batch: readonly ReceivedRing[]) => current.sync(batch, () => 10 * MINUTE),
    forward,
    /** Other credentials from now on, as when somebody corrects the secret. */
    login: (next: Credentials) => {
      credentials = next;
    },
    token: () => tokens.current(),
    /** Writes a register that has no value yet. */
    register: (register: Register, text: string) => shelf.write(register, text, undefined),
    /** What the ledger says that Mautic holds of a contact. */
    written: async (email = ANNA) => (await shelf.dossier(keyOf(email))).written,
    /** What the ledger says of a contact's custom items. */
    itemRows: (email = ANNA) => shelf.items(keyOf(email)),
    authorization: () => current.authorization,
    /** Exchanges the code that a person's consent led to. */
    exchange: (code: string) => current.exchange(code),
    /** As `doctor --try` does. */
    tryCustomObjects: async () => {
      const { customObjects } = policy;
      if (customObjects) await tryCustomObjects({ client: current.client, customObjects, clock });
    },
    /** The function starts anew, with an empty memory. */
    coldStart: () => {
      current = instance();
    },
    /** Runs before every call of the ledger's things and contacts; what it throws, the ledger throws. */
    disturb: (act: typeof disturb) => {
      disturb = act;
    },
    /** How far the effects of an order, or of a cart, are. */
    effects: async (id: number | string = 1, kind: 'order' | 'cart' = 'order'): Promise<EffectStates> => {
      const entries = await ledger.load([{ kind, store: 'demo', id: String(id) }]);
      return [...entries.values()][0]?.effects ?? {};
    },
    deliver,
    /** Takes in what a store sent, as it came. */
    arrive: ({ body, ...arrival }: Arrival) =>
      take({ ...arrival, body: { in: 'message', base64: Buffer.from(body).toString('base64') } }),
    recorded: (number: string) => deliver(recordedDelivery(number).topic, recordedDelivery(number).body),
    order,
    /** Delivers an order and syncs whoever it concerns. */
    shop: async (changes: OrderChanges) => {
      await order(changes);
      return sync();
    },
    /** The contact as Mautic holds it. @throws Error unless there is exactly one. */
    contact: (email = ANNA) => {
      const [found, second] = contacts(email);
      if (!found || second) throw new Error(`${email} has ${found ? 'several contacts' : 'no contact'}`);
      return found;
    },
    /** @throws Error when the ledger has none. */
    profile: (email = ANNA): Profile => {
      const profile = shelf.contents().profiles[keyOf(email)];
      if (!profile) throw new Error(`no profile of ${email}`);
      return profile;
    },
    ring: (email = ANNA, attempts = 0): Ring => ({ contact: keyOf(email), wanted: 1, attempts }),
    rings: () => doorbell.take(),
    /** What the sweep is put together from. */
    sweepParts: ports,
    /** The ledger itself, as another version of the bridge sees it. */
    ledger: shelf,
    /** Goes through all of the ledger, as commands do. */
    survey: ledger,
    /** A register as it is stored. */
    stored: (register: Register) => shelf.read(register),
    /** As a change of the policy does. */
    wantLater: (email: string) => shelf.wantLater(keyOf(email), clock.now(), true),
    /** Rings for whoever is due, as the schedule does each minute; then syncs them. */
    sweep: async () => {
      await ringForDue();
      return sync();
    },
    ringForDue,
    /** Marks contacts to be looked at again, as the schedule does every quarter of an hour. */
    reconcile: () => followPolicy(() => 5 * MINUTE),
    /** How often the pipelines made each call of the ledger. */
    ledgerCalls: ledgerCalls as ReadonlyMap<string, number>,
    /** The calls since the last time this was asked, token requests left out. */
    calls: () => front.calls.splice(0).filter(({ path }) => path.startsWith('/api')),
  };
}

interface SyncOptions {
  readonly rings?: readonly Ring[];
  readonly receives?: number;
  readonly remainingMs?: () => number;
  readonly letRest?: (position: number) => void;
}

export type Bench = Awaited<ReturnType<typeof startBench>>;

/** Whoever waits for what never comes is told so; nothing else ends an exchange. */
function channelTo(baseUrl: string, waiting: Pick<HttpOptions, 'clock' | 'deadline'>): Http {
  const channel = createHttp({ baseUrl, timeoutMs: 0, maxBytes: 16 * 1024 * 1024, ...waiting });
  onTestFinished(() => channel.close());
  return channel;
}

const BASIC = `Basic ${Buffer.from('admin:mautic').toString('base64')}`;

/** @throws Error for an address that leads to no contact. */
export function keyOf(email: string): ContactKey {
  const address = normaliseEmail(email);
  if (!address.usable) throw new Error(`${email} is no usable address`);
  return address.key;
}

function watched<Port extends object>(
  port: Port,
  before: (method: string, subject: unknown) => void | Promise<void>,
) {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        await before(String(name), args[0]);
        const result: unknown = await member.apply(target, args);
        return result;
      };
    },
  });
}

export interface OrderChanges {
  readonly id?: number;
  readonly parentId?: number;
  readonly email?: string;
  readonly status?: string;
  readonly total?: string;
  /** Epoch ms; ten o'clock by default. */
  readonly createdAt?: number;
  readonly refunds?: readonly string[];
  readonly billing?: Readonly<Record<string, string>>;
  readonly lines?: readonly { readonly sku: string; readonly name?: string }[];
  readonly coupons?: readonly string[];
  /** Additional checkout field → what was answered, as WooCommerce keeps it (recording 0243). */
  readonly answers?: Readonly<Record<string, '0' | '1'>>;
}

const TEMPLATE = bodyOf('0057');

/** An order as WooCommerce sends it, modified now. */
export function orderBody(changes: OrderChanges, now: number): unknown {
  const { id = 1, email = ANNA, status = 'processing', total = '12.00', billing = {} } = changes;
  const lines = changes.lines ?? [{ sku: 'TEA' }];
  return {
    ...TEMPLATE,
    id,
    parent_id: changes.parentId ?? 0,
    number: String(id),
    status,
    total,
    billing: { ...BILLING, ...billing, email },
    date_created_gmt: stamp(changes.createdAt ?? NOON - 2 * HOUR + id * 1_000),
    date_modified_gmt: stamp(now),
    date_paid_gmt: null,
    date_completed_gmt: null,
    line_items: lines.map(({ sku, name = `Name of ${sku}` }, index) => ({
      id: index + 1,
      product_id: index + 1,
      sku,
      name,
      quantity: 1,
      total: '12.00',
    })),
    coupon_lines: (changes.coupons ?? []).map((code, index) => ({ id: index + 1, code })),
    meta_data: Object.entries(changes.answers ?? {}).map(([field, value], index) => ({
      id: index + 1,
      key: `_wc_other/${field}`,
      value,
    })),
    refunds: (changes.refunds ?? []).map((amount, index) => ({ id: index + 1, reason: '', total: amount })),
  };
}

const BILLING = {
  first_name: 'Anna',
  last_name: 'Berg',
  company: '',
  address_1: 'Hauptstraße 1',
  address_2: '',
  city: 'Köln',
  state: 'DE-NW',
  postcode: '50667',
  country: 'DE',
  phone: '+49 221 1',
};

function stamp(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}

/** The items of a batch call. */
export function itemsOf({ body }: Pick<Call, 'body'>): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(body)) throw new Error('no batch');
  return body as readonly Readonly<Record<string, unknown>>[];
}

export function endpoints(calls: readonly Call[]): string[] {
  return calls.map(({ method, path }) => `${method} ${path}`);
}

export const CREATE = 'POST /api/contacts/batch/new';
export const EDIT = 'PATCH /api/contacts/batch/edit';
/** Whose the remembered ids are. */
export const LOOK = 'GET /api/contacts';
