import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from 'vitest';
import { createBodies } from '../../lib/aws/bodies.ts';
import { readDelivery, readRing } from '../../lib/aws/queues/messages.ts';
import { createDeliveries, createDoorbell } from '../../lib/aws/queues/queue.ts';
import { startFauxqs } from '../../lib/local/aws/fauxqs-server.ts';
import {
  createMemoryBodies,
  createMemoryDeliveries,
  createMemoryDoorbell,
} from '../../lib/local/memory/queue.ts';
import { createBucket, createQueue, s3At, sqsAt, takeAll } from '../aws/support/queues.ts';
import { queueContract } from './queue-contract.ts';

let server: Awaited<ReturnType<typeof startFauxqs>>;
let sqs: SQSClient;
let s3: S3Client;

beforeAll(async () => {
  server = await startFauxqs();
  sqs = sqsAt(server.url);
  s3 = s3At(server.url);
});

afterAll(async () => {
  sqs.destroy();
  s3.destroy();
  await server.close();
});

queueContract('memory', {
  deliveries: async () => {
    const port = createMemoryDeliveries();
    return { port, take: async () => port.take() };
  },
  doorbell: async () => {
    const port = createMemoryDoorbell({ now: () => 0 });
    return { port, take: async () => port.take() };
  },
  bodies: async () => createMemoryBodies(),
});

queueContract('SQS', {
  deliveries: async () => {
    const queueUrl = await createQueue(sqs, 'standard');
    const take = async () => (await takeAll(sqs, queueUrl)).flatMap((body) => readDelivery(body) ?? []);
    return { port: createDeliveries({ client: sqs, queueUrl }), take };
  },
  doorbell: async () => {
    const queueUrl = await createQueue(sqs, 'fifo');
    const take = async () => (await takeAll(sqs, queueUrl)).flatMap((body) => readRing(body) ?? []);
    return { port: createDoorbell({ client: sqs, queueUrl }), take };
  },
  bodies: async () => createBodies({ client: s3, bucket: await createBucket(s3) }),
});
