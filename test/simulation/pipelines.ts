import type { Ring } from '../../lib/core/contact/contact.ts';
import type { Delivery } from '../../lib/core/ledger/delivery.ts';
import { NOTHING_KEPT } from '../../lib/core/ledger/kept.ts';
import { asksShops, makesCoupons } from '../../lib/core/policy/asks-shops.ts';
import type { Store } from '../../lib/core/policy/configuration/store.ts';
import { asksSubscriptions } from '../../lib/core/policy/follow-ups/follow-ups.ts';
import { keptOf } from '../../lib/core/policy/kept.ts';
import type { Policy } from '../../lib/core/policy/policy.ts';
import type { Bodies, Deliveries, Doorbell } from '../../lib/core/ports/queues.ts';
import type { SigningSecrets } from '../../lib/core/ports/secrets.ts';
import type { Log, Metrics } from '../../lib/core/ports/telemetry.ts';
import type { Source } from '../../lib/core/stores/source.ts';
import type { StoreApi } from '../../lib/core/stores/store-api.ts';
import type { MemoryLedger } from '../../lib/local/memory/ledger.ts';
import { createBackfill } from '../../lib/pipeline/backfill.ts';
import { createIngest } from '../../lib/pipeline/ingest.ts';
import { createErase, type Erase } from '../../lib/pipeline/people/erase.ts';
import { createPolicyChange } from '../../lib/pipeline/policy/policy-change.ts';
import type { ReconcileParts } from '../../lib/pipeline/reconcile/parts.ts';
import { createReread } from '../../lib/pipeline/reconcile/reread.ts';
import { createReconcile } from '../../lib/pipeline/reconcile.ts';
import { createRecord } from '../../lib/pipeline/record.ts';
import { createHistory } from '../../lib/pipeline/registers/history.ts';
import { createSince } from '../../lib/pipeline/registers/since.ts';
import { createSweep } from '../../lib/pipeline/sweep.ts';
import type { SyncParts } from '../../lib/pipeline/sync/parts.ts';
import { createShops } from '../../lib/pipeline/sync/shops.ts';
import { createSync } from '../../lib/pipeline/sync.ts';
import { sourcesKeeping } from '../../lib/stores/webhooks.ts';
import { orderSaid } from '../support/feed-orders.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { subscriptionsSaid } from '../support/subscription-oracle.ts';
import type { Dice, Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import { type Instance, troubled } from './instance.ts';
import type { Mautic } from './mautic.ts';
import type { Queue } from './queues.ts';
import { troubledStore } from './store.ts';
import type { Variant } from './variant.ts';

export interface Pipelines {
  readonly ingest: ReturnType<typeof createIngest>;
  readonly record: ReturnType<typeof createRecord>;
  readonly sync: ReturnType<typeof createSync>;
  readonly sweep: ReturnType<typeof createSweep>;
  readonly reconcile: (remainingMs: () => number) => Promise<void>;
  readonly reread: (remainingMs: () => number) => Promise<void>;
  readonly backfill: (remainingMs: () => number) => Promise<void>;
  /** The command of whoever runs the bridge. */
  readonly erase: Erase;
}

/** Where the shops' webhooks go, without `/webhooks/<store>`. */
export const WEBHOOK_BASE_URL = 'https://bridge.example.test';
const KEY = { consumerKey: 'key', consumerSecret: 'secret' };
const NO_METRICS: Metrics = { count() {} };
const NO_BODIES: Bodies = { put: async () => undefined, get: async () => undefined };

/** What a cloud offers to the functions in it. */
export interface Surroundings {
  readonly settings: {
    readonly engine: Engine;
    readonly dice: Dice;
    readonly faults: Faults;
    readonly mautic: Mautic;
    readonly stores: readonly Store[];
    /** By the id of the store; of one that is not in it there are no keys. */
    readonly storeApis: ReadonlyMap<string, () => StoreApi>;
    readonly variant: Variant;
    readonly log: Log;
  };
  readonly ledger: MemoryLedger;
  readonly deliveries: Queue;
  readonly contacts: Queue;
  readonly policy: Policy;
  /** The current one first. */
  readonly secrets: readonly string[];
  /** Everything that ever was in the queue of deliveries. */
  readonly told: RawDelivery[];
  pump(): void;
}

/** How each function is put together, on ports that fail. */
export function pipelinesOf(cloud: Surroundings): {
  readonly [Name in keyof Pipelines]: (instance: Instance) => Pipelines[Name];
} {
  const { variant, stores } = cloud.settings;
  const currencies = new Map(stores.map(({ id, currency }) => [id, currency]));
  const zones = new Map(
    stores.flatMap(({ id, timezone }) => (timezone === undefined ? [] : [[id, timezone]])),
  );
  const shared = (instance: Instance) => sharedParts(cloud, instance);
  return {
    ingest: (instance) =>
      createIngest({ ...shared(instance), ...doorsOf(cloud, instance), stores, senderOf: sourceIn(cloud) }),
    record: (instance) => {
      const parts = { ...shared(instance), stores, sourceOf: sourceIn(cloud), bodies: NO_BODIES };
      const record = createRecord(variant.recordParts?.(parts) ?? parts);
      return variant.record?.(record) ?? record;
    },
    sync: (instance) => {
      const common = shared(instance);
      const { policy } = cloud;
      const since = createSince({
        stores,
        policy,
        things: common.things,
        registers: common.registers,
        clock: common.clock,
      });
      const history = createHistory({ stores, ...common });
      const ports = cloud.settings.mautic.portsFor(instance);
      const mautic = variant.contacts?.(ports.mautic) ?? ports.mautic;
      const parts = {
        ...common,
        ...ports,
        ...shopsOf(cloud, instance, sourceIn(cloud)),
        mautic,
        policy,
        currencies,
        zones,
        since,
        history,
      };
      return createSync(variant.syncParts?.(parts) ?? parts);
    },
    erase: (instance) => createErase(variant.eraseParts?.(shared(instance)) ?? shared(instance)),
    sweep: (instance) => createSweep(shared(instance)),
    reconcile: (instance) => createReconcile(reconcileOf(cloud, instance, sourceIn(cloud))),
    reread: (instance) => createReread(reconcileOf(cloud, instance, sourceIn(cloud))),
    backfill: (instance) => {
      const { policy } = cloud;
      const { survey: _survey, ...parts } = reconcileOf(cloud, instance, sourceIn(cloud));
      const { things } = sharedParts(cloud, instance);
      const whole = { ...parts, survey: things, claims: things, holder: nextHolder(), policy };
      return createBackfill(variant.backfillParts?.(whole) ?? whole);
    },
  };
}

/** The code that understands the stores, of the policy that an instance was started with. */
function sourceIn({ policy, settings: { variant } }: Surroundings): (kind: Store['kind']) => Source {
  const { registered, cartTries } = keptOf(policy);
  const sourceOf = sourcesKeeping({ ...NOTHING_KEPT, registered, cartTries });
  return (kind) => variant.source?.(sourceOf(kind)) ?? sourceOf(kind);
}

let holders = 0;

/** No two instances have the same name. */
function nextHolder(): string {
  holders += 1;
  return `backfill ${String(holders)}`;
}

/** The stores' REST APIs, of those that gave keys. */
function openStores(
  { settings: { dice, faults, storeApis, variant } }: Surroundings,
  instance: Instance,
): Pick<ReconcileParts, 'keys' | 'storeApiOf'> {
  return {
    keys: { of: async (store) => (storeApis.has(store) ? KEY : undefined) },
    storeApiOf: ({ id }) => {
      const api = storeApis.get(id)?.();
      const network = api && troubledStore(api, { instance, dice, faults });
      return network && (variant.storeApi?.(network) ?? network);
    },
  };
}

/** Only where the policy has something done in the stores. */
function shopsOf(
  cloud: Surroundings,
  instance: Instance,
  source: (kind: Store['kind']) => Source,
): Pick<SyncParts, 'shops'> {
  if (!asksShops(cloud.policy)) return {};
  const { dice, stores, log } = cloud.settings;
  const { clock } = instance;
  const randomBelow = (limit: number) => dice.between(0, limit - 1);
  const open = openStores(cloud, instance);
  return { shops: createShops({ ...open, stores, sourceOf: source, randomBelow, clock, log }) };
}

function reconcileOf(
  cloud: Surroundings,
  instance: Instance,
  source: (kind: Store['kind']) => Source,
): ReconcileParts {
  const { stores, variant } = cloud.settings;
  const common = sharedParts(cloud, instance);
  const { policy } = cloud;
  const parts: ReconcileParts = {
    ...common,
    ...doorsOf(cloud, instance),
    stores,
    sourceOf: source,
    ...openStores(cloud, instance),
    customerRoles: policy.customerRoles,
    subscriptions: asksSubscriptions(policy),
    webhookBaseUrl: WEBHOOK_BASE_URL,
    gauges: { show() {} },
    carts: policy.carts !== undefined,
    coupons: makesCoupons(policy),
    also: variant.without === 'policy-change' ? [] : [createPolicyChange({ ...common, policy, stores })],
  };
  return variant.reconcileParts?.(parts) ?? parts;
}

/** What nearly every function has. */
function sharedParts(cloud: Surroundings, instance: Instance) {
  const { dice, faults, log } = cloud.settings;
  const trouble = { instance, dice, faults };
  const ledger = troubled(cloud.ledger, {
    ...trouble,
    refused: 'ledger refused',
    lost: 'ledger answer lost',
  });
  const doorbell = troubled<Doorbell>(
    {
      ring: async (rings) => {
        for (const ring of rings) enqueue(cloud, ring);
        cloud.pump();
      },
      depth: async () => cloud.contacts.depth,
    },
    { ...trouble, refused: 'queue refused', lost: 'queue answer lost' },
  );
  return {
    things: ledger,
    contacts: ledger,
    registers: ledger,
    survey: ledger,
    doorbell,
    clock: instance.clock,
    log,
    metrics: NO_METRICS,
  };
}

function enqueue({ contacts, settings }: Surroundings, ring: Ring): void {
  const id = `${ring.contact}-${String(ring.wanted)}-${String(ring.attempts)}`;
  if (settings.variant.without === 'lanes') contacts.send(JSON.stringify(ring));
  else contacts.sendInGroup(JSON.stringify(ring), ring.contact, id);
}

function doorsOf(cloud: Surroundings, instance: Instance) {
  const trouble = { instance, dice: cloud.settings.dice, faults: cloud.settings.faults };
  const deliveries = troubled<Deliveries>(
    {
      send: async (delivery: Delivery) => {
        cloud.deliveries.send(JSON.stringify(delivery));
        cloud.told.push(...rawOf(delivery, cloud.settings.stores));
        cloud.settings.engine.after(cloud.settings.dice.between(100, 2000), () => cloud.pump());
      },
    },
    { ...trouble, refused: 'queue refused', lost: 'queue answer lost' },
  );
  const secrets = troubled<SigningSecrets>(
    { of: async () => cloud.secrets },
    { ...trouble, refused: 'secrets failed', lost: 'secrets failed' },
  );
  return { deliveries, secrets, bodies: NO_BODIES };
}

/** What the oracle needs of a delivery; no body of this world is too large for a message. */
export function rawOf(delivery: Delivery, stores: readonly Store[]): readonly RawDelivery[] {
  const { body, topic, webhookId, deliveryId, receivedAt } = delivery;
  if (body.in !== 'message') return [];
  const text = Buffer.from(body.base64, 'base64').toString();
  const store = stores.find(({ id }) => id === delivery.store);
  if (store?.kind !== 'fluentcart') return [{ topic, webhookId, deliveryId, receivedAt, body: text }];
  const said = orderSaid(text, store, receivedAt);
  return said ? [said, ...subscriptionsSaid(text, receivedAt)] : [];
}
