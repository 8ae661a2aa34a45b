import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Ring } from '../../core/contact/contact.ts';
import type { Deliveries, Doorbell } from '../../core/ports/queues.ts';

export interface QueueSettings {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

type Entry = SendMessageBatchRequestEntry;

/** SQS's own limit per call. */
const BATCH = 10;

/** The standard queue of raw deliveries. */
export function createDeliveries({ client, queueUrl }: QueueSettings): Deliveries {
  return {
    send: async (delivery) => {
      await client.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(delivery) }),
      );
    },
  };
}

/** The FIFO queue of rings: one group per contact, so that no two instances work on the same one. */
export function createDoorbell({ client, queueUrl }: QueueSettings): Doorbell {
  return {
    ring: async (rings) => {
      const batches = Array.from({ length: Math.ceil(rings.length / BATCH) }, (_, index) =>
        rings.slice(index * BATCH, (index + 1) * BATCH).map(entryOf),
      );
      await Promise.all(batches.map((batch) => sendBatch({ client, queueUrl }, batch)));
    },
    depth: async () => {
      const ask = new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages'],
      });
      const { Attributes } = await client.send(ask);
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    },
  };
}

function entryOf(ring: Ring, index: number): Entry {
  const { contact, wanted, attempts } = ring;
  return {
    Id: String(index),
    MessageBody: JSON.stringify(ring),
    MessageGroupId: contact,
    MessageDeduplicationId: `${contact}-${String(wanted)}-${String(attempts)}`,
  };
}

/** What the queue refuses once is sent once more: the call as a whole succeeds even then. */
async function sendBatch(queue: QueueSettings, entries: Entry[]): Promise<void> {
  const refused = await refusedOf(queue, entries);
  const stillRefused = refused.length === 0 ? [] : await refusedOf(queue, refused);
  if (stillRefused.length > 0) {
    throw new Error(
      `The contacts queue refused ${String(stillRefused.length)} of ${String(entries.length)} rings twice.`,
    );
  }
}

async function refusedOf({ client, queueUrl }: QueueSettings, entries: Entry[]): Promise<Entry[]> {
  const send = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries });
  const { Failed = [] } = await client.send(send);
  const ids = new Set(Failed.map(({ Id }) => Id));
  return entries.filter(({ Id }) => ids.has(Id));
}
