import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { isGone } from '../../lib/core/ledger/fold/order.ts';
import { provideEnvironment, REREAD } from '../../lib/environment.ts';
import { awsEnvironment } from '../../lib/local/aws/connection.ts';
import { type Emulators, startEmulators } from '../../lib/local/aws/emulators.ts';
import { createResources, type Resources } from '../../lib/local/aws/resources.ts';
import { putSecrets, SECRET_IDS } from '../../lib/local/bridge/secrets.ts';
import type { Handler } from '../../lib/local/gateway/invocation.ts';
import { createContext } from '../../lib/local/gateway/lambda-context.ts';
import { type StoreSimulator, startStoreSimulator } from '../../lib/simulators/woocommerce/simulator.ts';
import { orderRef } from '../contracts/samples.ts';
import { connect } from '../local/aws/connect.ts';

const SECRET = 'the-secret-of-the-bridge';
const BASE_URL = 'https://bridge.example.test';

let emulators: Emulators;
let resources: Resources;
let clients: ReturnType<typeof connect>;
let store: StoreSimulator;
let handler: Handler<unknown>;
/** The store's clock: a while behind ours, as if everything in it happened then. */
let now: number;

beforeAll(async () => {
  emulators = await startEmulators();
  resources = await createResources(emulators.endpoints);
  clients = connect(emulators.endpoints);
  now = Date.now() - 60_000;
  store = await startStoreSimulator({ clock: { now: () => now } });
  const keys = { consumerKey: 'ck_local', consumerSecret: 'cs_local' };
  const stores = JSON.stringify({ demo: { webhookSecret: SECRET }, silent: { webhookSecret: SECRET } });
  const storeKeys = JSON.stringify({ demo: keys });
  await putSecrets(emulators.endpoints.secretsManager, { stores, storeKeys, mautic: '{}' });
  provideEnvironment({
    ...awsEnvironment(emulators.endpoints),
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
    STORES: JSON.stringify([
      { id: 'silent', kind: 'woocommerce', currency: 'EUR' },
      { id: 'demo', kind: 'woocommerce', currency: 'EUR', url: store.url },
    ]),
    STORE_SECRETS_ID: SECRET_IDS.stores,
    STORE_KEYS_ID: SECRET_IDS.storeKeys,
    CONTACTS_QUEUE_URL: resources.contactsQueueUrl,
    TABLE_NAME: resources.tableName,
    WEBHOOK_BASE_URL: BASE_URL,
  });
  ({ handler } = await import('../../functions/reconcile.ts'));
});

afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await store.close();
  await emulators.close();
});

/** Runs the unchanged function as the schedule does. */
async function reconcile(): Promise<void> {
  await handler({}, createContext('reconcile', 900_000));
}

async function stored(id: number) {
  const ledger = createLedger({ client: clients.dynamodb, tableName: resources.tableName });
  const state = (await ledger.load([orderRef(id)])).get(`order/demo/${String(id)}`)?.state;
  return state?.type === 'order' ? state : undefined;
}

async function rings(): Promise<number> {
  const ask = new GetQueueAttributesCommand({
    QueueUrl: resources.contactsQueueUrl,
    AttributeNames: ['ApproximateNumberOfMessages'],
  });
  return Number((await clients.sqs.send(ask)).Attributes?.ApproximateNumberOfMessages);
}

test('reads a store over HTTP into DynamoDB, rings in SQS and makes the webhooks', async () => {
  const product = store.shop.products.create({ name: 'Engine', categories: ['engines'] });
  const id = store.shop.orders.place({
    billing: { email: 'ada@example.test' },
    lines: [{ productId: product }],
  });
  now += 10_000;

  await reconcile();

  expect(await stored(id)).toMatchObject({ data: { status: 'processing' }, email: 'ada@example.test' });
  expect(await rings()).toBe(1);
  const webhooks = store.shop.webhooks.all();
  expect(webhooks.length).toBeGreaterThan(5);
  for (const webhook of webhooks)
    expect(webhook).toMatchObject({ deliveryUrl: `${BASE_URL}/webhooks/demo`, secret: SECRET });
});

test('finds what changed since, the trash, and what was erased', async () => {
  const [trashed = 0, changed = 0, erased = 0] = ['ada', 'bea', 'cleo'].map((name) =>
    store.shop.orders.place({ billing: { email: `${name}@example.test` } }),
  );
  now += 10_000;
  await reconcile();
  store.shop.orders.trash(trashed);
  store.shop.orders.setStatus(changed, 'completed');
  store.shop.orders.erase(erased);
  now += 10_000;
  // The survey of the whole ledger was done a moment ago; nobody waits a week for a test.
  const ledger = createLedger({ client: clients.dynamodb, tableName: resources.tableName });
  const register = { of: { store: 'demo' }, name: 'ERASED' } as const;
  const round = JSON.stringify({ startedAt: 0, done: true });
  expect(await ledger.write(register, round, (await ledger.read(register))?.revision)).toBe(true);

  await reconcile();

  expect((await stored(changed))?.data?.status).toBe('completed');
  const [one, other] = [await stored(trashed), await stored(erased)];
  expect(one && isGone(one)).toBe(true);
  expect(other && isGone(other)).toBe(true);
  expect(other?.deleted).toEqual(['rest/erased']);
});

test('only reads again what differs when its other schedule starts it', async () => {
  const [id, unread] = ['typo', 'dora'].map((name) =>
    store.shop.orders.place({ billing: { email: `${name}@example.test` } }),
  );
  now += 10_000;
  await reconcile();
  const before = await stored(id ?? 0);
  const register = { of: { store: 'demo' }, name: 'REREAD' } as const;
  const ledger = createLedger({ client: clients.dynamodb, tableName: resources.tableName });
  const rereads = { orders: [{ id: String(id), noted: 0 }] };
  expect(await ledger.write(register, JSON.stringify(rereads), undefined)).toBe(true);
  store.shop.orders.setStatus(id ?? 0, 'completed');
  store.shop.orders.setStatus(unread ?? 0, 'completed');
  now += 10_000;

  await handler(REREAD, createContext('reconcile', 300_000));

  expect(before?.data?.status).toBe('processing');
  expect((await stored(id ?? 0))?.data?.status).toBe('completed');
  expect((await stored(unread ?? 0))?.data?.status).toBe('processing');
  expect((await ledger.read(register))?.text).toBe('{"orders":[]}');
});

test('reads around an order that the store cannot show, and takes it in when it can', async () => {
  const ids = ['eve', 'fay', 'gil'].map((name) =>
    store.shop.orders.place({ billing: { email: `${name}@example.test` } }),
  );
  const [before = 0, bad = 0, after = 0] = ids;
  store.shop.flaws.add('orders', bad, 'content');
  now += 10_000;

  await reconcile();

  expect((await stored(before))?.email).toBe('eve@example.test');
  expect((await stored(after))?.email).toBe('gil@example.test');
  expect(await stored(bad)).toBeUndefined();
  const ledger = createLedger({ client: clients.dynamodb, tableName: resources.tableName });
  const register = { of: { store: 'demo' }, name: 'LEFT-OUT' } as const;
  const found = await ledger.read(register);
  expect(JSON.parse(found?.text ?? '')).toMatchObject({ things: [{ kind: 'order', id: String(bad) }] });

  // Nobody waits an hour for a test.
  const tried = { things: [{ kind: 'order', id: String(bad), since: 0, triedAt: 0 }] };
  await ledger.write(register, JSON.stringify(tried), found?.revision);
  store.shop.flaws.remove('orders', bad);
  await reconcile();

  expect((await stored(bad))?.email).toBe('fay@example.test');
  expect((await ledger.read(register))?.text).toBe('{"things":[]}');
});
