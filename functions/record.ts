import { config } from '#bridge-config';
import { createBodies } from '../lib/aws/bodies.ts';
import { createS3Client, createSqsClient } from '../lib/aws/clients.ts';
import { systemClock as clock } from '../lib/aws/clock.ts';
import { queueDoor } from '../lib/aws/doors/queue-door.ts';
import { createComeback } from '../lib/aws/queues/comeback.ts';
import { readReceivedDelivery } from '../lib/aws/queues/messages.ts';
import { createDoorbell } from '../lib/aws/queues/queue.ts';
import { createTelemetry } from '../lib/aws/telemetry/telemetry.ts';
import { stageOf } from '../lib/core/policy/configuration/bridge-config.ts';
import { RecordEnvironment, readEnvironment } from '../lib/environment.ts';
import { createRecord } from '../lib/pipeline/record.ts';
import { sourcesFor } from '../lib/stores/webhooks.ts';
import { wireLedger } from '../lib/wiring/ledger.ts';

const environment = readEnvironment(RecordEnvironment);
const telemetry = createTelemetry('record');
const { policy } = stageOf(config, environment.BRIDGE_STAGE);
const client = createSqsClient();
const { format, ports } = wireLedger({ tableName: environment.TABLE_NAME, log: telemetry.log });

const record = createRecord({
  ...ports,
  stores: environment.STORES,
  sourceOf: sourcesFor(policy),
  doorbell: createDoorbell({ client, queueUrl: environment.CONTACTS_QUEUE_URL }),
  bodies: createBodies({ client: createS3Client(), bucket: environment.BODIES_BUCKET }),
  clock,
  ...telemetry,
});
const comeback = createComeback({ client, queueUrl: environment.DELIVERIES_QUEUE_URL });

export const handler = queueDoor(
  { read: readReceivedDelivery, work: format.guard(record), counter: 'DeliveryFailed', comeback },
  telemetry,
);
