import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type QueueWork, queueDoor } from '../../../lib/aws/doors/queue-door.ts';
import { comebackSeconds, createComeback, type Failed } from '../../../lib/aws/queues/comeback.ts';
import { startFauxqs } from '../../../lib/local/aws/fauxqs-server.ts';
import { createContext } from '../../../lib/local/gateway/lambda-context.ts';
import { createSqsEvent, isReceived, type ReceivedMessage } from '../../../lib/local/gateway/sqs-event.ts';
import { type Line, recordingLog } from '../../support/log.ts';
import { broken, type Gate, startGate, type Treatment } from '../support/gate.ts';
import { createQueue, sqsAt } from '../support/queues.ts';

const ARN = 'arn:aws:sqs:us-east-1:000000000000:queue';
/** As long as nothing in a test takes: whoever waits for it fails. */
const HIDDEN_SECONDS = 1_000;

let lines: Line[];
let counted: Map<string, number>;
let flushes: number;

beforeEach(() => {
  lines = [];
  counted = new Map();
  flushes = 0;
});

const telemetry = {
  log: recordingLog((line) => void lines.push(line)),
  metrics: {
    count: (name: string, value = 1) => void counted.set(name, (counted.get(name) ?? 0) + value),
  },
  flush: () => {
    flushes += 1;
  },
};

/** Bodies are read as they are; one that begins with `?` has no known shape. */
function door(work: Partial<QueueWork<string>>) {
  return queueDoor(
    {
      read: (body) => (body.startsWith('?') ? undefined : body),
      work: async () => new Set<number>(),
      counter: 'DeliveryFailed',
      comeback: async () => undefined,
      ...work,
    },
    telemetry,
  );
}

/** Fails what is called so. */
function failing(...bodies: readonly string[]): QueueWork<string>['work'] {
  return async (messages) =>
    new Set(
      [...messages.entries()].filter(([, body]) => bodies.includes(body)).map(([position]) => position),
    );
}

interface Made {
  readonly receives?: number;
  readonly group?: string;
}

function made(Body: string, { receives = 1, group }: Made = {}): ReceivedMessage {
  return {
    MessageId: `id of ${Body}`,
    ReceiptHandle: `handle of ${Body}`,
    Body,
    Attributes: {
      ApproximateReceiveCount: String(receives),
      ...(group !== undefined && { MessageGroupId: group }),
    },
  };
}

async function handle(
  handler: ReturnType<typeof door>,
  messages: readonly ReceivedMessage[],
  remainingMs = 60_000,
): Promise<readonly string[]> {
  const answer: SQSBatchResponse = await handler(
    createSqsEvent(messages, ARN),
    createContext('record', remainingMs),
  );
  return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

describe('a message that fails', () => {
  it('is asked for again, soon, and counted', async () => {
    const brought: Failed[] = [];
    const comeback = async (failed: readonly Failed[]) => void brought.push(...failed);

    const again = await handle(door({ work: failing('b', 'c'), comeback }), [
      made('a'),
      made('b'),
      made('c', { receives: 3 }),
    ]);

    expect(again).toEqual(['id of b', 'id of c']);
    expect(brought).toEqual([
      { receiptHandle: 'handle of b', afterSeconds: 5 },
      { receiptHandle: 'handle of c', afterSeconds: 180 },
    ]);
    expect(Object.fromEntries(counted)).toEqual({ DeliveryFailed: 2 });
  });

  it('waits longer each time, ten minutes at most, and a while in all before it is a dead letter', () => {
    const waits = Array.from({ length: 9 }, (_, tries) => comebackSeconds(tries + 1));
    const minutes = (receives: number) =>
      waits.slice(0, receives - 1).reduce((sum, seconds) => sum + seconds, 0) / 60;

    expect(waits).toEqual([5, 30, 180, 600, 600, 600, 600, 600, 600]);
    expect(minutes(8)).toBeGreaterThan(40);
    expect(minutes(10)).toBeGreaterThan(60);
    expect(comebackSeconds(1_000_000)).toBe(600);
  });

  it('rests as long as it was hidden when something may still be at work for it', async () => {
    const brought: Failed[] = [];
    const work: QueueWork<string>['work'] = async (_messages, _remainingMs, letRest) => {
      letRest(1);
      return new Set([0, 1]);
    };
    const comeback = async (failed: readonly Failed[]) => void brought.push(...failed);

    const again = await handle(door({ work, comeback }), [made('?'), made('a'), made('b')]);

    expect(again).toEqual(['id of ?', 'id of a', 'id of b']);
    expect(brought.map(({ receiptHandle }) => receiptHandle)).toEqual(['handle of ?', 'handle of a']);
  });

  it.each([
    ['the queue will not hear of it', 60_000],
    ['there is no time left to say so', 6_000],
  ])('is asked for all the same when %s', async (_when, remainingMs) => {
    const comeback = () => Promise.reject(new Error('away'));

    const again = await handle(door({ work: failing('a'), comeback }), [made('a'), made('b')], remainingMs);

    expect(again).toEqual(['id of a']);
    expect(flushes).toBe(1);
  });

  it('costs no call where there is none', async () => {
    const comeback = () => Promise.reject(new Error('nobody asked'));

    expect(await handle(door({ comeback }), [made('a')])).toEqual([]);

    expect(lines).toEqual([]);
    expect(counted.size).toBe(0);
  });

  it('is left as it is when the work throws as a whole, because nobody knows what is still at work', async () => {
    const brought: Failed[] = [];
    const comeback = async (failed: readonly Failed[]) => void brought.push(...failed);
    const work = () => Promise.reject(new Error('broken'));

    await expect(handle(door({ work, comeback }), [made('a')])).rejects.toThrow('broken');

    expect(brought).toEqual([]);
  });
});

describe('a message of no known shape', () => {
  it('fails, is counted by itself, and keeps no other from being worked on', async () => {
    const worked: string[] = [];
    const work: QueueWork<string>['work'] = async (messages) => {
      worked.push(...messages);
      return new Set();
    };

    const again = await handle(door({ work }), [made('a'), made('?1'), made('b'), made('?2')]);

    expect(again).toEqual(['id of ?1', 'id of ?2']);
    expect(worked).toEqual(['a', 'b']);
    expect(Object.fromEntries(counted)).toEqual({ MessageUnreadable: 2 });
    expect(lines.map(({ level, fields }) => [level, fields])).toEqual([
      ['error', { messageId: 'id of ?1' }],
      ['error', { messageId: 'id of ?2' }],
    ]);
  });

  it('goes slowly to the dead letters, so that a deployment finds it, but holds up no lane', async () => {
    const brought: Failed[] = [];
    const comeback = async (failed: readonly Failed[]) => void brought.push(...failed);

    await handle(door({ comeback }), [
      made('?free', { receives: 4 }),
      made('?lane', { receives: 4, group: 'a contact' }),
    ]);

    expect(brought.map(({ afterSeconds }) => afterSeconds)).toEqual([600, 5]);
  });
});

describe('at a queue', () => {
  let server: Awaited<ReturnType<typeof startFauxqs>>;
  let gate: Gate;
  let sqs: SQSClient;
  let spoilt: SQSClient;

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

  async function receive(QueueUrl: string, WaitTimeSeconds = 0): Promise<ReceivedMessage[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds,
        VisibilityTimeout: HIDDEN_SECONDS,
        MessageSystemAttributeNames: ['All'],
      }),
    );
    return Messages.filter(isReceived);
  }

  /** As the spoilt client must name it: the address of the queue wins over the client's. */
  const throughGate = (queueUrl: string) => new URL(new URL(queueUrl).pathname, gate.url).href;

  it('a ring that fails comes again after seconds, and its lane goes on', async () => {
    const queueUrl = await createQueue(sqs, 'fifo');
    for (const body of ['first', 'second'])
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageGroupId: 'a contact',
          MessageDeduplicationId: body,
        }),
      );
    const handler = door({ work: failing('first'), comeback: createComeback({ client: sqs, queueUrl }) });

    const [first] = await receive(queueUrl);
    expect(await handle(handler, first ? [first] : [])).toEqual([first?.MessageId]);
    // Hidden for now, and its lane with it.
    expect(await receive(queueUrl)).toEqual([]);
    const again = await receive(queueUrl, 20);

    expect(again).toMatchObject([{ Body: 'first', Attributes: { ApproximateReceiveCount: '2' } }]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: again[0]?.ReceiptHandle }));
    expect(await receive(queueUrl)).toMatchObject([{ Body: 'second' }]);
  });

  it('more than ten that fail come again, all of them', async () => {
    const queueUrl = await createQueue(sqs, 'standard');
    const bodies = Array.from({ length: 23 }, (_, n) => `m${String(n)}`);
    for (const MessageBody of bodies)
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    const received = [
      ...(await receive(queueUrl)),
      ...(await receive(queueUrl)),
      ...(await receive(queueUrl)),
    ];
    const bringBack = createComeback({ client: sqs, queueUrl });

    await bringBack(received.map(({ ReceiptHandle }) => ({ receiptHandle: ReceiptHandle, afterSeconds: 0 })));

    const again = [...(await receive(queueUrl)), ...(await receive(queueUrl)), ...(await receive(queueUrl))];
    expect(again.map(({ Body = '' }) => Body).toSorted()).toEqual(bodies.toSorted());
  });

  it('that is away costs a warning, and what failed is still asked for', async () => {
    const queueUrl = await createQueue(sqs, 'standard');
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'a' }));
    const comeback = createComeback({ client: spoilt, queueUrl: throughGate(queueUrl) });
    const messages = await receive(queueUrl);
    gate.treat(broken, broken, broken);

    const again = await handle(door({ work: failing('a'), comeback }), messages);

    expect(again).toEqual(messages.map(({ MessageId }) => MessageId));
    expect(lines).toMatchObject([{ level: 'warn', fields: { messages: 1 } }]);
  });

  it('that refuses some of them says how many', async () => {
    const refusing: Treatment = async () => ({
      status: 200,
      body: JSON.stringify({ Successful: [], Failed: [{ Id: '0', Code: 'x', SenderFault: true }] }),
    });
    const bringBack = createComeback({
      client: spoilt,
      queueUrl: throughGate(await createQueue(sqs, 'standard')),
    });
    gate.treat(refusing);

    await expect(bringBack([{ receiptHandle: 'gone', afterSeconds: 5 }])).rejects.toThrow('1 failed');
  });
});
