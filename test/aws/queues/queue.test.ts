import type { SQSClient } from '@aws-sdk/client-sqs';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBodies } from '../../../lib/aws/bodies.ts';
import { createDeliveries, createDoorbell } from '../../../lib/aws/queues/queue.ts';
import type { Ring } from '../../../lib/core/contact/contact.ts';
import { startFauxqs } from '../../../lib/local/aws/fauxqs-server.ts';
import { contact } from '../../contracts/samples.ts';
import { type Gate, startGate, type Treatment } from '../support/gate.ts';
import { createQueue, s3At, sqsAt, takeAll } from '../support/queues.ts';

let server: Awaited<ReturnType<typeof startFauxqs>>;
let gate: Gate;
let sqs: SQSClient;
let spoilt: SQSClient;
let queueUrl: string;

beforeAll(async () => {
  server = await startFauxqs();
  gate = await startGate(server.url);
  sqs = sqsAt(server.url);
  spoilt = sqsAt(gate.url);
});

afterAll(async () => {
  sqs.destroy();
  spoilt.destroy();
  await gate.close();
  await server.close();
});

beforeEach(async () => {
  queueUrl = await createQueue(sqs, 'fifo');
  gate.calls.length = 0;
});

const RINGS: readonly Ring[] = ['ada', 'bob', 'eve'].map((name) => ({
  contact: contact(name),
  wanted: 3,
  attempts: 1,
}));

/** Says that the queue refused the second entry. */
const refusing: Treatment = async () => {
  const Failed = [{ Id: '1', Code: 'InternalError', SenderFault: false }];
  return { status: 200, body: JSON.stringify({ Successful: [], Failed }) };
};

/** Takes all but says that it refused the second entry. */
const forgetful: Treatment = async (passOn) => {
  await passOn();
  return refusing(passOn);
};

/** The queue as the spoilt client must name it: its address wins over the client's. */
function throughGate(): string {
  return new URL(new URL(queueUrl).pathname, gate.url).href;
}

describe('rings', () => {
  it('go out in a lane of their contact, with an id that tells one wish and attempt from another', async () => {
    await createDoorbell({ client: sqs, queueUrl }).ring(RINGS.slice(0, 1));

    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MessageSystemAttributeNames: ['All'] }),
    );

    expect(Messages[0]?.Body).toBe(JSON.stringify(RINGS[0]));
    expect(Messages[0]?.Attributes).toMatchObject({
      MessageGroupId: contact('ada'),
      MessageDeduplicationId: `${contact('ada')}-3-1`,
    });
  });

  it('are sent in tens', async () => {
    const rings = Array.from({ length: 21 }, (_, wanted) => ({
      contact: contact('ada'),
      wanted,
      attempts: 0,
    }));

    await createDoorbell({ client: spoilt, queueUrl: throughGate() }).ring(rings);

    expect(gate.calls).toEqual(['SendMessageBatch', 'SendMessageBatch', 'SendMessageBatch']);
  });

  it('that the queue refused are sent once more, without ringing twice', async () => {
    gate.treat(forgetful);

    await createDoorbell({ client: spoilt, queueUrl: throughGate() }).ring(RINGS);

    expect(gate.calls).toEqual(['SendMessageBatch', 'SendMessageBatch']);
    expect((await takeAll(sqs, queueUrl)).sort()).toEqual(RINGS.map((ring) => JSON.stringify(ring)).sort());
  });

  it('that the queue refuses twice are an error', async () => {
    gate.treat(refusing, refusing);

    await expect(createDoorbell({ client: spoilt, queueUrl: throughGate() }).ring(RINGS)).rejects.toThrow(
      'The contacts queue refused 1 of 3 rings twice.',
    );

    expect(gate.calls).toHaveLength(2);
  });
});

describe('what the services refuse', () => {
  it('is thrown', async () => {
    const delivery = {
      schema: 1 as const,
      store: 'demo',
      receivedAt: '',
      topic: '',
      webhookId: '',
      deliveryId: '',
      body: { in: 'message' as const, base64: '' },
    };
    const s3 = s3At(server.url);
    const bodies = createBodies({ client: s3, bucket: 'no-such-bucket' });

    const nowhere = createDeliveries({ client: sqs, queueUrl: `${queueUrl}-not` });
    await expect(nowhere.send(delivery)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    await expect(bodies.put('demo/1', Uint8Array.of(1))).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(bodies.get('demo/1')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    s3.destroy();
  });
});
