import { execFile } from 'node:child_process';
import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { webhookDoor } from '../../lib/aws/doors/http-door.ts';
import { queueDoor } from '../../lib/aws/doors/queue-door.ts';
import { scheduledDoor } from '../../lib/aws/doors/scheduled-door.ts';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { readDelivery, readRing } from '../../lib/aws/queues/messages.ts';
import type { Ring } from '../../lib/core/contact/contact.ts';
import { type ContactKey, normaliseEmail } from '../../lib/core/ledger/email.ts';
import { provideEnvironment } from '../../lib/environment.ts';
import { awsEnvironment } from '../../lib/local/aws/connection.ts';
import { type Emulators, startEmulators } from '../../lib/local/aws/emulators.ts';
import { createResources, type Resources } from '../../lib/local/aws/resources.ts';
import { putSecrets } from '../../lib/local/bridge/secrets.ts';
import type { Handler } from '../../lib/local/gateway/invocation.ts';
import { createContext } from '../../lib/local/gateway/lambda-context.ts';
import { createSqsEvent, isReceived, type ReceivedMessage } from '../../lib/local/gateway/sqs-event.ts';
import { orderRef, productState } from '../contracts/samples.ts';
import { connect } from '../local/aws/connect.ts';
import { keepPrinted } from '../logged/tap.ts';
import { recordingLog } from '../support/log.ts';
import { metricsOf } from '../support/printed-metrics.ts';
import {
  arrivalWith,
  bodyOf,
  RECORDED_SECRET,
  type Recording,
  recordedDelivery,
  sign,
} from '../support/woocommerce.ts';

const STORES = [
  { id: 'demo', kind: 'woocommerce', currency: 'EUR' },
  { id: 'shop', kind: 'woocommerce', currency: 'EUR', url: 'https://shop.example' },
];
const HELENE = contact('helene@example.test');

let emulators: Emulators;
let resources: Resources;
let clients: ReturnType<typeof connect>;
let ledger: ReturnType<typeof createLedger>;
let handlers: {
  ingest: Handler<APIGatewayProxyEventV2>;
  record: Handler<SQSEvent>;
  sweep: () => Promise<void>;
};

beforeAll(async () => {
  emulators = await startEmulators();
  // None of the messages that a test takes comes back meanwhile.
  resources = await createResources(emulators.endpoints, { visibilityTimeoutSeconds: 3_600 });
  clients = connect(emulators.endpoints);
  ledger = createLedger({ client: clients.dynamodb, tableName: resources.tableName });
  await putSecrets(emulators.endpoints.secretsManager, { stores: secretText(RECORDED_SECRET), mautic: '{}' });
  provideEnvironment({
    ...awsEnvironment(emulators.endpoints),
    STORES: JSON.stringify(STORES),
    STORE_SECRETS_ID: 'stores',
    DELIVERIES_QUEUE_URL: resources.deliveriesQueueUrl,
    CONTACTS_QUEUE_URL: resources.contactsQueueUrl,
    BODIES_BUCKET: resources.bodiesBucket,
    TABLE_NAME: resources.tableName,
  });
  const [ingest, record, sweep] = await Promise.all([
    import('../../functions/ingest.ts'),
    import('../../functions/record.ts'),
    import('../../functions/sweep.ts'),
  ]);
  handlers = {
    ingest: ingest.handler as Handler<APIGatewayProxyEventV2>,
    record: record.handler,
    sweep: sweep.handler,
  };
});

afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await emulators.close();
});

beforeEach(async () => {
  await takeAll(resources.deliveriesQueueUrl);
  await takeAll(resources.contactsQueueUrl);
});

function contact(email: string): ContactKey {
  const address = normaliseEmail(email);
  if (!address.usable) throw new Error('not usable');
  return address.key;
}

function secretText(webhookSecret: string, previousWebhookSecret?: string): string {
  return JSON.stringify({ demo: { webhookSecret, previousWebhookSecret }, shop: { webhookSecret } });
}

/** Takes all messages that wait for delivery. */
async function takeAll(QueueUrl: string): Promise<ReceivedMessage[]> {
  const taken: ReceivedMessage[] = [];
  for (;;) {
    const receive = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
    });
    const messages = ((await clients.sqs.send(receive)).Messages ?? []).filter(isReceived);
    if (messages.length === 0) return taken;
    for (const { ReceiptHandle } of messages) {
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    taken.push(...messages);
  }
}

async function takeRings(): Promise<readonly Ring[]> {
  return (await takeAll(resources.contactsQueueUrl)).flatMap(({ Body = '' }) => readRing(Body) ?? []);
}

interface Posted {
  readonly store?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly base64?: boolean;
}

/** Calls `ingest` as API Gateway does. */
async function post({ store = 'demo', headers, body, base64 = false }: Posted) {
  const event = {
    version: '2.0',
    routeKey: 'POST /webhooks/{store+}',
    rawPath: `/webhooks/${store}`,
    rawQueryString: '',
    headers,
    pathParameters: { store },
    body: Buffer.from(body).toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
  } as unknown as APIGatewayProxyEventV2;
  const answer = await handlers.ingest(event, createContext('ingest', 10_000));
  return answer as APIGatewayProxyStructuredResultV2;
}

function postRecording({ headers, body }: Recording) {
  return post({ headers, body });
}

function postSigned(body: string | Uint8Array, base64 = false) {
  const headers = { ...recordedDelivery('0057').headers, 'x-wc-webhook-signature': sign(body) };
  return post({ headers, body, base64 });
}

/** Calls `record` with messages as SQS would; the ids of those that must come again. */
async function record(messages: readonly ReceivedMessage[]): Promise<readonly string[]> {
  const event = createSqsEvent(messages, 'arn:aws:sqs:us-east-1:000000000000:deliveries');
  const answer = await handlers.record(event, createContext('record', 30_000));
  const { batchItemFailures } = answer as { batchItemFailures: { itemIdentifier: string }[] };
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

/** Puts texts into the deliveries queue and takes them out again. */
async function queued(...texts: readonly string[]): Promise<ReceivedMessage[]> {
  for (const MessageBody of texts) {
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: resources.deliveriesQueueUrl, MessageBody }));
  }
  return takeAll(resources.deliveriesQueueUrl);
}

function deliveryText(topic: string, content: unknown): string {
  const { body, ...arrival } = arrivalWith(topic, content);
  return JSON.stringify({
    ...arrival,
    body: { in: 'message', base64: Buffer.from(body).toString('base64') },
  });
}

async function storedOrder(id: number) {
  const entries = await ledger.load([orderRef(id)]);
  const state = entries.get(`order/demo/${String(id)}`)?.state;
  return state?.type === 'order' ? state : undefined;
}

async function putSecret(client: SecretsManagerClient, SecretString: string): Promise<void> {
  await client.send(new PutSecretValueCommand({ SecretId: 'stores', SecretString }));
}

describe('ingest', () => {
  test('says 200, in JSON, once the delivery is in SQS', async () => {
    const recording = recordedDelivery('0057');

    const answer = await postRecording(recording);

    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"accepted"}',
    });
    const [message] = await takeAll(resources.deliveriesQueueUrl);
    expect(readDelivery(message?.Body ?? '')).toMatchObject({
      store: 'demo',
      topic: 'order.created',
      webhookId: '1',
      deliveryId: recording.headers['x-wc-webhook-delivery-id'],
      body: { in: 'message', base64: Buffer.from(recording.body).toString('base64') },
    });
  });

  test('decodes a body before it verifies it', async () => {
    const bytes = Buffer.from([0x7b, 0x00, 0xff, 0xfe, 0xc3, 0x28, 0x7d]);

    expect((await postSigned(bytes, true)).statusCode).toBe(200);

    const [message] = await takeAll(resources.deliveriesQueueUrl);
    expect(readDelivery(message?.Body ?? '')?.body).toEqual({
      in: 'message',
      base64: bytes.toString('base64'),
    });
  });

  test('verifies text as the bytes it was sent in', async () => {
    expect((await postSigned('{"id":1,"name":"Thé 緑茶 😀"}')).statusCode).toBe(200);
  });

  test.each([false, true])('answers a PING with 200 (base64: %s) and queues nothing', async (base64) => {
    const { headers, body } = recordedDelivery('0001');

    const answer = await post({ headers, body, base64 });

    expect([answer.statusCode, answer.body]).toEqual([200, '{"message":"pong"}']);
    expect(await takeAll(resources.deliveriesQueueUrl)).toEqual([]);
  });

  test.each([
    [404, { store: 'nobody' }],
    [401, { headers: { 'x-wc-webhook-signature': 'forged' } }],
    [401, { headers: {} }],
    [413, { body: Buffer.alloc(4 * 1024 * 1024 + 1, 32) }],
  ])('answers %i with a message in JSON and queues nothing', async (status, change) => {
    const { headers, body } = recordedDelivery('0057');

    const answer = await post({ headers, body, ...change });

    expect(answer.statusCode).toBe(status);
    expect(JSON.parse(answer.body ?? '')).toEqual({ message: expect.stringMatching(/\w{3}/) });
    expect(await takeAll(resources.deliveriesQueueUrl)).toEqual([]);
  });

  test('drops what comes from another address than the configured one with 200', async () => {
    const { headers, body } = recordedDelivery('0057');

    const answer = await post({ store: 'shop', headers, body });

    expect(answer.statusCode).toBe(200);
    expect(await takeAll(resources.deliveriesQueueUrl)).toEqual([]);
  });

  test('answers without a body, and without a store in the path', async () => {
    const answer = await handlers.ingest(
      { headers: {}, isBase64Encoded: false } as unknown as APIGatewayProxyEventV2,
      createContext('ingest', 10_000),
    );

    expect(answer).toMatchObject({ statusCode: 404 });
  });

  test('learns of a changed secret without a restart', async () => {
    await postRecording(recordedDelivery('0057'));
    const headers = {
      ...recordedDelivery('0057').headers,
      'x-wc-webhook-signature': sign('{"id":1}', 'new'),
    };
    // The copy in memory may be used while it is younger than half a minute.
    vi.setSystemTime(Date.now() + 31_000);
    try {
      await putSecret(clients.secrets, secretText('new', RECORDED_SECRET));

      expect((await post({ headers, body: '{"id":1}' })).statusCode).toBe(200);
      expect((await postRecording(recordedDelivery('0057'))).statusCode).toBe(200);
    } finally {
      vi.useRealTimers();
      await putSecret(clients.secrets, secretText(RECORDED_SECRET));
    }
  });
});

describe('from ingest to the ledger', () => {
  const strange = '\u007f\u0085\u00ad\u200b\ufffe\uffff \u0001 x';

  test('characters that a queue refuses come through', async () => {
    const billing = { ...(bodyOf('0057')['billing'] as object), first_name: strange };
    const body = JSON.stringify({ ...bodyOf('0057'), id: 501, billing });

    expect((await postSigned(body)).statusCode).toBe(200);
    expect(await record(await takeAll(resources.deliveriesQueueUrl))).toEqual([]);

    expect((await storedOrder(501))?.data?.identity.firstName).toBe(strange);
    expect(await takeRings()).toEqual([{ contact: HELENE, wanted: 1, attempts: 0 }]);
  });

  test('a body of 3 MB comes through, by way of the bucket', async () => {
    const meta_data = [{ id: 1, key: '_builder', value: 'é'.repeat(1_500_000) }];
    const body = JSON.stringify({ ...bodyOf('0057'), id: 502, meta_data });

    expect((await postSigned(body, true)).statusCode).toBe(200);
    const messages = await takeAll(resources.deliveriesQueueUrl);
    expect(readDelivery(messages[0]?.Body ?? '')?.body.in).toBe('bucket');
    expect(await record(messages)).toEqual([]);

    expect(await storedOrder(502)).toMatchObject({ contact: HELENE, data: { total: '57.17' } });
  });

  test('a delivery that is received again rings again', async () => {
    const [message] = await queued(deliveryText('order.updated', { ...bodyOf('0057'), id: 503 }));
    if (!message) throw new Error('one message');
    await record([message]);
    await takeRings();

    await record([{ ...message, Attributes: { ...message.Attributes, ApproximateReceiveCount: '2' } }]);

    expect(await takeRings()).toMatchObject([{ contact: HELENE, attempts: 0 }]);
  });
});

// The queue's adapter sends contact, wanted and attempts, and nothing else of a ring.
test('a delivery that is received again says in its ring that the first try may have died', async () => {
  const [message] = await queued(deliveryText('order.updated', { ...bodyOf('0057'), id: 504 }));
  if (!message) throw new Error('one message');
  await record([message]);
  await takeRings();

  await record([{ ...message, Attributes: { ...message.Attributes, ApproximateReceiveCount: '2' } }]);

  expect(await takeRings()).toMatchObject([{ contact: HELENE, doubt: true }]);
});

describe('record', () => {
  test('asks for messages of no known shape again, and works on the others', async () => {
    const good = deliveryText('order.updated', { ...bodyOf('0161'), id: 511 });
    const other = JSON.parse(deliveryText('order.updated', { ...bodyOf('0161'), id: 512 })) as object;

    const messages = await queued(
      'not JSON',
      'null',
      '{}',
      JSON.stringify({ ...other, schema: undefined }),
      JSON.stringify({ ...other, schema: 2 }),
      good,
    );

    // They end as dead letters, where a newer version finds them; those that are good do not wait for that.
    expect(await record(messages)).toEqual(messages.slice(0, 5).map(({ MessageId }) => MessageId));
    expect(await storedOrder(511)).toMatchObject({ contact: contact('c0@example.test') });
    expect(await storedOrder(512)).toBeUndefined();
  });

  test('asks for the failing part of a batch alone', async () => {
    const good = deliveryText('order.updated', { ...bodyOf('0161'), id: 521 });
    const bad = deliveryText('order.updated', { ...bodyOf('0161'), id: 522 });
    await ledger.save(orderRef(522), productState('stands where the order should'), undefined);

    const messages = await queued(bad, good);
    const again = await record(messages);

    expect(again).toEqual(messages.filter(({ Body }) => Body === bad).map(({ MessageId }) => MessageId));
    expect(again).toHaveLength(1);
    expect(await storedOrder(521)).toBeDefined();
  });

  test('acknowledges a body whose time in the bucket is over', async () => {
    const gone = {
      ...(JSON.parse(deliveryText('order.updated', {})) as object),
      body: { in: 'bucket', key: 'gone' },
    };

    expect(await record(await queued(JSON.stringify(gone)))).toEqual([]);
  });
});

describe('sweep', () => {
  test('rings for contacts that are behind', async () => {
    const ada = contact('ada@example.test');
    const before = Date.now();
    await ledger.want(ada, 'ada@example.test', before - 1);
    await takeRings();

    expect(await handlers.sweep()).toBeUndefined();

    expect(await takeRings()).toContainEqual({ contact: ada, wanted: 1, attempts: 1 });
    expect((await ledger.profile(ada))?.due).toBeGreaterThan(before + 50_000);
  });
});

describe('what CloudWatch is told', () => {
  test('by record: the deliveries that have to come again', async () => {
    await ledger.save(orderRef(531), productState('stands where the order should'), undefined);
    const messages = await queued(deliveryText('order.updated', { ...bodyOf('0161'), id: 531 }));

    expect(await metricsOf(() => record(messages))).toMatchObject({ service: 'record', DeliveryFailed: 1 });
  });

  test('by sweep: for how many minutes the contact has been due that was due first', async () => {
    const bea = contact('bea@example.test');
    await ledger.want(bea, 'bea@example.test', Date.now() - 2 * 3_600_000 - 1_000);

    expect(await metricsOf(handlers.sweep)).toMatchObject({ service: 'sweep', MinutesOverdue: 120 });
  });
});

describe('a door', () => {
  const counted: string[] = [];
  const flush = () => void counted.push('flushed');
  const metrics = { count: (name: string) => void counted.push(name) };
  const telemetry = { log: recordingLog(), metrics, flush };
  const work = async () => Promise.reject(new Error('SeCrEt'));

  beforeEach(() => void counted.splice(0));

  test('counts messages of no known shape, and prints what was counted though the work throws', async () => {
    const event = createSqsEvent(await queued('not JSON'), 'arn');

    const handled = queueDoor(
      { read: readDelivery, work, counter: 'DeliveryFailed', comeback: async () => undefined },
      telemetry,
    )(event, createContext('record', 1_000));

    await expect(handled).rejects.toThrow('SeCrEt');
    expect(counted).toEqual(['MessageUnreadable', 'flushed']);
  });

  test('throws on what a scheduled run throws, for CloudWatch to count', async () => {
    await expect(scheduledDoor(work, telemetry)()).rejects.toThrow('SeCrEt');
    expect(counted).toEqual(['flushed']);
  });

  test('tells a scheduled run how long it may still run', async () => {
    const told: number[] = [];
    const look = async (remainingMs: () => number) => void told.push(remainingMs());

    const context = { ...createContext('reconcile', 120_000), getRemainingTimeInMillis: () => 77_000 };

    await scheduledDoor(look, telemetry)({}, context);

    expect(told).toEqual([77_000]);
  });

  test('answers 500 in JSON, without the reason, when its pipeline throws', async () => {
    const event = { headers: {}, isBase64Encoded: false } as unknown as APIGatewayProxyEventV2;

    const answer = await webhookDoor(work, telemetry)(event, createContext('ingest', 1_000));

    expect(answer).toMatchObject({ statusCode: 500, headers: { 'Content-Type': 'application/json' } });
    expect(JSON.parse(answer.body ?? '')).toEqual({ message: expect.not.stringContaining('SeCrEt') });
    expect(counted).toEqual(['flushed']);
  });
});

describe('a function without its environment', () => {
  test.each([
    ['ingest', ['STORES', 'STORE_SECRETS_ID', 'DELIVERIES_QUEUE_URL']],
    ['record', ['STORES', 'TABLE_NAME', 'DELIVERIES_QUEUE_URL', 'CONTACTS_QUEUE_URL']],
    ['sweep', ['TABLE_NAME', 'CONTACTS_QUEUE_URL']],
  ])('%s does not start, and names every variable but no value', async (name, missing) => {
    const { STORES: _, ...present } = { STORES: '', BODIES_BUCKET: 'SeCrEt', AWS_REGION: 'us-east-1' };

    const { failed, output } = await start(`functions/${name}.ts`, present);

    expect(failed).toBe(true);
    for (const variable of missing) expect(output).toContain(`${variable}: is missing`);
    expect(output).not.toContain('SeCrEt');
    expect(output).not.toContain('BODIES_BUCKET: ');
  });
});

/** Loads a module in a process of its own with these variables and no others. */
function start(module: string, env: Record<string, string>): Promise<{ failed: boolean; output: string }> {
  const cwd = new URL('../../', import.meta.url);
  const script = `await import('./${module}')`;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { cwd, env },
      (error, stdout, stderr) => {
        keepPrinted(stdout + stderr);
        resolve({ failed: error !== null, output: stdout + stderr });
      },
    );
  });
}
