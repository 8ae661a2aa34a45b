import { DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { readDelivery, readRing } from '../../lib/aws/queues/messages.ts';
import type { Ring } from '../../lib/core/contact/contact.ts';
import { FORMAT_REGISTER, LEDGER_FORMAT } from '../../lib/core/ledger/format.ts';
import { DEFAULT_POLICY, type Policy } from '../../lib/core/policy/policy.ts';
import type { StoreApi } from '../../lib/core/stores/store-api.ts';
import { startEmulators } from '../../lib/local/aws/emulators.ts';
import { createRecord } from '../../lib/pipeline/record.ts';
import { createLedgerFormat, type LedgerFormat } from '../../lib/pipeline/registers/ledger-format.ts';
import { createSweep } from '../../lib/pipeline/sweep.ts';
import { createSync } from '../../lib/pipeline/sync.ts';
import { createTable, dynamoDBAt } from '../aws/support/table.ts';
import { recordingLog } from '../support/log.ts';
import type { MemoryMautic } from '../support/memory-mautic.ts';
import { NO_ITEMS } from '../support/no-items.ts';
import type { RawDelivery } from '../support/oracle.ts';
import { KNOWN_PAST } from '../support/past.ts';
import { shopsOf } from '../support/shops.ts';
import { sourceOf } from '../support/sources.ts';

/** Notes tell whether anything is done twice. */
const POLICY: Policy = { ...DEFAULT_POLICY, notes: ['processing', 'completed'] };
const STORES = [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }] as const;
const MINUTE = 60_000;

type Items = readonly Readonly<Record<string, unknown>>[];

interface How {
  readonly policy?: Policy;
  /** The shop `demo`, where something is done in it. */
  readonly shop?: StoreApi;
}

/** The pipelines of this version on a table of the emulated DynamoDB, and messages as texts, as queues keep them. */
export async function startBridge(mautic: MemoryMautic, items: Items = [], how: How = {}) {
  const emulators = await startEmulators();
  const client = dynamoDBAt(emulators.endpoints.dynamodb);
  const tableName = await createTable(client);
  const documents = DynamoDBDocumentClient.from(client);
  for (const Item of items) await documents.send(new PutCommand({ TableName: tableName, Item }));
  let now = Date.parse('2026-12-01T00:00:00Z');
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  let format: LedgerFormat | undefined;
  const ledger = createLedger({ client, tableName, clock, packing: () => format?.isPacking() ?? false });
  const rings: string[] = [];
  const doorbell = {
    ring: async (more: readonly Ring[]) => void rings.push(...more.map((ring) => JSON.stringify(ring))),
    depth: async () => rings.length,
  };
  const shared = {
    things: ledger,
    contacts: ledger,
    registers: ledger,
    doorbell,
    clock,
    log: recordingLog(),
    metrics: { count: () => undefined },
  };
  const bodies = { put: async () => undefined, get: async () => undefined };
  const record = createRecord({ ...shared, stores: STORES, sourceOf, bodies });
  const sync = createSync({
    ...shared,
    mautic,
    fields: mautic,
    tags: mautic.tags,
    notes: mautic.noteBook,
    emails: mautic.mailer,
    segments: mautic.lists,
    items: NO_ITEMS,
    policy: how.policy ?? POLICY,
    ...(how.shop && { shops: shopsOf({ api: how.shop, clock }) }),
    currencies: new Map([['demo', 'EUR']]),
    since: async () => new Map([['demo', 0]]),
    history: KNOWN_PAST,
  });
  const sweep = createSweep(shared);

  return {
    ledger,
    clock,
    /** This version came so long ago (ms). */
    upgraded: async (ago: number) => {
      now += ago;
      format = createLedgerFormat({ registers: ledger, clock, log: recordingLog() });
      const known = await ledger.read(FORMAT_REGISTER);
      const noted = { format: LEDGER_FORMAT, since: now - ago };
      await ledger.write(FORMAT_REGISTER, JSON.stringify(noted), known?.revision);
      await format.guard(async () => undefined)();
    },
    /** Rings that wait, as texts. */
    rings,
    record: async (messages: readonly string[]) => {
      const deliveries = messages.map((message) => readDelivery(message));
      const batch = deliveries.map((delivery) => {
        if (!delivery) throw new Error('a delivery has no known shape');
        return { delivery, redelivered: false };
      });
      if ((await record(batch)).size > 0) throw new Error('deliveries were not recorded');
    },
    sync: async (messages: readonly string[] = rings.splice(0)) => {
      const batch = messages.map((message) => {
        const ring = readRing(message);
        if (!ring) throw new Error('a ring has no known shape');
        return { ring, receives: 1 };
      });
      if ((await sync(batch, () => 100_000)).size > 0) throw new Error('contacts could not be worked on');
    },
    /** Lets time pass until nobody is behind or due. */
    settle: async function settle(this: { sync: () => Promise<void> }) {
      for (let round = 0; round < 60; round += 1) {
        while (rings.length > 0) await this.sync();
        now += MINUTE;
        if ((await sweep(() => 0)) === 0 && rings.length === 0 && round > 10) return;
      }
      throw new Error('it does not come to rest');
    },
    /** Everything that is in the table. */
    items: async (): Promise<Items> => {
      const found: Items[number][] = [];
      for await (const page of paginateScan({ client: documents }, { TableName: tableName }))
        found.push(...(page.Items ?? []));
      return found;
    },
    close: async () => {
      client.destroy();
      await emulators.close();
    },
  };
}

/** A delivery as `ingest` puts it into the queue. */
export function messageOf({ topic, webhookId, deliveryId, body }: RawDelivery): string {
  return JSON.stringify({
    schema: 1,
    store: 'demo',
    receivedAt: '2026-12-01T00:00:00.000Z',
    topic,
    webhookId,
    deliveryId,
    body: { in: 'message', base64: Buffer.from(body).toString('base64') },
  });
}
