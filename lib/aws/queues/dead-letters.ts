import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message as SqsMessage,
} from '@aws-sdk/client-sqs';
import type { DeadLetter, DeadLetters } from '../../core/ports/queues.ts';
import type { QueueSettings } from './queue.ts';

export interface DeadLettersSettings<Message> extends QueueSettings {
  /** `undefined` for a message of no known shape. */
  readonly read: (body: string) => Message | undefined;
}

/** SQS's own limit per call. */
const BATCH = 10;
/** A person who stops the command half-way sees the rest again after this. */
const HIDDEN_SECONDS = 600;
/** A short poll asks only some of SQS's servers and may find nothing although there is something. */
const LONG_POLL_SECONDS = 1;

/** A dead-letter queue of SQS. */
export function createDeadLetters<Message>({
  client,
  queueUrl: QueueUrl,
  read,
}: DeadLettersSettings<Message>): DeadLetters<Message> {
  return {
    receive: async () => {
      const receive = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: LONG_POLL_SECONDS,
        MessageSystemAttributeNames: ['SentTimestamp'],
      });
      const { Messages = [] } = await client.send(receive);
      return Messages.map((message) => letterOf(message, read));
    },
    remove: async (letters) => {
      for (const some of batches(letters)) {
        const Entries = some.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt }));
        const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
        if (Failed.length > 0)
          throw new Error(
            `SQS kept ${String(Failed.length)} dead letters that were worked off; run it again.`,
          );
      }
    },
    release: async (letters) => {
      for (const some of batches(letters)) {
        const Entries = some.map(({ receipt }, index) => ({
          Id: String(index),
          ReceiptHandle: receipt,
          VisibilityTimeout: 0,
        }));
        // What cannot be released shows itself by itself.
        await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      }
    },
  };
}

function letterOf<Message>(
  { MessageId = '', ReceiptHandle = '', Body = '', Attributes }: SqsMessage,
  read: (body: string) => Message | undefined,
): DeadLetter<Message> {
  const sentAt = Number(Attributes?.SentTimestamp ?? 0);
  return { id: MessageId, receipt: ReceiptHandle, message: read(Body), sentAt };
}

function batches<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
}
