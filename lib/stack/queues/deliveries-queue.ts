import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { QUEUES } from '../../environment.ts';
import type { BridgeFunction } from '../functions/bridge-function.ts';
import { SIZING } from '../functions/sizing.ts';
import { DurableQueue } from './durable-queue.ts';

/** Raw deliveries on their way from `ingest` to `record`, in any order. */
export class DeliveriesQueue extends DurableQueue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      consumerTimeout: Duration.seconds(SIZING.record.timeout),
      maxReceiveCount: QUEUES.deliveries.maxReceives,
      both: { maxMessageSizeBytes: QUEUES.largestBytes },
    });
  }

  /**
   * Deliveries that arrive together are folded together. With two of either no more than five batches run at once, and
   * eight functions with the schedules: a new account runs ten, and webhooks that `ingest` cannot take are not repeated.
   */
  feed(record: BridgeFunction<'record'>, maxConcurrency: number): void {
    this.connect(record, {
      batchSize: QUEUES.deliveries.batchSize,
      maxBatchingWindow: Duration.seconds(1),
      maxConcurrency,
    });
  }
}
