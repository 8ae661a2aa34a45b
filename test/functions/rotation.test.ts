import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { awsEnvironment, connection } from '../../lib/local/aws/connection.ts';
import { type Emulators, startEmulators } from '../../lib/local/aws/emulators.ts';
import { createResources, type Resources } from '../../lib/local/aws/resources.ts';
import { type Functions, loadFunctions } from '../../lib/local/bridge/functions.ts';
import { putSecrets, SECRET_IDS } from '../../lib/local/bridge/secrets.ts';
import { createContext } from '../../lib/local/gateway/lambda-context.ts';
import { createSqsEvent, isReceived, type ReceivedMessage } from '../../lib/local/gateway/sqs-event.ts';
import { type MauticSimulator, startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { dynamoDBAt } from '../aws/support/table.ts';
import { orderRef } from '../contracts/samples.ts';
import { orderBody } from '../pipeline/sync/support.ts';
import { recordedDelivery, sign } from '../support/woocommerce.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const [OLD, NEW] = ['the old webhook secret', 'the new webhook secret'];

let emulators: Emulators;
let resources: Resources;
let mautic: MauticSimulator;
let functions: Functions;
let sqs: SQSClient;
let secrets: SecretsManagerClient;
let lastId = 0;
/** Whom Mautic knows; people change it. */
const clients = [{ id: 'local', secret: 'first' }];

beforeAll(async () => {
  emulators = await startEmulators();
  resources = await createResources(emulators.endpoints);
  mautic = await startMauticSimulator({ clients });
  sqs = new SQSClient(connection(emulators.endpoints.sqs));
  secrets = new SecretsManagerClient(connection(emulators.endpoints.secretsManager));
  await putSecrets(emulators.endpoints.secretsManager, {
    stores: signedWith({ webhookSecret: OLD }),
    mautic: JSON.stringify({ clientId: 'local', clientSecret: 'first' }),
  });
  functions = await loadFunctions({
    ...awsEnvironment(emulators.endpoints),
    STORES: JSON.stringify([{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }]),
    STORE_SECRETS_ID: SECRET_IDS.stores,
    STORE_KEYS_ID: SECRET_IDS.storeKeys,
    DELIVERIES_QUEUE_URL: resources.deliveriesQueueUrl,
    CONTACTS_QUEUE_URL: resources.contactsQueueUrl,
    BODIES_BUCKET: resources.bodiesBucket,
    TABLE_NAME: resources.tableName,
    MAUTIC_BASE_URL: mautic.url,
    MAUTIC_SECRET_ID: SECRET_IDS.mautic,
    MAUTIC_TOKEN_SECRET_ID: SECRET_IDS.token,
  });
});

afterAll(async () => {
  sqs.destroy();
  secrets.destroy();
  await mautic.close();
  await emulators.close();
});

/** Later than any copy that a test before has left in memory. */
beforeEach(() => letPass(10 * MINUTE));

afterEach(async () => {
  await put(SECRET_IDS.stores, signedWith({ webhookSecret: OLD }));
});

afterAll(() => void vi.useRealTimers());

function letPass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

function signedWith(demo: { webhookSecret: string; previousWebhookSecret?: string }): string {
  return JSON.stringify({ demo });
}

async function put(SecretId: string, SecretString: string): Promise<void> {
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
}

/** Delivers a new order as the shop does, signed with this secret; the status and the id of the order. */
async function deliver(secret: string, email?: string): Promise<{ status: number | undefined; id: number }> {
  lastId += 1;
  const id = lastId;
  const body = JSON.stringify(orderBody({ id, email: email ?? `o${String(id)}@example.test` }, Date.now()));
  const headers = { ...recordedDelivery('0057').headers, 'x-wc-webhook-signature': sign(body, secret) };
  const event = { headers, pathParameters: { store: 'demo' }, body, isBase64Encoded: false };
  const answer = (await functions.ingest(
    event as unknown as APIGatewayProxyEventV2,
    createContext('ingest', 10_000),
  )) as APIGatewayProxyStructuredResultV2;
  return { status: answer.statusCode, id };
}

/** Many at the same time, signed with each of the secrets in turn. */
function deliverMany(count: number, ...signing: readonly string[]) {
  return Promise.all(Array.from({ length: count }, (_, n) => deliver(signing[n % signing.length] ?? '')));
}

async function takeAll(QueueUrl: string): Promise<ReceivedMessage[]> {
  const taken: ReceivedMessage[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
    );
    if (Messages.length === 0) return taken;
    for (const message of Messages.filter(isReceived)) {
      taken.push(message);
      const { ReceiptHandle } = message;
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

async function record(): Promise<void> {
  const event = createSqsEvent(await takeAll(resources.deliveriesQueueUrl), 'arn:aws:sqs:us-east-1:0:d');
  expect(await functions.record(event, createContext('record', 60_000))).toEqual({ batchItemFailures: [] });
}

async function sync(): Promise<void> {
  const event = createSqsEvent(await takeAll(resources.contactsQueueUrl), 'arn:aws:sqs:us-east-1:0:c');
  expect(await functions.sync(event, createContext('sync', 900_000))).toEqual({ batchItemFailures: [] });
}

/** As the schedules do it. */
async function minutes(count: number): Promise<void> {
  for (let minute = 1; minute <= count; minute += 1) {
    letPass(MINUTE);
    if (minute % 15 === 0)
      await functions.renewToken(
        {} as Parameters<Functions['renewToken']>[0],
        createContext('renew-token', 60_000),
      );
    await functions.sweep({} as Parameters<Functions['sweep']>[0], createContext('sweep', 60_000));
    await sync();
  }
}

async function missing(delivered: readonly { readonly id: number }[]): Promise<readonly number[]> {
  const client = dynamoDBAt(emulators.endpoints.dynamodb);
  const ledger = createLedger({ client, tableName: resources.tableName });
  const held = await ledger.load(delivered.map(({ id }) => orderRef(id)));
  client.destroy();
  return delivered.map(({ id }) => id).filter((id) => !held.has(`order/demo/${String(id)}`));
}

function statuses(delivered: readonly { readonly status: number | undefined }[]): ReadonlySet<unknown> {
  return new Set(delivered.map(({ status }) => status));
}

describe('a webhook secret that is rotated as the runbook says, while deliveries keep coming', () => {
  it('costs none of them: all are answered 200 and recorded', async () => {
    const delivered = await deliverMany(20, OLD);

    // First the bridge: the new one, and the old one beside it.
    await put(SECRET_IDS.stores, signedWith({ webhookSecret: NEW, previousWebhookSecret: OLD }));
    for (let step = 0; step < 7; step += 1) {
      delivered.push(...(await deliverMany(4, OLD)));
      letPass(5 * SECOND);
    }
    // Then the shop, whose queue holds deliveries that were signed before.
    for (let step = 0; step < 12; step += 1) {
      delivered.push(...(await deliverMany(4, NEW, OLD)));
      letPass(30 * SECOND);
    }
    // Last, the old one goes.
    await put(SECRET_IDS.stores, signedWith({ webhookSecret: NEW }));
    for (let step = 0; step < 12; step += 1) {
      delivered.push(...(await deliverMany(4, NEW)));
      letPass(30 * SECOND);
    }
    await record();

    expect([...statuses(delivered)]).toEqual([200]);
    expect(await missing(delivered)).toEqual([]);
  });

  it('costs none either in an instance that starts in the middle of it, or remembers the old one', async () => {
    await deliver(OLD);
    await put(SECRET_IDS.stores, signedWith({ webhookSecret: NEW, previousWebhookSecret: OLD }));
    // The copy in memory serves for a quarter of an hour, but not for what it cannot verify.
    letPass(31 * SECOND);

    const delivered = await deliverMany(20, NEW, OLD);
    await record();

    expect([...statuses(delivered)]).toEqual([200]);
    expect(await missing(delivered)).toEqual([]);
  });

  it('refuses the old one once it is gone for a quarter of an hour, and nothing signed so is recorded', async () => {
    await deliver(OLD);
    await put(SECRET_IDS.stores, signedWith({ webhookSecret: NEW }));
    letPass(15 * MINUTE);

    const refused = await deliverMany(4, OLD);
    await record();

    expect([...statuses(refused)]).toEqual([401]);
    expect(await missing(refused)).toHaveLength(4);
  });

  // A store never sends a delivery again, so a refused one is lost until somebody saves the order.
  it('costs none when the shop changes within seconds of the bridge', async () => {
    await deliver(OLD);
    letPass(5 * SECOND);
    await put(SECRET_IDS.stores, signedWith({ webhookSecret: NEW, previousWebhookSecret: OLD }));
    letPass(5 * SECOND);

    const delivered = await deliverMany(4, NEW, OLD);

    expect([...statuses(delivered)]).toEqual([200]);
  });
});

describe('the credentials of Mautic that are rotated while orders keep coming', () => {
  const mauticSecret = (clientSecret: string) => JSON.stringify({ clientId: 'local', clientSecret });

  function known(email: string): boolean {
    return mautic.contacts().some((contact) => contact.email === email);
  }

  beforeEach(async () => {
    clients.splice(0, clients.length, { id: 'local', secret: 'first' });
    await put(SECRET_IDS.mautic, mauticSecret('first'));
    await minutes(15);
    // A token that is refused within five minutes of its renewal is taken for a refusal of the credentials.
    letPass(6 * MINUTE);
  });

  it('in Mautic first: orders wait while it refuses, and all are written once the secret is corrected', async () => {
    clients.splice(0, 1, { id: 'local', secret: 'second' });
    mautic.faults.expireTokens('access');
    const during = ['one@example.test', 'two@example.test', 'three@example.test'];
    for (const email of during) {
      expect((await deliver(OLD, email)).status).toBe(200);
      await record();
      await sync();
      await minutes(5);
    }
    const asked = mautic.counts.get('POST /oauth/v2/token') ?? 0;
    await minutes(10);
    // Refused for good: it is tried again by the schedule alone.
    expect((mautic.counts.get('POST /oauth/v2/token') ?? 0) - asked).toBeLessThanOrEqual(1);
    expect(during.map(known)).toEqual([false, false, false]);

    await put(SECRET_IDS.mautic, mauticSecret('second'));
    await minutes(30);

    expect(during.map(known)).toEqual([true, true, true]);
  });

  it('in the secret first: the token at hand serves on, and nothing waits once Mautic follows', async () => {
    await put(SECRET_IDS.mautic, mauticSecret('second'));
    await deliver(OLD, 'early@example.test');
    await record();
    await sync();
    expect(known('early@example.test')).toBe(true);

    clients.splice(0, 1, { id: 'local', secret: 'second' });
    mautic.faults.expireTokens('access');
    await deliver(OLD, 'late@example.test');
    await record();
    await sync();

    expect(known('late@example.test')).toBe(true);
  });

  it('right after a renewal: the stop is lifted by the schedule, and the order is written', async () => {
    await minutes(15);
    await put(SECRET_IDS.mautic, mauticSecret('second'));
    clients.splice(0, 1, { id: 'local', secret: 'second' });
    mautic.faults.expireTokens('access');
    await deliver(OLD, 'unlucky@example.test');
    await record();
    await sync();

    await minutes(20);

    expect(known('unlucky@example.test')).toBe(true);
  });

  it('by a client that has another name, beside the old one', async () => {
    clients.push({ id: 'other', secret: 'second' });
    await put(SECRET_IDS.mautic, JSON.stringify({ clientId: 'other', clientSecret: 'second' }));
    clients.splice(0, 1);
    mautic.faults.expireTokens('access');
    await deliver(OLD, 'named@example.test');
    await record();
    await sync();

    expect(known('named@example.test')).toBe(true);
  });
});
