import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createLedger } from '../../../lib/aws/ledger/ledger.ts';
import type { Ring } from '../../../lib/core/contact/contact.ts';
import type { Store } from '../../../lib/core/policy/configuration/store.ts';
import { DEFAULT_POLICY } from '../../../lib/core/policy/policy.ts';
import { connection } from '../../../lib/local/aws/connection.ts';
import { startEmulators } from '../../../lib/local/aws/emulators.ts';
import { createResources } from '../../../lib/local/aws/resources.ts';
import type { StoredToken, TokenStore } from '../../../lib/mautic/auth/authorization.ts';
import { connectMautic } from '../../../lib/mautic/connect.ts';
import { createMauticPorts } from '../../../lib/mautic/ports.ts';
import { readBackfill, startBackfill } from '../../../lib/pipeline/backfill/control.ts';
import { createBackfill } from '../../../lib/pipeline/backfill.ts';
import { createHistory } from '../../../lib/pipeline/registers/history.ts';
import { createSince } from '../../../lib/pipeline/registers/since.ts';
import { createSweep } from '../../../lib/pipeline/sweep.ts';
import { createSync } from '../../../lib/pipeline/sync.ts';
import { startStoreSimulator } from '../../../lib/simulators/woocommerce/simulator.ts';
import { storeApiOf } from '../../../lib/stores/rest.ts';
import { sourceOf } from '../../support/sources.ts';
import { startMeteredMautic } from '../support/metered-mautic.ts';
import { type LedgerMeter, meterOf, watchIndex } from './ledger-meter.ts';

/** What was asked of AWS and of Mautic; calls of the ledger, and units as DynamoDB bills them. */
export interface Asked extends Pick<LedgerMeter, 'reads' | 'writes'> {
  readonly calls: number;
  readonly logBytes: number;
  /** How long a Mautic 5.2 works on it. */
  readonly mauticMs: number;
}

/** A backfill of so many orders by so many people: what the reading asked, and what the writing did. */
export interface MeasuredBackfill {
  readonly reading: Asked;
  readonly writing: Asked;
  readonly contacts: number;
}

interface Extent {
  readonly orders: number;
  readonly people: number;
}

const STORES: readonly Store[] = [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }];
const KEY = { consumerKey: 'ck_local', consumerSecret: 'cs_local' };
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SYNC_BATCH = 10;

/**
 * Reads the past of a simulated shop into the emulated ledger and writes its contacts to the simulated Mautic, by the
 * real pipelines; nothing of what it measures depends on the machine.
 */
export async function measureBackfill({ orders, people }: Extent): Promise<MeasuredBackfill> {
  let now = Date.now() - orders * HOUR_MS;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const [emulators, mautic, shop] = await Promise.all([
    startEmulators(),
    startMeteredMautic(),
    startStoreSimulator({ clock }),
  ]);
  const { tableName } = await createResources(emulators.endpoints);
  const client = new DynamoDBClient(connection(emulators.endpoints.dynamodb));
  try {
    for (let order = 0; order < orders; order += 1) {
      place(shop.shop, order % people);
      now += HOUR_MS;
    }
    now += 48 * HOUR_MS;
    const meter = meterOf(client);
    const stop = watchIndex(meter);
    const parts = partsOf({ client, tableName, clock, shopUrl: shop.url, mauticUrl: mautic.url });
    const asked = (): Asked => ({
      reads: meter.reads,
      writes: meter.writes,
      calls: meter.calls,
      logBytes: parts.logBytes(),
      mauticMs: mautic.spent().ms,
    });
    await startBackfill({ registers: parts.ledger, clock }, 'demo');
    const before = asked();
    while ((await parts.step()) !== 'telling') await parts.backfill(() => 300_000);
    const read = asked();
    while ((await parts.step()) !== 'finished') {
      await parts.backfill(() => 300_000);
      await parts.work();
      now += MINUTE_MS;
    }
    stop();
    return { reading: between(before, read), writing: between(read, asked()), contacts: mautic.contacts() };
  } finally {
    client.destroy();
    await Promise.all([emulators.close(), mautic.close(), shop.close()]);
  }
}

function place(shop: Awaited<ReturnType<typeof startStoreSimulator>>['shop'], person: number): void {
  const name = String(person);
  shop.orders.place({
    status: 'completed',
    billing: {
      email: `person${name}@example.test`,
      first_name: 'Person',
      last_name: name,
      address_1: '1 High Street',
      city: 'Lyon',
      postcode: '69001',
      country: 'FR',
      phone: '+33 1 23 45 67 89',
    },
    lines: [{ name: 'Tea', sku: 'TEA', quantity: 2, price: '12.50' }],
  });
}

interface Places {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly clock: { readonly now: () => number; readonly sleep: (ms: number) => Promise<void> };
  readonly shopUrl: string;
  readonly mauticUrl: string;
}

function partsOf({ client, tableName, clock, shopUrl, mauticUrl }: Places) {
  const ledger = createLedger({ client, tableName });
  const stores = STORES.map((store) => ({ ...store, url: shopUrl }));
  let logBytes = 0;
  const note = (message: string, fields: object = {}) => {
    logBytes += Buffer.byteLength(JSON.stringify({ ...LOGGED, message, ...fields })) + 1;
  };
  const log = { info: note, warn: note, error: note };
  const shared = {
    clock,
    log,
    metrics: { count: () => undefined },
    holder: randomUUID(),
    claims: ledger,
    registers: ledger,
  };
  const ports = { things: ledger, contacts: ledger, ...shared };
  const rings: Ring[] = [];
  const doorbell = {
    ring: async (some: readonly Ring[]) => void rings.push(...some),
    depth: async () => rings.length,
  };
  const policy = DEFAULT_POLICY;
  const { client: mautic } = connectMautic({
    baseUrl: mauticUrl,
    credentials: { read: async () => ({ clientId: 'local', clientSecret: 'local-secret' }) },
    tokens: memoryTokens(),
    ...shared,
  });
  const sync = createSync({
    ...ports,
    ...createMauticPorts({ client: mautic, mode: 'create', lookAgain: async () => undefined, ...shared }),
    policy,
    currencies: new Map([['demo', 'EUR']]),
    since: createSince({ stores, policy, ...ports }),
    history: createHistory({ stores, ...shared }),
  });
  const sweep = createSweep({ ...ports, doorbell });
  return {
    ledger,
    logBytes: () => logBytes,
    backfill: createBackfill({
      ...ports,
      stores,
      sourceOf,
      survey: ledger,
      keys: { of: async () => KEY },
      storeApiOf: (store, key) => storeApiOf(store, key, { clock, randomId: randomUUID, sourceOf }),
      policy,
    }),
    /** The step, or `finished`. */
    step: async () => {
      const job = await readBackfill({ registers: ledger }, 'demo');
      return job?.state === 'finished' ? 'finished' : job?.step;
    },
    /** What sweep and sync do within a minute. */
    work: async () => {
      await sweep(() => 0);
      while (rings.length > 0)
        await sync(
          rings.splice(0, SYNC_BATCH).map((ring) => ({ ring, receives: 1 })),
          () => 170_000,
        );
    },
  };
}

/** What the logger adds to every line. */
const LOGGED = {
  level: 'INFO',
  timestamp: '2026-11-26T23:52:40.123Z',
  service: 'backfill',
  sampling_rate: 0,
  xray_trace_id: '1-692779d8-000000000000000000000000',
};

function between(before: Asked, after: Asked): Asked {
  return {
    reads: after.reads - before.reads,
    writes: after.writes - before.writes,
    calls: after.calls - before.calls,
    logBytes: after.logBytes - before.logBytes,
    mauticMs: after.mauticMs - before.mauticMs,
  };
}

function memoryTokens(): TokenStore {
  let token: StoredToken | undefined;
  return {
    read: async () => token,
    write: async (next) => {
      token = next;
    },
  };
}
