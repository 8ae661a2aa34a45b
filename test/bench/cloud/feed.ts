import { SQSClient } from '@aws-sdk/client-sqs';
import { connection } from '../../../lib/local/aws/connection.ts';
import { describeQueue, type PolledQueue, receive, remove } from '../../../lib/local/gateway/polled-queue.ts';
import { createSqsEvent, type ReceivedMessage } from '../../../lib/local/gateway/sqs-event.ts';
import type { Done } from '../children/host.ts';
import type { Host } from '../support/host.ts';
import { chunks } from '../support/statistics.ts';
import { type Cloud, chunksOf } from './cloud.ts';

/** How a function ran. */
export interface Usage {
  invocations: number;
  wallMs: number;
  cpuMs: number;
}

export interface Feed {
  /** Hands over all that waits, as Lambda's event source does; false when nothing waited. */
  pump(): Promise<boolean>;
}

interface FeedSettings {
  readonly cloud: Cloud;
  readonly queueUrl: string;
  readonly host: Host;
  readonly batchSize: number;
  readonly usage: Usage;
}

/** The most that one call of SQS receives or deletes. */
const CALL = 10;

/** Feeds a queue to a function, batch after batch. */
export async function createFeed(settings: FeedSettings): Promise<Feed> {
  const { cloud, queueUrl, host, batchSize, usage } = settings;
  const queue = await describeQueue(new SQSClient(connection(cloud.endpoints.sqs)), queueUrl);
  return {
    pump: async () => {
      const batch = await collect(queue, batchSize);
      if (batch.length === 0) return false;
      addUsage(usage, await host.invoke({ events: [createSqsEvent(batch, queue.arn)] }));
      await remove(queue, batch);
      bill(cloud, queue, batch);
      return true;
    },
  };
}

/** Adds what invocations took. @throws Error when one of them failed a message: then less was done than is billed. */
export function addUsage(usage: Usage, { wallMs, cpuMs, results }: Done): void {
  usage.invocations += wallMs.length;
  usage.cpuMs += cpuMs;
  for (const ms of wallMs) usage.wallMs += ms;
  const failed = results.find((result) => JSON.stringify(result)?.includes('itemIdentifier'));
  if (failed) throw new Error(`a function failed messages: ${JSON.stringify(failed)}`);
}

async function collect(queue: PolledQueue, size: number): Promise<readonly ReceivedMessage[]> {
  const batch: ReceivedMessage[] = [];
  while (batch.length < size) {
    const more = await receive(queue, size - batch.length);
    if (more.length === 0) break;
    batch.push(...more);
  }
  return batch;
}

/** The event source's own calls are billed too: receive and delete, ten messages each. */
function bill({ traffic }: Cloud, { url }: PolledQueue, batch: readonly ReceivedMessage[]): void {
  const kind = url.endsWith('.fifo') ? 'fifo' : 'standard';
  for (const part of chunks(batch, CALL)) {
    traffic.sqs[kind] += chunksOf(part.map(({ Body = '' }) => Body).join(''));
    traffic.sqs[kind] += 1;
  }
}
