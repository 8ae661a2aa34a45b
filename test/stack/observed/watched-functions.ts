import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as v from 'valibot';
import { createLedger } from '../../../lib/aws/ledger/ledger.ts';
import { provideEnvironment } from '../../../lib/environment.ts';
import { awsEnvironment } from '../../../lib/local/aws/connection.ts';
import { type Endpoints, startEmulators } from '../../../lib/local/aws/emulators.ts';
import { createResources } from '../../../lib/local/aws/resources.ts';
import { loadFunctions } from '../../../lib/local/bridge/functions.ts';
import { putSecrets, SECRET_IDS } from '../../../lib/local/bridge/secrets.ts';
import type { Handler } from '../../../lib/local/gateway/invocation.ts';
import { createContext } from '../../../lib/local/gateway/lambda-context.ts';
import { createSqsEvent, isReceived, type ReceivedMessage } from '../../../lib/local/gateway/sqs-event.ts';
import { type FunctionName, SIZING } from '../../../lib/stack/functions/sizing.ts';
import { type Sent, startProxy } from '../../bench/support/proxy.ts';
import { connect } from '../../local/aws/connect.ts';
import { type Call, callsOf } from './calls.ts';

interface World {
  readonly mauticUrl: string;
  readonly stores: readonly object[];
  readonly secrets: Parameters<typeof putSecrets>[1];
}

export type WatchedFunctions = Awaited<ReturnType<typeof watchFunctions>>;

/** Variables that name a resource. */
const RESOURCES = ['TABLE_NAME', 'DELIVERIES_QUEUE_URL', 'CONTACTS_QUEUE_URL', 'BODIES_BUCKET'] as const;
const SECRETS = {
  STORE_SECRETS_ID: SECRET_IDS.stores,
  STORE_KEYS_ID: SECRET_IDS.storeKeys,
  MAUTIC_SECRET_ID: SECRET_IDS.mautic,
  MAUTIC_TOKEN_SECRET_ID: SECRET_IDS.token,
} as const;

/**
 * The unchanged functions on the emulators, with everything that they ask of AWS on record. Each signs with an access
 * key that is its name: the SDK takes the one that is there when a client makes its first call, and every function has
 * clients of its own.
 */
export async function watchFunctions({ mauticUrl, stores, secrets }: World) {
  const emulators = await startEmulators();
  const { endpoints } = emulators;
  const sent: Sent[] = [];
  const { urls, close } = await watch(endpoints, (one) => void sent.push(one));
  // None of the messages that the story takes comes back meanwhile.
  const resources = await createResources(endpoints, { visibilityTimeoutSeconds: 3_600 });
  await putSecrets(endpoints.secretsManager, secrets);
  const clients = connect(endpoints);
  const ledger = createLedger({ client: clients.dynamodb, tableName: resources.tableName });
  const watched = (queueUrl: string) => new URL(new URL(queueUrl).pathname, urls.sqs).href;
  const named: Readonly<Record<(typeof RESOURCES)[number] | keyof typeof SECRETS, string>> = {
    TABLE_NAME: resources.tableName,
    DELIVERIES_QUEUE_URL: watched(resources.deliveriesQueueUrl),
    CONTACTS_QUEUE_URL: watched(resources.contactsQueueUrl),
    BODIES_BUCKET: resources.bodiesBucket,
    ...SECRETS,
  };
  const { renewToken, ...others } = await loadFunctions({
    ...awsEnvironment(urls),
    ...named,
    POWERTOOLS_METRICS_DISABLED: 'true',
    STORES: JSON.stringify(stores),
    MAUTIC_BASE_URL: mauticUrl,
    WEBHOOK_BASE_URL: 'https://bridge.example.test',
  });
  const functions = { ...others, 'renew-token': renewToken } as Record<FunctionName, Handler<unknown>>;
  const calls: Call[] = [];

  /** @throws Error when another function's name is on one of the calls. */
  async function invoke(name: FunctionName, event: unknown, timeoutMs = SIZING[name].timeout * 1000) {
    provideEnvironment({ AWS_ACCESS_KEY_ID: name });
    const result = await functions[name](event, createContext(name, timeoutMs));
    const own = sent.splice(0).flatMap(callsOf);
    const foreign = own.find(({ by }) => by !== name);
    if (foreign) throw new Error(`${foreign.by} called ${foreign.action} while ${name} ran`);
    calls.push(...own);
    return result;
  }

  /** Takes all that waits in a queue; the addresses here are the emulator's own, so that it is not on record. */
  async function take(QueueUrl: string): Promise<ReceivedMessage[]> {
    const taken: ReceivedMessage[] = [];
    for (;;) {
      const receive = { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const] };
      const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand(receive));
      if (Messages.length === 0) return taken;
      for (const message of Messages.filter(isReceived)) {
        const { ReceiptHandle } = message;
        await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        taken.push(message);
      }
    }
  }

  /** Hands a function what waits in its queue, all at once. @throws Error when some of it has to come again. */
  async function feed(name: 'record' | 'sync', queueUrl: string, timeoutMs?: number): Promise<number> {
    const messages = await take(queueUrl);
    const event = createSqsEvent(messages, 'arn:aws:sqs:us-east-1:000000000000:queue');
    const { batchItemFailures } = v.parse(Failures, await invoke(name, event, timeoutMs));
    if (batchItemFailures.length > 0) throw new Error(`${name} could not work on all of its messages`);
    return messages.length;
  }

  /** Hands a function a message that nobody can read, and takes it away afterwards. */
  async function mislead(name: 'record' | 'sync', QueueUrl: string): Promise<void> {
    const lane = { MessageGroupId: 'nobody', MessageDeduplicationId: 'nobody' };
    await clients.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: '{}', ...(name === 'sync' && lane) }),
    );
    const receive = { QueueUrl, MessageSystemAttributeNames: ['All' as const] };
    const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand(receive));
    const messages = Messages.filter(isReceived);
    const event = createSqsEvent(messages, 'arn:aws:sqs:us-east-1:000000000000:queue');
    const { batchItemFailures } = v.parse(Failures, await invoke(name, event));
    if (batchItemFailures.length !== 1) throw new Error(`${name} could read what nobody can`);
    for (const { ReceiptHandle } of messages)
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }

  return {
    /** Everything that was asked of AWS so far. */
    calls: calls as readonly Call[],
    /** Variables that name a resource, with what they name here. */
    named,
    ledger,
    /** The status that `ingest` answers. */
    post: async (event: Pick<APIGatewayProxyEventV2, 'headers' | 'pathParameters' | 'body'>) => {
      const answer = await invoke('ingest', { ...event, isBase64Encoded: false });
      return v.parse(Answer, answer).statusCode;
    },
    /** Puts messages into the queue of deliveries. */
    queue: async (...bodies: readonly string[]) => {
      const QueueUrl = resources.deliveriesQueueUrl;
      for (const MessageBody of bodies)
        await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    record: () => feed('record', resources.deliveriesQueueUrl),
    sync: (timeoutMs?: number) => feed('sync', resources.contactsQueueUrl, timeoutMs),
    /** A message of no known shape comes to both. */
    mislead: async () => {
      await mislead('record', resources.deliveriesQueueUrl);
      await mislead('sync', resources.contactsQueueUrl);
    },
    /** As its schedule does. */
    run: (name: 'sweep' | 'reconcile' | 'backfill' | 'renew-token') => invoke(name, {}),
    /** What the function that is running has asked for so far. */
    doing: () => sent.flatMap(callsOf).map(({ action }) => action),
    close: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await close();
      await emulators.close();
    },
  };
}

const Failures = v.object({ batchItemFailures: v.array(v.unknown()) });
const Answer = v.object({ statusCode: v.number() });

/** Stands before the emulators and tells of every request. */
async function watch(endpoints: Endpoints, seen: (sent: Sent) => void) {
  const before = async (target: string) => startProxy({ target, seen });
  const proxies = {
    sqs: await before(endpoints.sqs),
    s3: await before(endpoints.s3),
    dynamodb: await before(endpoints.dynamodb),
    secretsManager: await before(endpoints.secretsManager),
  };
  const { sqs, s3, dynamodb, secretsManager } = proxies;
  const urls = { sqs: sqs.url, s3: s3.url, dynamodb: dynamodb.url, secretsManager: secretsManager.url };
  const close = async () => {
    await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
  };
  return { urls, close };
}
