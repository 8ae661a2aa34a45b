import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type QueuePollerSettings, startQueuePoller } from '../../../lib/local/gateway/queue-poller.ts';
import { emulated } from '../aws/emulated.ts';

type Options = Partial<QueuePollerSettings> & {
  queue?: 'deliveries' | 'contacts';
  visibilityTimeoutSeconds?: number;
};

/** Emulated queues; `poll` starts a poller on one of them that is stopped when the test ends. */
async function queues({ queue = 'deliveries', visibilityTimeoutSeconds = 1, ...settings }: Options) {
  const { sqs, resources } = await emulated({ visibilityTimeoutSeconds });
  const queueUrl = queue === 'contacts' ? resources.contactsQueueUrl : resources.deliveriesQueueUrl;
  const base = { sqs, queueUrl, batchSize: 10, functionTimeoutMs: 5_000, handler: () => undefined };
  const poll = async () => {
    const poller = await startQueuePoller({ ...base, ...settings });
    onTestFinished(() => poller.stop());
    return poller;
  };
  const send = (body: string, more: object = {}) =>
    sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, ...more }));
  const left = async () => {
    const names = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: names }),
    );
    return names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
  };
  return { poll, send, left, sqs, queueUrl };
}

/** A handler that keeps the batches it was given and answers with `respond`. */
function recorder(respond: (event: SQSEvent, context: Context) => unknown = () => undefined) {
  const batches: SQSRecord[][] = [];
  const handler = (event: SQSEvent, context: Context) => {
    batches.push(event.Records);
    return respond(event, context);
  };
  const bodies = () => batches.map((records) => records.map(({ body }) => body));
  return { batches, bodies, handler };
}

const failing = (...records: (SQSRecord | undefined)[]) => ({
  batchItemFailures: records.map((record) => ({ itemIdentifier: record?.messageId ?? '' })),
});

const fifo = (group: string, id: string) => ({ MessageGroupId: group, MessageDeduplicationId: id });

describe('a record', () => {
  it('is what the event source of Lambda makes of a message', async () => {
    const { batches, handler } = recorder();
    const { send, poll } = await queues({ handler, queue: 'contacts' });
    const MessageAttributes = {
      topic: { DataType: 'String', StringValue: 'order.updated' },
      raw: { DataType: 'Binary', BinaryValue: Uint8Array.from([0, 255]) },
    };
    const sent = await send('ring', { ...fifo('a', 'a1'), MessageAttributes });

    await poll();
    await vi.waitFor(() => expect(batches).toHaveLength(1), { timeout: 5_000 });

    expect(batches[0]).toEqual([
      {
        messageId: sent.MessageId,
        receiptHandle: expect.any(String),
        body: 'ring',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          MessageGroupId: 'a',
          MessageDeduplicationId: 'a1',
          SequenceNumber: sent.SequenceNumber,
        },
        messageAttributes: {
          topic: {
            dataType: 'String',
            stringValue: 'order.updated',
            stringListValues: [],
            binaryListValues: [],
          },
          raw: { dataType: 'Binary', binaryValue: 'AP8=', stringListValues: [], binaryListValues: [] },
        },
        md5OfBody: sent.MD5OfMessageBody,
        md5OfMessageAttributes: sent.MD5OfMessageAttributes,
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:contacts.fifo',
        awsRegion: 'us-east-1',
      },
    ]);
  });
});

describe('the poller', () => {
  it('deletes what succeeded', async () => {
    const { batches, handler } = recorder();
    const { send, poll, left } = await queues({ handler });
    await poll();

    await send('one');

    await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 5_000 });
    expect(batches).toHaveLength(1);
  });

  it('reacts to a message in an idle queue within 100 ms', async () => {
    const { batches, handler } = recorder();
    const { send, poll } = await queues({ handler });
    await poll();
    const times: number[] = [];

    for (const count of [1, 2, 3]) {
      await sleep(300);
      const sentAt = performance.now();
      await send('one');
      await vi.waitFor(() => expect(batches).toHaveLength(count), { interval: 5, timeout: 5_000 });
      times.push(performance.now() - sentAt);
    }

    // The fastest: the machine may be busy with other tests.
    expect(Math.min(...times)).toBeLessThan(100);
  });

  it('brings only the failed messages back, after their visibility timeout', async () => {
    const times: number[] = [];
    const { bodies, handler, batches } = recorder(({ Records }) => {
      times.push(performance.now());
      return times.length === 1 ? failing(Records.find(({ body }) => body === 'bad')) : undefined;
    });
    const { send, poll, left } = await queues({ handler });
    for (const body of ['good', 'bad', 'fine']) await send(body);
    await poll();

    await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 5_000 });

    expect(bodies()).toEqual([['good', 'bad', 'fine'], ['bad']]);
    expect(batches[1]?.[0]?.attributes.ApproximateReceiveCount).toBe('2');
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900);
  });

  it('brings the whole batch back when the function throws', async () => {
    let thrown = 0;
    const { bodies, handler } = recorder(() => {
      thrown += 1;
      if (thrown === 1) throw new Error('broken');
    });
    const { send, poll, left } = await queues({ handler });
    for (const body of ['one', 'two']) await send(body);
    await poll();

    await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 5_000 });

    expect(bodies()).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  it('gives one message of each group and keeps the order within it', async () => {
    const { bodies, handler } = recorder();
    const { send, poll, left } = await queues({ handler, queue: 'contacts' });
    for (const id of ['a1', 'a2', 'b1', 'c1']) await send(id, fifo(id.slice(0, 1), id));
    await poll();

    await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 5_000 });

    expect(bodies()).toEqual([['a1', 'b1', 'c1'], ['a2']]);
  });

  it('holds a group back behind its failed message', async () => {
    let failed = 0;
    const { bodies, handler } = recorder(({ Records }) => {
      const bad = Records.find(({ body }) => body === 'a1');
      failed += bad ? 1 : 0;
      return bad && failed === 1 ? failing(bad) : undefined;
    });
    const { send, poll, left } = await queues({ handler, queue: 'contacts' });
    for (const id of ['a1', 'a2', 'b1']) await send(id, fifo(id.slice(0, 1), id));
    await poll();

    await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 5_000 });

    expect(bodies()).toEqual([['a1', 'b1'], ['a1'], ['a2']]);
  });

  it('fills a batch beyond what one receive brings', async () => {
    const { bodies, handler } = recorder();
    const { send, poll } = await queues({ handler, batchSize: 25, batchWindowMs: 20_000 });
    await poll();

    for (let count = 0; count < 25; count += 1) await send(String(count));
    await vi.waitFor(() => expect(bodies()).toHaveLength(1), { timeout: 10_000 });

    expect(bodies()[0]).toHaveLength(25);
  });

  it('waits no longer than its window for a batch to fill', async () => {
    const { bodies, handler } = recorder();
    const { send, poll } = await queues({ handler, batchSize: 100, batchWindowMs: 400 });
    await poll();

    const sentAt = performance.now();
    await send('one');
    await vi.waitFor(() => expect(bodies()).toEqual([['one']]), { timeout: 10_000 });

    expect(performance.now() - sentAt).toBeGreaterThan(350);
  });

  it('invokes as soon as a batch is full', async () => {
    const { bodies, handler } = recorder();
    const { send, poll } = await queues({ handler, batchSize: 2, batchWindowMs: 20_000 });
    await poll();

    for (const body of ['one', 'two']) await send(body);

    await vi.waitFor(() => expect(bodies()).toEqual([['one', 'two']]), { timeout: 2_000 });
  });

  it('cuts a batch that is larger than the six megabytes of an invocation', async () => {
    const { batches, handler } = recorder();
    const { send, poll, left } = await queues({ handler });
    for (let count = 0; count < 7; count += 1) await send('x'.repeat(1024 * 1024 - 100));
    await poll();

    await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 5_000 });

    expect(batches.map(({ length }) => length)).toEqual([5, 2]);
  });

  it('runs one invocation at a time', async () => {
    let running = 0;
    let most = 0;
    const { handler, batches } = recorder(async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(100);
      running -= 1;
    });
    const { send, poll, left } = await queues({ handler, batchSize: 1 });
    for (const body of ['one', 'two', 'three']) await send(body);
    await poll();

    await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 5_000 });

    expect(batches).toHaveLength(3);
    expect(most).toBe(1);
  });

  it('keeps messages invisible while the function works longer than their visibility timeout', async () => {
    const { bodies, handler } = recorder(() => sleep(3_500));
    const { send, poll, left } = await queues({ handler, visibilityTimeoutSeconds: 2 });
    await send('slow');
    await poll();

    await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 15_000 });

    expect(bodies()).toEqual([['slow']]);
  });

  // Lambda leaves the visibility of what failed as the function set it.
  it('does not hide a failed message again while the rest of its batch is worked on', async () => {
    let release = () => {};
    const working = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { batches, handler } = recorder(async ({ Records }) => {
      if (batches.length > 1) return working;
      const VisibilityTimeout = 2;
      for (const { receiptHandle: ReceiptHandle } of Records)
        await sqs.send(
          new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }),
        );
      return failing(...Records);
    });
    const { send, poll, sqs, queueUrl } = await queues({ handler, visibilityTimeoutSeconds: 3 });
    for (let count = 0; count < 7; count += 1) await send('x'.repeat(1024 * 1024 - 100));
    await poll();
    await vi.waitFor(() => expect(batches).toHaveLength(2), { timeout: 10_000 });

    // What is still worked on is hidden anew each second.
    const wait = { MaxNumberOfMessages: 10, WaitTimeSeconds: 10 };
    const again = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, ...wait }));
    release();

    expect(again.Messages ?? []).not.toEqual([]);
  });

  it('gives up a function that takes too long and brings its messages back', async () => {
    const types: string[] = [];
    const { batches, handler } = recorder(() => (types.length === 0 ? sleep(400) : undefined));
    const onInvocation: QueuePollerSettings['onInvocation'] = ({ outcome }) => types.push(outcome.type);
    const { send, poll, left } = await queues({ handler, functionTimeoutMs: 200, onInvocation });
    await send('slow');
    await poll();

    await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: 8_000 });

    expect(types).toEqual(['timed-out', 'returned']);
    expect(batches).toHaveLength(2);
  });

  it('hands the function a context whose remaining time counts down', async () => {
    const times: number[] = [];
    const { handler } = recorder(async (_, context) => {
      times.push(context.getRemainingTimeInMillis());
      await sleep(60);
      times.push(context.getRemainingTimeInMillis());
    });
    const { send, poll } = await queues({ handler });
    await send('one');
    await poll();
    await vi.waitFor(() => expect(times).toHaveLength(2), { timeout: 5_000 });

    const [first = 0, second = 0] = times;
    expect(first).toBeGreaterThan(4_900);
    expect(first - second).toBeGreaterThanOrEqual(50);
  });

  it('reports every invocation', async () => {
    const reports: object[] = [];
    const { handler } = recorder(({ Records }) => failing(Records[0]));
    const { send, poll } = await queues({ handler, onInvocation: (report) => reports.push(report) });
    for (const body of ['one', 'two']) await send(body);
    await poll();

    await vi.waitFor(() => expect(reports).not.toEqual([]), { timeout: 5_000 });

    expect(reports[0]).toMatchObject({ succeeded: 1, failed: 1, outcome: { type: 'returned' } });
  });

  it('finishes the running invocation when it stops, and receives no more', async () => {
    const { bodies, handler } = recorder(() => sleep(300));
    const { send, poll, left } = await queues({ handler, batchSize: 1 });
    for (const body of ['one', 'two']) await send(body);
    const poller = await poll();
    await vi.waitFor(() => expect(bodies()).toHaveLength(1), { interval: 5, timeout: 5_000 });

    await poller.stop();

    expect(bodies()).toHaveLength(1);
    expect(await left()).toBe(1);
  });

  it('goes on when a call to SQS fails', async () => {
    const errors: unknown[] = [];
    const { batches, handler } = recorder();
    const { sqs, resources } = await emulated();
    sqs.middlewareStack.add(
      (next, context) => (args) => {
        const fails = errors.length === 0 && context.commandName === 'ReceiveMessageCommand';
        return fails ? Promise.reject(new Error('away')) : next(args);
      },
      { step: 'initialize' },
    );
    const settings = { sqs, queueUrl: resources.deliveriesQueueUrl, batchSize: 10, functionTimeoutMs: 1_000 };
    const onError = (error: unknown) => errors.push(error);
    const poller = await startQueuePoller({ ...settings, handler, onError });
    onTestFinished(() => poller.stop());

    await sqs.send(new SendMessageCommand({ QueueUrl: settings.queueUrl, MessageBody: 'one' }));

    await vi.waitFor(() => expect(batches).toHaveLength(1), { timeout: 5_000 });
    expect(errors).toEqual([new Error('away')]);
  });
});
