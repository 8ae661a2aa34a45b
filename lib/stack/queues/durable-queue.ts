import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption, type QueueProps, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { QUEUES } from '../../environment.ts';
import type { BridgeFunction } from '../functions/bridge-function.ts';

/** What differs between the queues. */
export interface DurableQueueProps {
  /** Given up to the dead-letter queue after this many receives. */
  readonly maxReceiveCount: number;
  readonly consumerTimeout: Duration;
  /** Further settings of the queue itself. */
  readonly queue?: QueueProps;
  /** Further settings of both queues. */
  readonly both?: QueueProps;
}

/** How the consumer is fed. */
export interface Feed {
  readonly batchSize: number;
  readonly maxBatchingWindow?: Duration;
  readonly maxConcurrency: number;
}

/** A queue that keeps what it was given: encrypted, for as long as SQS can, and beside it what its consumer fails at. */
export class DurableQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: DurableQueueProps) {
    super(scope, id);
    const kept: QueueProps = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(QUEUES.keptDays),
      ...props.both,
    };
    this.deadLetters = new Queue(this, 'DeadLetters', kept);
    this.queue = new Queue(this, 'Queue', {
      ...kept,
      // AWS asks for six times: a throttled batch must not come back while it may still be running.
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
      // Nobody's dead letters come in here. The dead-letter queue cannot name its source: each would wait for the other.
      redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
      ...props.queue,
    });
  }

  /** Gives batches to a function, which answers for each message by itself. */
  protected connect(consumer: BridgeFunction, feed: Feed): void {
    consumer.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      this.queue.queueArn,
    );
    // What failed shall come again sooner than that.
    consumer.allow(['sqs:ChangeMessageVisibility'], this.queue.queueArn);
    new EventSourceMapping(this, 'Feed', {
      ...feed,
      target: consumer.lambda,
      eventSourceArn: this.queue.queueArn,
      reportBatchItemFailures: true,
    });
  }
}
