import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { QUEUES } from '../../lib/environment.ts';
import { connection } from '../../lib/local/aws/connection.ts';
import { startEmulators } from '../../lib/local/aws/emulators.ts';
import { createResources } from '../../lib/local/aws/resources.ts';
import type { Functions } from '../../lib/local/bridge/functions.ts';
import { feedsOf, schedulesOf } from '../../lib/local/bridge/triggers.ts';
import { resolved } from './resolved.ts';
import { resources as cloud, functionOf, type Properties } from './template.ts';

/**
 * What differs on purpose, and is not compared: schedules come more often and a batch fills up for a shorter time, so
 * that nobody waits; messages are hidden for a shorter time and renewed, so that those of a killed process come back
 * soon; one batch of a function runs at a time, because the process is one instance.
 */

const HANDLER = () => undefined;
const FUNCTIONS: Functions = {
  ingest: HANDLER,
  record: HANDLER,
  sync: HANDLER,
  sweep: HANDLER,
  reconcile: HANDLER,
  backfill: HANDLER,
  renewToken: HANDLER,
};

async function laptop() {
  const emulators = await startEmulators();
  onTestFinished(() => emulators.close());
  const resources = await createResources(emulators.endpoints);
  const sqs = new SQSClient(connection(emulators.endpoints.sqs));
  onTestFinished(() => sqs.destroy());
  const attributesOf = async (QueueUrl: string) => {
    const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    return (await sqs.send(ask)).Attributes ?? {};
  };
  return { resources, attributesOf };
}

function feedOf(name: 'record' | 'sync'): Properties {
  const { id } = functionOf(name);
  const feeds = [...cloud('AWS::Lambda::EventSourceMapping').values()];
  const feed = feeds.find(({ FunctionName: target }) => resolved(target) === id);
  if (!feed) throw new Error(`Nothing feeds ${name}`);
  return feed;
}

function queueOf(id: string): Properties {
  const queue = cloud('AWS::SQS::Queue').get(id);
  if (!queue) throw new Error(`There is no queue ${id}`);
  return queue;
}

/** What an emulated queue and a schedule of npm start share with the stack's. */
export function testLimits(): void {
  describe('a laptop', () => {
    it.each(['sweep', 'reconcile', 'backfill', 'renew-token'] as const)(
      'gives %s the time it has on AWS',
      (name) => {
        const schedule = schedulesOf(FUNCTIONS).find((one) => one.name === name);

        expect(schedule?.functionTimeoutMs).toBe(Number(functionOf(name).properties.Timeout) * 1000);
      },
    );

    it('feeds record and sync batches of the same size, with the same time for each', async () => {
      const { resources } = await laptop();

      for (const { functionName, batchSize, functionTimeoutMs } of feedsOf(FUNCTIONS, resources)) {
        const name = functionName === 'record' ? 'record' : 'sync';
        expect({ name, batchSize }).toEqual({ name, batchSize: feedOf(name).BatchSize });
        expect(functionTimeoutMs).toBe(Number(functionOf(name).properties.Timeout) * 1000);
      }
    });

    it.each([
      ['Deliveries', 'deliveriesQueueUrl', 'deliveriesDeadLettersQueueUrl'],
      ['Contacts', 'contactsQueueUrl', 'contactsDeadLettersQueueUrl'],
    ] as const)('keeps %s as long and gives them up as late', async (id, queueUrl, deadLettersUrl) => {
      const { resources, attributesOf } = await laptop();
      const [queue, deadLetters] = [queueOf(`${id}Queue`), queueOf(`${id}DeadLetters`)];

      const [own, dead] = await Promise.all([
        attributesOf(resources[queueUrl]),
        attributesOf(resources[deadLettersUrl]),
      ]);

      expect(Number(own.MessageRetentionPeriod)).toBe(queue.MessageRetentionPeriod);
      expect(Number(dead.MessageRetentionPeriod)).toBe(deadLetters.MessageRetentionPeriod);
      expect(JSON.parse(own.RedrivePolicy ?? '{}').maxReceiveCount).toBe(
        (queue.RedrivePolicy as Properties).maxReceiveCount,
      );
      // What is not said is what SQS takes by itself.
      for (const { MaximumMessageSize = QUEUES.largestBytes } of [queue, deadLetters])
        expect(MaximumMessageSize).toBe(Number(own.MaximumMessageSize));
    });

    it('leaves reconcile time for the stores when it marks contacts for another policy', () => {
      expect(Number(functionOf('reconcile').properties.Timeout)).toBeGreaterThan(120);
    });
  });
}
