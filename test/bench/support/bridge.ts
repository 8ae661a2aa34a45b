import { systemClock } from '../../../lib/aws/clock.ts';
import type { Delivery } from '../../../lib/core/ledger/delivery.ts';
import type { Policy } from '../../../lib/core/policy/policy.ts';
import type { Log, Metrics } from '../../../lib/core/ports/telemetry.ts';
import { createMemoryLedger, type MemoryLedger } from '../../../lib/local/memory/ledger.ts';
import { createMemoryBodies, createMemoryDoorbell } from '../../../lib/local/memory/queue.ts';
import { createRecord } from '../../../lib/pipeline/record.ts';
import { createHistory } from '../../../lib/pipeline/registers/history.ts';
import type { SyncParts } from '../../../lib/pipeline/sync/parts.ts';
import { createSync } from '../../../lib/pipeline/sync.ts';
import { sourceOf } from '../../support/sources.ts';
import { STORE } from './environment.ts';
import type { ShopDelivery } from './shop.ts';
import { chunks } from './statistics.ts';

/** What sync speaks to. */
export type MauticParts = Pick<
  SyncParts,
  'mautic' | 'fields' | 'tags' | 'notes' | 'emails' | 'segments' | 'items'
>;

/** The real pipelines on the memory ledger. */
export interface Bridge {
  readonly ledger: MemoryLedger;
  /** Takes in deliveries as the queue would hand them over. */
  record(deliveries: readonly Delivery[]): Promise<void>;
  /** Works off all that was rung for, a batch at a time; how many contacts that were. */
  sync(): Promise<number>;
  /** @throws Error when a contact was left behind: then not all the work was measured. */
  assertInStep(): Promise<void>;
}

/** As the stack feeds them. */
const RECORD_BATCH = 100;
const SYNC_BATCH = 10;

export const QUIET: { readonly log: Log; readonly metrics: Metrics } = {
  log: { info() {}, warn: complain, error: complain },
  metrics: { count() {} },
};

export interface BridgeSettings {
  readonly mautic: MauticParts;
  readonly policy: Policy;
  readonly ledger?: MemoryLedger;
}

/** One shop, nothing known of it yet. */
export function createBridge({ mautic, policy, ledger = createMemoryLedger() }: BridgeSettings): Bridge {
  const clock = systemClock;
  const doorbell = createMemoryDoorbell(clock);
  const shared = { things: ledger, contacts: ledger, registers: ledger, clock, ...QUIET };
  const bodies = createMemoryBodies();
  const record = createRecord({ ...shared, stores: [STORE], sourceOf, doorbell, bodies });
  const sync = createSync({
    ...shared,
    ...mautic,
    policy,
    currencies: new Map([[STORE.id, STORE.currency]]),
    since: async () => new Map([[STORE.id, 0]]),
    history: createHistory({ stores: [STORE], registers: ledger, clock, log: QUIET.log }),
  });
  return {
    ledger,
    record: async (deliveries) => {
      for (const batch of chunks(deliveries, RECORD_BATCH)) {
        const again = await record(batch.map((delivery) => ({ delivery, redelivered: false })));
        if (again.size > 0) throw new Error('deliveries were not recorded');
      }
    },
    sync: async () => {
      const rings = doorbell.take();
      for (const batch of chunks(rings, SYNC_BATCH)) {
        const again = await sync(
          batch.map((ring) => ({ ring, receives: 1 })),
          () => 100_000,
        );
        if (again.size > 0) throw new Error('contacts were not synchronised');
      }
      return rings.length;
    },
    assertInStep: async () => {
      const behind = await ledger.due('live', Number.POSITIVE_INFINITY, 1);
      if (behind.length > 0) throw new Error('a contact was left behind');
    },
  };
}

/** The delivery as `ingest` puts it into the queue. */
export function queued({ topic, headers, body, receivedAt }: ShopDelivery): Delivery {
  return {
    schema: 1,
    store: STORE.id,
    receivedAt: new Date(receivedAt).toISOString(),
    topic,
    webhookId: headers['x-wc-webhook-id'] ?? '',
    deliveryId: headers['x-wc-webhook-delivery-id'] ?? '',
    body: { in: 'message', base64: Buffer.from(body).toString('base64') },
  };
}

/** Some addresses of the recordings cannot be contacts, and the bridge says so; anything worse ends the bench. */
function complain(message: string, _fields?: unknown, cause?: unknown): void {
  if (cause !== undefined) throw new Error(`the bridge complained: ${message}`, { cause });
}
