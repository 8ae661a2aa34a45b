import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { isReceived, type ReceivedMessage } from './sqs-event.ts';

/** The most that one call of SQS receives or deletes. */
const CALL_SIZE = 10;
const LONG_POLL_SECONDS = 20;

export type PolledQueue = {
  readonly sqs: SQSClient;
  readonly url: string;
  readonly arn: string;
  readonly visibilityTimeoutSeconds: number;
};

export async function describeQueue(sqs: SQSClient, url: string): Promise<PolledQueue> {
  const names = ['QueueArn' as const, 'VisibilityTimeout' as const];
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }),
  );
  return {
    sqs,
    url,
    arn: Attributes?.QueueArn ?? '',
    visibilityTimeoutSeconds: Number(Attributes?.VisibilityTimeout ?? 30),
  };
}

/** Receives up to `count` messages. Given a signal, waits for the first of them until a long poll ends or it fires. */
export async function receive(
  queue: PolledQueue,
  count: number,
  abortSignal?: AbortSignal,
): Promise<ReceivedMessage[]> {
  const { Messages = [] } = await queue.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: Math.min(count, CALL_SIZE),
      WaitTimeSeconds: abortSignal ? LONG_POLL_SECONDS : 0,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
    abortSignal ? { abortSignal } : {},
  );
  return Messages.filter(isReceived);
}

export async function remove(queue: PolledQueue, messages: readonly ReceivedMessage[]): Promise<void> {
  for (const part of inCalls(messages)) {
    const Entries = part.map((message, index) => ({
      Id: String(index),
      ReceiptHandle: message.ReceiptHandle,
    }));
    await queue.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
  }
}

/** Keeps messages invisible for another visibility timeout from now. */
export async function extend(queue: PolledQueue, messages: readonly ReceivedMessage[]): Promise<void> {
  for (const part of inCalls(messages)) {
    const Entries = part.map((message, index) => ({
      Id: String(index),
      ReceiptHandle: message.ReceiptHandle,
      VisibilityTimeout: queue.visibilityTimeoutSeconds,
    }));
    await queue.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries }));
  }
}

function inCalls(messages: readonly ReceivedMessage[]): ReceivedMessage[][] {
  const calls = Math.ceil(messages.length / CALL_SIZE);
  return Array.from({ length: calls }, (_, call) => messages.slice(call * CALL_SIZE, (call + 1) * CALL_SIZE));
}
