import { config } from '#bridge-config';
import { createBodies } from '../lib/aws/bodies.ts';
import { createDynamoDBClient, createS3Client, createSqsClient } from '../lib/aws/clients.ts';
import { systemClock } from '../lib/aws/clock.ts';
import { createComeback } from '../lib/aws/comeback.ts';
import { createLedger } from '../lib/aws/ledger/ledger.ts';
import { readDelivery } from '../lib/aws/messages.ts';
import { createDoorbell } from '../lib/aws/queue.ts';
import { queueDoor } from '../lib/aws/queue-door.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { stageOf } from '../lib/core/policy/configuration/bridge-config.ts';
import { RecordEnvironment, readEnvironment } from '../lib/environment.ts';
import { createLedgerFormat } from '../lib/pipeline/ledger-format.ts';
import { createRecord } from '../lib/pipeline/record.ts';
import { sourcesFor } from '../lib/stores/webhooks.ts';

const environment = readEnvironment(RecordEnvironment);
const telemetry = createTelemetry('record');
const { policy } = stageOf(config, environment.BRIDGE_STAGE);
const sqs = createSqsClient();
const ledger = createLedger({
  client: createDynamoDBClient(),
  tableName: environment.TABLE_NAME,
  packing: () => format.isPacking(),
});
const format = createLedgerFormat({ registers: ledger, clock: systemClock, log: telemetry.log });

const record = createRecord({
  stores: environment.STORES,
  sourceOf: sourcesFor(policy),
  things: ledger,
  contacts: ledger,
  registers: ledger,
  doorbell: createDoorbell({ client: sqs, queueUrl: environment.CONTACTS_QUEUE_URL }),
  bodies: createBodies({ client: createS3Client(), bucket: environment.BODIES_BUCKET }),
  clock: systemClock,
  ...telemetry,
});

export const handler = queueDoor(
  {
    read: (body, receives) => {
      const delivery = readDelivery(body);
      return delivery && { delivery, redelivered: receives > 1 };
    },
    work: format.guard(record),
    counter: 'DeliveryFailed',
    comeback: createComeback({ client: sqs, queueUrl: environment.DELIVERIES_QUEUE_URL }),
  },
  telemetry,
);
