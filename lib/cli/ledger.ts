import { createBodies } from '../aws/bodies.ts';
import { createDynamoDBClient, createS3Client, createSqsClient } from '../aws/clients.ts';
import { systemClock as clock } from '../aws/clock.ts';
import { createLedger } from '../aws/ledger/ledger.ts';
import { createDeadLetters } from '../aws/queues/dead-letters.ts';
import { readDelivery, readRing } from '../aws/queues/messages.ts';
import { createDoorbell } from '../aws/queues/queue.ts';
import { ReplayEnvironment, readEnvironment } from '../environment.ts';
import { UsageError } from './usage-error.ts';

/** The ledger and the queues of a deployed bridge, or of a local one; with the shell's credentials. */
export function openLedger() {
  const environment = variablesFor(() => readEnvironment(ReplayEnvironment));
  const [dynamodb, sqs, s3] = [createDynamoDBClient(), createSqsClient(), createS3Client()];
  const ledger = createLedger({ client: dynamodb, tableName: environment.TABLE_NAME });
  const queue = (queueUrl: string) => ({ client: sqs, queueUrl });
  const deliveries = queue(environment.DELIVERIES_DEAD_LETTERS_URL);
  const rings = queue(environment.CONTACTS_DEAD_LETTERS_URL);
  return {
    ledger,
    doorbell: createDoorbell(queue(environment.CONTACTS_QUEUE_URL)),
    bodies: createBodies({ client: s3, bucket: environment.BODIES_BUCKET }),
    deadDeliveries: createDeadLetters({ ...deliveries, read: readDelivery }),
    deadRings: createDeadLetters({ ...rings, read: readRing }),
    /** About how many deliveries and rings lie in the dead-letter queues. */
    countDeadLetters: () => Promise.all([deliveries, rings].map((one) => createDoorbell(one).depth())),
    clock,
    close: () => {
      for (const client of [dynamodb, sqs, s3]) client.destroy();
    },
  };
}

/**
 * What the environment says of a bridge that was opened.
 * @throws UsageError that names every variable that is missing: the shell gave only some, or the stack is an older one.
 */
export function variablesFor<Variables>(read: () => Variables): Variables {
  try {
    return read();
  } catch (error) {
    const problem = error instanceof Error ? error.message : 'The environment cannot be read';
    throw new UsageError(
      `${problem}. Leave them out of your shell, and the outputs of the stack are asked; if they miss something, deploy this version first.`,
      { cause: error },
    );
  }
}
