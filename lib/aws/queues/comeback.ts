import { ChangeMessageVisibilityBatchCommand } from '@aws-sdk/client-sqs';
import type { QueueSettings } from './queue.ts';

/** A message that failed, as it was received. */
export interface Failed {
  readonly receiptHandle: string;
  /** In how many seconds from now it shall come again. */
  readonly afterSeconds: number;
}

/** Brings failed messages back sooner than their visibility does. @throws when the queue would not hear of some. */
export type Comeback = (failed: readonly Failed[]) => Promise<void>;

/** SQS's own limit per call. */
const BATCH = 10;

const FIRST_SECONDS = 5;
const GROWTH = 6;
const LONGEST_SECONDS = 600;

/**
 * When a message that was received so often comes again: after 5 s, 30 s, 3 min, then every 10 min. Deliveries become
 * dead letters after three quarters of an hour of that, rings after an hour: about as long as an outage may take.
 */
export function comebackSeconds(receives: number): number {
  return Math.min(FIRST_SECONDS * GROWTH ** Math.max(0, Math.min(receives, 9) - 1), LONGEST_SECONDS);
}

/** The comeback of messages of one queue. */
export function createComeback({ client, queueUrl: QueueUrl }: QueueSettings): Comeback {
  async function refusedOf(some: readonly Failed[]): Promise<number> {
    const Entries = some.map(({ receiptHandle, afterSeconds }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: afterSeconds,
    }));
    const { Failed = [] } = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    return Failed.length;
  }

  return async function bringBack(failed) {
    const batches = Array.from({ length: Math.ceil(failed.length / BATCH) }, (_, index) =>
      failed.slice(index * BATCH, (index + 1) * BATCH),
    );
    const refused = (await Promise.all(batches.map(refusedOf))).reduce((sum, count) => sum + count, 0);
    if (refused > 0)
      throw new Error(`The queue left ${String(refused)} failed messages hidden as long as they were.`);
  };
}
