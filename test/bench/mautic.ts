import { randomUUID } from 'node:crypto';
import { systemClock as clock } from '../../lib/aws/clock.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/core/policy/policy.ts';
import { createMemoryClaims } from '../../lib/local/memory/claims.ts';
import { createMemoryRegisters } from '../../lib/local/memory/registers.ts';
import type { StoredToken } from '../../lib/mautic/auth/authorization.ts';
import { connectMautic } from '../../lib/mautic/connect.ts';
import { createMauticPorts } from '../../lib/mautic/ports.ts';
import { createLookAgain } from '../../lib/pipeline/policy/look-again.ts';
import { syncAsPlugin } from './baselines/plugin.ts';
import type { Figure, Section } from './report.ts';
import { type Bridge, createBridge, type MauticParts, QUIET, queued } from './support/bridge.ts';
import { type MeteredMautic, type Spent, startMeteredMautic } from './support/metered-mautic.ts';
import { inCopy, ORDERS_AND_CUSTOMERS, PRODUCTS, type ShopDelivery } from './support/shop.ts';

const LIMITS = { calls: 1 / 5, tenWaiting: 1 / 4, bursts: 1 / 8 } as const;

/** Shops that get the same delivery at the same time: so many contacts wait when sync is woken. */
const TOGETHER = 10;
const SHOPS = 2 * TOGETHER;
const MINUTE_MS = 60_000;

/** A note for every status an order is seen in, as often as anybody could want. */
const POLICY: Policy = {
  ...DEFAULT_POLICY,
  notes: ['pending', 'on-hold', 'processing', 'completed', 'failed', 'cancelled', 'refunded'],
};

/** Deliveries that reach the bridge before sync looks. */
type Burst = readonly ShopDelivery[];

/** What Mautic has to do for the same deliveries, by the bridge and by the plugin's sequence. */
export async function benchMautic(): Promise<Section> {
  const baseline = await measurePlugin();
  const tenWaiting = await measureBridge(eachAlone());
  const bursts = await measureBridge(byMinute());
  const deliveries = SHOPS * ORDERS_AND_CUSTOMERS.length;
  const figures = (name: string, spent: Spent, timeLimit: number): readonly Figure[] => [
    {
      name: `${name}: calls per delivery`,
      unit: 'calls',
      value: spent.calls / deliveries,
      baseline: baseline.calls / deliveries,
      limit: LIMITS.calls,
    },
    {
      name: `${name}: Mautic's time per delivery`,
      unit: 'ms',
      value: spent.ms / deliveries,
      baseline: baseline.ms / deliveries,
      limit: timeLimit,
    },
  ];
  return {
    title: "Mautic: calls and Mautic's own time",
    notes: [
      `All ${String(ORDERS_AND_CUSTOMERS.length)} recorded order and customer deliveries, repeats included, of ${String(SHOPS)} shops; installation (token, fields, tags) included.`,
      'Baseline: test/bench/baselines/plugin.ts, per delivery search, create or edit, and a note per order sync; the bridge adds a note per order and status.',
      'Time is the sum of what each call was measured to take on a Mautic 5.2 (support/mautic-time.ts).',
      `Ten waiting: ${String(TOGETHER)} contacts get the same delivery, and sync runs after every single one. Bursts: what the store sends within a minute arrives together, so an order's life is one or two of them.`,
    ],
    figures: [
      ...figures('ten waiting', tenWaiting, LIMITS.tenWaiting),
      ...figures('bursts', bursts, LIMITS.bursts),
    ],
  };
}

/** Every delivery by itself, in ten shops at once. */
function eachAlone(): readonly Burst[] {
  return groupsOfShops().flatMap((shops) =>
    ORDERS_AND_CUSTOMERS.map((delivery) => shops.map((shop) => inCopy(delivery, shop))),
  );
}

/** WooCommerce's queue runs once a minute and sends all it has. */
function byMinute(): readonly Burst[] {
  const minutes = Map.groupBy(ORDERS_AND_CUSTOMERS, ({ receivedAt }) => Math.floor(receivedAt / MINUTE_MS));
  return groupsOfShops().flatMap((shops) =>
    [...minutes.values()].map((burst) =>
      shops.flatMap((shop) => burst.map((delivery) => inCopy(delivery, shop))),
    ),
  );
}

function groupsOfShops(): readonly (readonly number[])[] {
  return Array.from({ length: SHOPS / TOGETHER }, (_, group) =>
    Array.from({ length: TOGETHER }, (_shop, index) => group * TOGETHER + index),
  );
}

async function measurePlugin(): Promise<Spent> {
  const mautic = await startMeteredMautic();
  try {
    await syncAsPlugin(mautic.url, eachAlone().flat());
    return mautic.spent();
  } finally {
    await mautic.close();
  }
}

async function measureBridge(bursts: readonly Burst[]): Promise<Spent> {
  const mautic = await startMeteredMautic();
  try {
    await playIntoBridge(mautic, bursts);
    return mautic.spent();
  } finally {
    await mautic.close();
  }
}

/** The bridge on a Mautic, with a note for every status. @throws Error when a contact is left behind. */
export async function playIntoBridge(mautic: MeteredMautic, bursts: readonly Burst[]): Promise<void> {
  const bridge = createBridge({ mautic: partsOf(mautic), policy: POLICY });
  await play(bridge, [PRODUCTS, ...bursts]);
  await bridge.assertInStep();
}

async function play(bridge: Bridge, bursts: readonly Burst[]): Promise<void> {
  for (const burst of bursts) {
    await bridge.record(burst.map(queued));
    await bridge.sync();
  }
}

/** The client that the functions use, with its secrets in memory. */
function partsOf({ url }: MeteredMautic): MauticParts {
  let stored: StoredToken | undefined;
  const shared = { claims: createMemoryClaims(), clock, holder: randomUUID(), ...QUIET };
  const mautic = connectMautic({
    baseUrl: url,
    credentials: { read: async () => ({ clientId: 'local', clientSecret: 'local-secret' }) },
    tokens: {
      read: async () => stored,
      write: async (token) => {
        stored = token;
      },
    },
    ...shared,
  });
  const registers = createMemoryRegisters();
  const lookAgain = createLookAgain({ registers, clock });
  return createMauticPorts({ ...mautic, mode: 'create', registers, lookAgain, ...shared });
}
