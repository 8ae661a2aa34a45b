import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type QueuePollerSettings, startQueuePoller } from '../../../lib/local/gateway/queue-poller.ts';
import { eventually } from '../../support/eventually.ts';
import { emulated } from '../aws/emulated.ts';

type Options = Partial<QueuePollerSettings> & {
  queue?: 'deliveries' | 'contacts';
  visibilityTimeoutSeconds?: number;
};

/** Longer than any test. */
const HOUR_MS = 3_600_000;
const VISIBILITY_SECONDS = 20;

/** Time stands still, so that no message comes back before a test lets it pass. */
beforeEach(() => letPass(0));
afterEach(() => void vi.useRealTimers());

function letPass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1_000);
}

/** Emulated queues; `poll` starts a poller on one of them that is stopped when the test ends. */
async function queues({
  queue = 'deliveries',
  visibilityTimeoutSeconds = VISIBILITY_SECONDS,
  ...settings
}: Options) {
  const { sqs, resources } = await emulated({ visibilityTimeoutSeconds });
  const queueUrl = queue === 'contacts' ? resources.contactsQueueUrl : resources.deliveriesQueueUrl;
  const base = { sqs, queueUrl, batchSize: 10, functionTimeoutMs: HOUR_MS, handler: () => undefined };
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
  const emptied = () => eventually(async () => expect(await left()).toBe(0));
  const visible = async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
    return Messages.map(({ Body }) => Body);
  };
  const calls = (command: string) => countCalls(sqs, command);
  return { poll, send, left, emptied, visible, calls, sqs, queueUrl };
}

/** How many calls of this kind have begun since, and the latest of those that have ended. */
function countCalls(sqs: SQSClient, command: string) {
  const count = { begun: 0, ended: 0 };
  sqs.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName !== command) return next(args);
        count.begun += 1;
        const number = count.begun;
        const answer = await next(args);
        count.ended = Math.max(count.ended, number);
        return answer;
      },
    { step: 'initialize' },
  );
  return count;
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
    await eventually(() => expect(batches).toHaveLength(1));

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
    const { send, poll, emptied } = await queues({ handler });
    await poll();

    await send('one');

    await emptied();
    expect(batches).toHaveLength(1);
  });

  it('reacts to a message in an idle queue at once: it waits in SQS and does not ask again', async () => {
    const { bodies, handler } = recorder();
    const { send, poll, calls } = await queues({ handler });
    const receives = calls('ReceiveMessageCommand');
    const asked: number[] = [];
    await poll();

    for (const count of [1, 2]) {
      await eventually(() => expect(receives.begun).toBe(count));
      await sleep(300);
      asked.push(receives.begun);
      await send('one');
      await eventually(() => expect(bodies()).toHaveLength(count));
    }

    expect(asked).toEqual([1, 2]);
  });

  it('brings only the failed messages back, after their visibility timeout', async () => {
    const reports: object[] = [];
    const { bodies, handler, batches } = recorder(({ Records }) =>
      reports.length === 0 ? failing(Records.find(({ body }) => body === 'bad')) : undefined,
    );
    const onInvocation = (report: object) => reports.push(report);
    const { send, poll, left, visible, emptied } = await queues({ handler, onInvocation });
    for (const body of ['good', 'bad', 'fine']) await send(body);
    await poll();
    await eventually(() => expect(reports).toHaveLength(1));

    letPass(VISIBILITY_SECONDS - 1);
    expect([await left(), await visible()]).toEqual([1, []]);
    letPass(1);
    await emptied();

    expect(bodies()).toEqual([['good', 'bad', 'fine'], ['bad']]);
    expect(batches[1]?.[0]?.attributes.ApproximateReceiveCount).toBe('2');
  });

  it('brings the whole batch back when the function throws', async () => {
    const reports: object[] = [];
    const { bodies, handler } = recorder(() => {
      if (reports.length === 0) throw new Error('broken');
    });
    const onInvocation = (report: object) => reports.push(report);
    const { send, poll, emptied } = await queues({ handler, onInvocation });
    for (const body of ['one', 'two']) await send(body);
    await poll();
    await eventually(() => expect(reports).toHaveLength(1));

    letPass(VISIBILITY_SECONDS);
    await emptied();

    expect(bodies()).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  it('gives one message of each group and keeps the order within it', async () => {
    const { bodies, handler } = recorder();
    const { send, poll, emptied } = await queues({ handler, queue: 'contacts' });
    for (const id of ['a1', 'a2', 'b1', 'c1']) await send(id, fifo(id.slice(0, 1), id));
    await poll();

    await emptied();

    expect(bodies()).toEqual([['a1', 'b1', 'c1'], ['a2']]);
  });

  it('holds a group back behind its failed message', async () => {
    const reports: object[] = [];
    const { bodies, handler } = recorder(({ Records }) =>
      reports.length === 0 ? failing(Records.find(({ body }) => body === 'a1')) : undefined,
    );
    const onInvocation = (report: object) => reports.push(report);
    const { send, poll, visible, emptied } = await queues({ handler, onInvocation, queue: 'contacts' });
    for (const id of ['a1', 'a2', 'b1']) await send(id, fifo(id.slice(0, 1), id));
    await poll();
    await eventually(() => expect(reports).toHaveLength(1));

    expect(await visible()).toEqual([]);
    letPass(VISIBILITY_SECONDS);
    await emptied();

    expect(bodies()).toEqual([['a1', 'b1'], ['a1'], ['a2']]);
  });

  it('fills a batch beyond what one receive brings', async () => {
    const { bodies, handler } = recorder();
    const { send, poll } = await queues({ handler, batchSize: 25, batchWindowMs: HOUR_MS });
    await poll();

    for (let count = 0; count < 25; count += 1) await send(String(count));
    await eventually(() => expect(bodies()).toHaveLength(1));

    expect(bodies()[0]).toHaveLength(25);
  });

  it('waits no longer than its window for a batch to fill', async () => {
    const { bodies, handler } = recorder();
    const { send, poll } = await queues({ handler, batchSize: 100, batchWindowMs: 400 });
    await poll();

    const sentAt = performance.now();
    await send('one');
    await eventually(() => expect(bodies()).toEqual([['one']]));

    expect(performance.now() - sentAt).toBeGreaterThan(350);
  });

  it('invokes as soon as a batch is full', async () => {
    const { bodies, handler } = recorder();
    const { send, poll } = await queues({ handler, batchSize: 2, batchWindowMs: HOUR_MS });
    await poll();

    for (const body of ['one', 'two']) await send(body);

    await eventually(() => expect(bodies()).toEqual([['one', 'two']]));
  });

  it('cuts a batch that is larger than the six megabytes of an invocation', async () => {
    const { batches, handler } = recorder();
    const { send, poll, emptied } = await queues({ handler });
    for (let count = 0; count < 7; count += 1) await send('x'.repeat(1024 * 1024 - 100));
    await poll();

    await emptied();

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
    const { send, poll, emptied } = await queues({ handler, batchSize: 1 });
    for (const body of ['one', 'two', 'three']) await send(body);
    await poll();

    await emptied();

    expect(batches).toHaveLength(3);
    expect(most).toBe(1);
  });

  it('keeps messages invisible while the function works longer than their visibility timeout', async () => {
    const seen: unknown[] = [];
    const { bodies, handler } = recorder(async () => {
      for (const _most of [1, 2, 3]) {
        const { begun } = renewals;
        letPass(0.9);
        await eventually(() => expect(renewals.ended).toBeGreaterThan(begun));
        seen.push(...(await visible()));
      }
    });
    const { send, poll, visible, emptied, calls } = await queues({ handler, visibilityTimeoutSeconds: 1 });
    const renewals = calls('ChangeMessageVisibilityBatchCommand');
    await send('slow');
    await poll();

    await emptied();

    expect(seen).toEqual([]);
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
    const { send, poll, visible, sqs, queueUrl } = await queues({ handler });
    for (let count = 0; count < 7; count += 1) await send('x'.repeat(1024 * 1024 - 100));
    await poll();
    await eventually(() => expect(batches).toHaveLength(2));

    // What is still worked on stays hidden for longer.
    letPass(3);
    const again = await visible();
    release();

    expect(again).not.toEqual([]);
  });

  it('gives up a function that takes too long and brings its messages back', async () => {
    const types: string[] = [];
    const { batches, handler } = recorder(() =>
      types.length === 0 ? new Promise(() => undefined) : undefined,
    );
    const onInvocation: QueuePollerSettings['onInvocation'] = ({ outcome }) => types.push(outcome.type);
    const { send, poll, emptied } = await queues({ handler, functionTimeoutMs: 200, onInvocation });
    await send('slow');
    await poll();
    await eventually(() => expect(types).toHaveLength(1));

    letPass(VISIBILITY_SECONDS);
    await emptied();

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
    await eventually(() => expect(times).toHaveLength(2));

    const [first = 0, second = 0] = times;
    expect(first).toBeGreaterThan(HOUR_MS / 2);
    expect(first - second).toBeGreaterThanOrEqual(50);
  });

  it('reports every invocation', async () => {
    const reports: object[] = [];
    const { handler } = recorder(({ Records }) => failing(Records[0]));
    const { send, poll } = await queues({ handler, onInvocation: (report) => reports.push(report) });
    for (const body of ['one', 'two']) await send(body);
    await poll();

    await eventually(() => expect(reports).not.toEqual([]));

    expect(reports[0]).toMatchObject({ succeeded: 1, failed: 1, outcome: { type: 'returned' } });
  });

  it('finishes the running invocation when it stops, and receives no more', async () => {
    const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
    const { bodies, handler } = recorder(() => finished);
    const { send, poll, left } = await queues({ handler, batchSize: 1 });
    for (const body of ['one', 'two']) await send(body);
    const poller = await poll();
    await eventually(() => expect(bodies()).toHaveLength(1));

    let isStopped = false;
    const stopped = poller.stop().then(() => {
      isStopped = true;
    });
    expect([await left(), isStopped]).toEqual([2, false]);
    finish();
    await stopped;

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
    const settings = {
      sqs,
      queueUrl: resources.deliveriesQueueUrl,
      batchSize: 10,
      functionTimeoutMs: HOUR_MS,
    };
    const onError = (error: unknown) => errors.push(error);
    const poller = await startQueuePoller({ ...settings, handler, onError });
    onTestFinished(() => poller.stop());

    await sqs.send(new SendMessageCommand({ QueueUrl: settings.queueUrl, MessageBody: 'one' }));

    await eventually(() => expect(batches).toHaveLength(1));
    expect(errors).toEqual([new Error('away')]);
  });
});
