import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { failedMessages } from './batch-outcome.ts';
import { type Handler, invoke, type Outcome, within } from './invocation.ts';
import { describeQueue, extend, type PolledQueue, receive, remove } from './polled-queue.ts';
import { createSqsEvent, type ReceivedMessage, splitByPayload } from './sqs-event.ts';

export type QueuePollerSettings = {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly batchSize: number;
  /** How long a batch may fill up after its first message. */
  readonly batchWindowMs?: number;
  readonly handler: Handler<SQSEvent>;
  readonly functionName?: string;
  readonly functionTimeoutMs: number;
  /** Hears of every invocation once its messages are deleted or left to come back. */
  readonly onInvocation?: (report: InvocationReport) => void;
  /** Hears of every failed call to SQS; polling goes on. */
  readonly onError?: (error: unknown) => void;
};

type InvocationReport = {
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly succeeded: number;
  readonly failed: number;
};

export interface QueuePoller {
  /** Receives no more, lets what was received be worked off (one function timeout at most), then ends. */
  stop(): Promise<void>;
}

type Polling = QueuePollerSettings & { readonly queue: PolledQueue; readonly stopping: AbortSignal };

const SHORT_POLL_MS = 50;
const PAUSE_AFTER_ERROR_MS = 500;

/** Feeds a queue to a function as Lambda's event source does, one invocation at a time. */
export async function startQueuePoller(settings: QueuePollerSettings): Promise<QueuePoller> {
  const stopper = new AbortController();
  const queue = await describeQueue(settings.sqs, settings.queueUrl);
  const polling = poll({ ...settings, queue, stopping: stopper.signal });
  return {
    stop: async () => {
      stopper.abort();
      await within(settings.functionTimeoutMs, polling, undefined);
    },
  };
}

async function poll(polling: Polling): Promise<void> {
  while (!polling.stopping.aborted) {
    try {
      const batch = await collectBatch(polling);
      if (batch.length > 0) await whileInvisible(polling, batch, (done) => workOff(polling, batch, done));
    } catch (error) {
      if (polling.stopping.aborted) return;
      polling.onError?.(error);
      await sleep(PAUSE_AFTER_ERROR_MS, undefined, { signal: polling.stopping }).catch(() => undefined);
    }
  }
}

async function collectBatch(polling: Polling): Promise<ReceivedMessage[]> {
  const { queue, batchSize, batchWindowMs = 0, stopping } = polling;
  const batch = await receive(queue, batchSize, stopping);
  const full = performance.now() + batchWindowMs;
  while (batch.length > 0 && batch.length < batchSize && performance.now() < full && !stopping.aborted) {
    const more = await receive(queue, batchSize - batch.length);
    batch.push(...more);
    if (more.length === 0) await sleep(Math.min(SHORT_POLL_MS, Math.max(0, full - performance.now())));
  }
  return batch;
}

type Done = (messages: readonly ReceivedMessage[]) => void;

/**
 * On AWS the visibility timeout is six times the function's, so nothing comes back while it is worked on. Here
 * it is short, for a killed process's messages to come back soon, and is renewed as long as they are worked on.
 * From then on it is as the function left it: Lambda does not touch it.
 */
async function whileInvisible(
  polling: Polling,
  batch: readonly ReceivedMessage[],
  work: (done: Done) => Promise<void>,
): Promise<void> {
  const { queue } = polling;
  const waiting = new Set(batch);
  const renewal = setInterval(
    () => void extend(queue, [...waiting]).catch((error: unknown) => polling.onError?.(error)),
    (queue.visibilityTimeoutSeconds * 1000) / 3,
  );
  try {
    await work((messages) => {
      for (const message of messages) waiting.delete(message);
    });
  } finally {
    clearInterval(renewal);
  }
}

async function workOff(polling: Polling, batch: readonly ReceivedMessage[], done: Done): Promise<void> {
  for (const messages of splitByPayload(batch)) await invokeOnce(polling, messages, done);
}

async function invokeOnce(
  polling: Polling,
  messages: readonly ReceivedMessage[],
  ended: Done,
): Promise<void> {
  const { queue, handler, functionName = 'function', functionTimeoutMs: timeoutMs } = polling;
  const startedAt = performance.now();
  const invocation = invoke({ name: functionName, handler, timeoutMs }, createSqsEvent(messages, queue.arn));
  const outcome = await invocation.outcome;
  // One that is past its time is still at work.
  if (outcome.type !== 'timed-out') ended(messages);
  const failed = failedMessages(
    outcome,
    messages.map(({ MessageId }) => MessageId),
  );
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId));
  await remove(queue, done);
  polling.onInvocation?.({
    outcome,
    durationMs: Math.round(performance.now() - startedAt),
    succeeded: done.length,
    failed: failed.size,
  });
  // Lambda kills a function past its time. Here it gets as long again to end, so that no two run at once.
  if (outcome.type === 'timed-out') await within<unknown>(timeoutMs, invocation.settled, undefined);
}
