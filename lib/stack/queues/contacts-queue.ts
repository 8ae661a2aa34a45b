import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { QUEUES } from '../../environment.ts';
import type { BridgeFunction } from '../functions/bridge-function.ts';
import { SIZING } from '../functions/sizing.ts';
import { DurableQueue } from './durable-queue.ts';

/** The doorbell, one lane per contact: Mautic must never have two writers for one address. */
export class ContactsQueue extends DurableQueue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      consumerTimeout: Duration.seconds(SIZING.sync.timeout),
      maxReceiveCount: QUEUES.contacts.maxReceives,
      both: { fifo: true },
      queue: {
        contentBasedDeduplication: false,
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      },
    });
  }

  /** Few at a time: Mautic's time is the scarce resource, and a new account runs ten functions in all. */
  feed(sync: BridgeFunction<'sync'>, maxConcurrency: number): void {
    this.connect(sync, { batchSize: QUEUES.contacts.batchSize, maxConcurrency });
  }
}
