import { createDynamoDBClient, createSqsClient } from '../lib/aws/clients.ts';
import { systemClock } from '../lib/aws/clock.ts';
import { scheduledDoor } from '../lib/aws/doors/scheduled-door.ts';
import { createLedger } from '../lib/aws/ledger/ledger.ts';
import { createDoorbell } from '../lib/aws/queues/queue.ts';
import { createTelemetry } from '../lib/aws/telemetry/telemetry.ts';
import { readEnvironment, SweepEnvironment } from '../lib/environment.ts';
import { createSweep } from '../lib/pipeline/sweep.ts';

const environment = readEnvironment(SweepEnvironment);
const telemetry = createTelemetry('sweep');

const ledger = createLedger({ client: createDynamoDBClient(), tableName: environment.TABLE_NAME });

const sweep = createSweep({
  contacts: ledger,
  registers: ledger,
  doorbell: createDoorbell({ client: createSqsClient(), queueUrl: environment.CONTACTS_QUEUE_URL }),
  clock: systemClock,
  ...telemetry,
});

export const handler = scheduledDoor(sweep, telemetry);
