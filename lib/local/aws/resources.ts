import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { QUEUES, TABLE } from '../../environment.ts';
import { connection } from './connection.ts';
import type { Endpoints } from './emulators.ts';

export type Resources = {
  readonly tableName: string;
  readonly deliveriesQueueUrl: string;
  readonly deliveriesDeadLettersQueueUrl: string;
  readonly contactsQueueUrl: string;
  readonly contactsDeadLettersQueueUrl: string;
  readonly bodiesBucket: string;
};

type QueueSettings = { readonly name: string; readonly attributes: Record<string, string> };

const TABLE_NAME = 'bridge';
const BODIES_BUCKET = 'bodies';
const FIFO = { FifoQueue: 'true', ContentBasedDeduplication: 'false' };
const LARGEST_MESSAGE = {
  MaximumMessageSize: String(QUEUES.largestBytes),
  MessageRetentionPeriod: String(QUEUES.keptDays * 86_400),
};

/** Creates the table, the queues and the bucket the functions use; those that exist are left with their contents. */
export async function createResources(
  endpoints: Endpoints,
  options: { visibilityTimeoutSeconds?: number } = {},
): Promise<Resources> {
  const attributes = {
    ...LARGEST_MESSAGE,
    VisibilityTimeout: String(options.visibilityTimeoutSeconds ?? 20),
  };
  const sqs = new SQSClient(connection(endpoints.sqs));
  try {
    const [deliveries, contacts] = await Promise.all([
      createQueues(
        sqs,
        { name: 'deliveries', attributes },
        { suffix: '', maxReceiveCount: QUEUES.deliveries.maxReceives },
      ),
      createQueues(
        sqs,
        { name: 'contacts', attributes: { ...attributes, ...FIFO } },
        { suffix: '.fifo', maxReceiveCount: QUEUES.contacts.maxReceives },
      ),
      createTable(endpoints.dynamodb),
      createBucket(endpoints.s3),
    ]);
    return {
      tableName: TABLE_NAME,
      deliveriesQueueUrl: deliveries.url,
      deliveriesDeadLettersQueueUrl: deliveries.deadLettersUrl,
      contactsQueueUrl: contacts.url,
      contactsDeadLettersQueueUrl: contacts.deadLettersUrl,
      bodiesBucket: BODIES_BUCKET,
    };
  } finally {
    sqs.destroy();
  }
}

async function createQueues(
  sqs: SQSClient,
  { name, attributes }: QueueSettings,
  { suffix, maxReceiveCount }: { suffix: string; maxReceiveCount: number },
) {
  const deadLettersUrl = await createQueue(sqs, { name: `${name}-dead-letters${suffix}`, attributes });
  const known = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLettersUrl, AttributeNames: ['QueueArn'] }),
  );
  const deadLetterTargetArn = known.Attributes?.QueueArn;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
  const url = await createQueue(sqs, {
    name: `${name}${suffix}`,
    attributes: { ...attributes, RedrivePolicy },
  });
  return { url, deadLettersUrl };
}

/** Creating a queue again with another visibility timeout is refused, so an existing one is set instead. */
async function createQueue(sqs: SQSClient, { name, attributes }: QueueSettings): Promise<string> {
  const existing = await findQueue(sqs, name);
  if (existing) {
    const { FifoQueue: _, ...changeable } = attributes;
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: existing, Attributes: changeable }));
    return existing;
  }
  const created = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  if (!created.QueueUrl) throw new Error(`The queue ${name} was created without an address.`);
  return created.QueueUrl;
}

async function findQueue(sqs: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}

async function createTable(endpoint: string): Promise<void> {
  const client = new DynamoDBClient(connection(endpoint));
  const { partitionKey, sortKey, workIndex } = TABLE;
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  try {
    const table = new CreateTableCommand({
      TableName: TABLE_NAME,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: partitionKey, AttributeType: 'S' },
        { AttributeName: sortKey, AttributeType: 'S' },
        { AttributeName: workIndex.partitionKey, AttributeType: 'S' },
        { AttributeName: workIndex.sortKey, AttributeType: 'N' },
      ],
      KeySchema: keys(partitionKey, sortKey),
      GlobalSecondaryIndexes: [
        {
          IndexName: workIndex.name,
          KeySchema: keys(workIndex.partitionKey, workIndex.sortKey),
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...workIndex.attributes] },
        },
      ],
    });
    await client.send(table).catch(unless('ResourceInUseException'));
    await waitUntilTableExists(
      { client, minDelay: 0.05, maxDelay: 0.2, maxWaitTime: 120 },
      { TableName: TABLE_NAME },
    );
  } finally {
    client.destroy();
  }
}

async function createBucket(endpoint: string): Promise<void> {
  const client = new S3Client(connection(endpoint));
  try {
    const bucket = new CreateBucketCommand({ Bucket: BODIES_BUCKET });
    await client.send(bucket).catch(unless('BucketAlreadyOwnedByYou'));
  } finally {
    client.destroy();
  }
}

function unless(name: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error) || error.name !== name) throw error;
  };
}
