import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsEnvironment, connection } from '../../lib/local/aws/connection.ts';
import { type Emulators, startEmulators } from '../../lib/local/aws/emulators.ts';
import { createResources, type Resources } from '../../lib/local/aws/resources.ts';
import { type Functions, loadFunctions } from '../../lib/local/bridge/functions.ts';
import { putSecrets, SECRET_IDS } from '../../lib/local/bridge/secrets.ts';
import { createContext } from '../../lib/local/gateway/lambda-context.ts';
import { createSqsEvent, isReceived, type ReceivedMessage } from '../../lib/local/gateway/sqs-event.ts';
import { type MauticSimulator, startMauticSimulator } from '../../lib/simulators/mautic/simulator.ts';
import { dynamoDBAt } from '../aws/support/table.ts';
import { type OrderChanges, orderBody } from '../pipeline/sync/support.ts';
import { metricsOf } from '../support/printed-metrics.ts';

const RIGHT = JSON.stringify({ clientId: 'local', clientSecret: 'local-secret' });
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:contacts.fifo';

let emulators: Emulators;
let resources: Resources;
let mautic: MauticSimulator;
let functions: Functions;
let sqs: SQSClient;
let secrets: SecretsManagerClient;
let seconds = 0;

beforeAll(async () => {
  emulators = await startEmulators();
  // None of the messages that a test takes comes back meanwhile.
  resources = await createResources(emulators.endpoints, { visibilityTimeoutSeconds: 3_600 });
  mautic = await startMauticSimulator();
  sqs = new SQSClient(connection(emulators.endpoints.sqs));
  secrets = new SecretsManagerClient(connection(emulators.endpoints.secretsManager));
  await putSecrets(emulators.endpoints.secretsManager, { stores: '{}', mautic: WRONG });
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

const WRONG = JSON.stringify({ clientId: 'local', clientSecret: 'wrong' });

/** Hands an order to the function that records it. */
async function record(changes: OrderChanges): Promise<void> {
  seconds += 1;
  const body = JSON.stringify(orderBody(changes, Date.parse('2026-12-01T12:00:00Z') + seconds * 1_000));
  const delivery = {
    schema: 1,
    store: 'demo',
    receivedAt: new Date().toISOString(),
    topic: 'order.updated',
    webhookId: '2',
    deliveryId: String(seconds),
    body: { in: 'message', base64: Buffer.from(body).toString('base64') },
  };
  const event = createSqsEvent([messageOf(JSON.stringify(delivery))], QUEUE_ARN);
  expect(await functions.record(event, createContext('record', 60_000))).toEqual({ batchItemFailures: [] });
}

function messageOf(body: string, receives = 1): ReceivedMessage {
  seconds += 1;
  return {
    MessageId: `message-${String(seconds)}`,
    ReceiptHandle: 'handle',
    Body: body,
    Attributes: { ApproximateReceiveCount: String(receives) },
  };
}

/** Takes the rings that wait in the queue. */
async function rings(): Promise<ReceivedMessage[]> {
  const received: ReceivedMessage[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: resources.contactsQueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return received;
    for (const message of Messages.filter(isReceived)) {
      received.push(message);
      await sqs.send(
        new DeleteMessageCommand({
          QueueUrl: resources.contactsQueueUrl,
          ReceiptHandle: message.ReceiptHandle,
        }),
      );
    }
  }
}

const Failures = v.object({ batchItemFailures: v.array(v.object({ itemIdentifier: v.string() })) });

/** Ids of the messages that must come again. */
async function sync(messages: readonly ReceivedMessage[], timeoutMs = 900_000): Promise<string[]> {
  const result = await functions.sync(createSqsEvent(messages, QUEUE_ARN), createContext('sync', timeoutMs));
  return v.parse(Failures, result).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

function renewToken() {
  return functions.renewToken(
    {} as Parameters<Functions['renewToken']>[0],
    createContext('renew-token', 60_000),
  );
}

function setSecret(value: string) {
  return secrets.send(new PutSecretValueCommand({ SecretId: SECRET_IDS.mautic, SecretString: value }));
}

function contact(email: string) {
  return mautic.contacts().find((one) => one.email === email);
}

function tokenRequests(): number {
  return mautic.counts.get('POST /oauth/v2/token') ?? 0;
}

describe('the functions behind the queue and the schedule', () => {
  it('stop asking for a token soon while the secret is wrong', async () => {
    for (const _run of [1, 2]) await renewToken();
    const asked = tokenRequests();

    await renewToken();

    expect(asked).toBeGreaterThan(0);
    expect(tokenRequests()).toBe(asked);
  });

  it('get a token as soon as the secret is right', async () => {
    await setSecret(RIGHT);

    await renewToken();
    const asked = tokenRequests();
    await renewToken();

    expect(
      mautic.requests.filter(({ path, status }) => path.endsWith('/token') && status === 200),
    ).toHaveLength(1);
    expect(tokenRequests()).toBe(asked);
  });

  it('bring an order to Mautic with that token', async () => {
    await record({ id: 1, email: 'anna@example.test', total: '57.17' });
    const asked = tokenRequests();

    const again = await sync(await rings());

    expect(again).toEqual([]);
    expect(contact('anna@example.test')).toMatchObject({
      fields: { firstname: 'Anna', mautic_woo_total_spent: 57.17, mautic_woo_order_count: 1 },
      tags: expect.arrayContaining(['status:processing', 'sku:tea']),
    });
    expect(tokenRequests()).toBe(asked);
  });

  it('bring ten contacts to Mautic in one call', async () => {
    const emails = Array.from({ length: 10 }, (_, n) => `c${String(n)}@example.test`);
    for (const [id, email] of emails.entries()) await record({ id: 100 + id, email });
    const before = mautic.counts.get('POST /api/contacts/batch/new') ?? 0;

    const again = await sync(await rings());

    expect(again).toEqual([]);
    expect(emails.map((email) => contact(email)?.fields.mautic_woo_order_count)).toEqual(emails.map(() => 1));
    expect(mautic.counts.get('POST /api/contacts/batch/new')).toBe(before + 1);
  });

  it('make no call for a message that comes again when all is done', async () => {
    await record({ id: 1, email: 'anna@example.test', status: 'completed', total: '57.17' });
    const messages = await rings();
    await sync(messages);
    const before = mautic.requests.length;

    const again = await sync(messages.map(({ Body = '' }) => messageOf(Body, 2)));

    expect(again).toEqual([]);
    expect(mautic.requests.length).toBe(before);
    expect(contact('anna@example.test')?.tags).toContain('status:completed');
  });

  it('store an amount below one, and blank it at zero', async () => {
    await record({ id: 1, email: 'anna@example.test', total: '57.17', refunds: ['-56.67'] });
    await sync(await rings());
    const half = contact('anna@example.test')?.fields.mautic_woo_total_spent;
    await record({ id: 1, email: 'anna@example.test', total: '57.17', refunds: ['-56.67', '-0.50'] });
    await sync(await rings());

    expect(half).toBe(0.5);
    expect(contact('anna@example.test')?.fields.mautic_woo_total_spent).toBeUndefined();
  });

  it('renew an expired token once for a whole batch', async () => {
    for (const id of [300, 301, 302]) await record({ id, email: `t${String(id)}@example.test` });
    mautic.faults.expireTokens();
    const asked = tokenRequests();

    const again = await sync(await rings());

    expect(again).toEqual([]);
    expect(tokenRequests()).toBe(asked + 1);
    expect(contact('t302@example.test')?.fields.firstname).toBe('Anna');
  });

  it('leave a contact to the sweep in the last twenty seconds, and the sweep rings for it', async () => {
    await record({ id: 400, email: 'late@example.test' });

    const again = await sync(await rings(), 15_000);

    expect(again).toEqual([]);
    expect(contact('late@example.test')).toBeUndefined();
    await functions.sweep({} as Parameters<Functions['sweep']>[0], createContext('sweep', 60_000));
    await sync(await rings());
    expect(contact('late@example.test')?.fields.firstname).toBe('Anna');
  });

  it('ask for a message of no known shape again and work on the others', async () => {
    await record({ id: 500, email: 'shape@example.test' });
    const [strange, broken] = [messageOf('{"hello":1}'), messageOf('not json')];

    const again = await sync([strange, ...(await rings()), broken]);

    expect(again).toEqual([strange.MessageId, broken.MessageId]);
    expect(contact('shape@example.test')?.fields.firstname).toBe('Anna');
  });

  it('ask for the message of a contact again whose profile cannot be read, and count it', async () => {
    const dynamodb = dynamoDBAt(emulators.endpoints.dynamodb);
    const profile = { pk: { S: 'CONTACT#spoilt' }, sk: { S: 'PROFILE' }, wanted: { S: 'a lot' } };
    await dynamodb.send(new PutItemCommand({ TableName: resources.tableName, Item: profile }));
    dynamodb.destroy();
    const message = messageOf('{"contact":"spoilt","wanted":1,"attempts":0}');
    const again: string[] = [];

    const metrics = await metricsOf(async () => again.push(...(await sync([message]))));

    expect(again).toEqual([message.MessageId]);
    expect(metrics).toMatchObject({ service: 'sync', ContactFailed: 1 });
  });

  it('acknowledge the message of a contact that Mautic cannot take now', async () => {
    mautic.faults.add({ match: (_method, path) => path.includes('/contacts/batch'), kind: 'html-503' });
    await record({ id: 600, email: 'wait@example.test' });

    const again = await sync(await rings());
    await functions.sweep({} as Parameters<Functions['sweep']>[0], createContext('sweep', 60_000));

    expect(again).toEqual([]);
    expect(contact('wait@example.test')).toBeUndefined();
    expect(await rings()).toEqual([]);
  });
});
