import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from 'vitest';
import { createDeadLetters } from '../../lib/aws/queues/dead-letters.ts';
import { readRing } from '../../lib/aws/queues/messages.ts';
import type { Ring } from '../../lib/core/contact/contact.ts';
import { startFauxqs } from '../../lib/local/aws/fauxqs-server.ts';
import { createMemoryDeadLetters } from '../../lib/local/memory/dead-letters.ts';
import { createQueue, sqsAt } from '../aws/support/queues.ts';
import { deadLettersContract } from './dead-letters-contract.ts';

let server: Awaited<ReturnType<typeof startFauxqs>>;
let sqs: SQSClient;

beforeAll(async () => {
  server = await startFauxqs();
  sqs = sqsAt(server.url);
});

afterAll(async () => {
  sqs.destroy();
  await server.close();
});

deadLettersContract('memory', async () => {
  const port = createMemoryDeadLetters<Ring>({ now: () => Date.now() });
  return { port, put: async (ring) => port.put(ring) };
});

for (const kind of ['standard', 'fifo'] as const)
  deadLettersContract(`SQS (${kind})`, async () => {
    const queueUrl = await createQueue(sqs, kind);
    return {
      port: createDeadLetters({ client: sqs, queueUrl, read: readRing }),
      put: async (ring) => {
        const order = {
          MessageGroupId: ring?.contact ?? 'none',
          MessageDeduplicationId: crypto.randomUUID(),
        };
        const MessageBody = ring ? JSON.stringify(ring) : '{"future":true}';
        await sqs.send(
          new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, ...(kind === 'fifo' && order) }),
        );
      },
    };
  });
