import { config } from '#bridge-config';
import { createSqsClient } from '../lib/aws/clients.ts';
import { queueDoor } from '../lib/aws/doors/queue-door.ts';
import { createComeback } from '../lib/aws/queues/comeback.ts';
import { readReceivedRing } from '../lib/aws/queues/messages.ts';
import { createTelemetry } from '../lib/aws/telemetry/telemetry.ts';
import { stageOf } from '../lib/core/policy/configuration/bridge-config.ts';
import { readEnvironment, SyncEnvironment } from '../lib/environment.ts';
import { wireLedger } from '../lib/wiring/ledger.ts';
import { wireSync } from '../lib/wiring/sync.ts';

const environment = readEnvironment(SyncEnvironment);
const telemetry = createTelemetry('sync');
const { policy } = stageOf(config, environment.BRIDGE_STAGE);
const ledger = wireLedger({ tableName: environment.TABLE_NAME, log: telemetry.log });
const sync = wireSync({ environment, policy, ledger, telemetry });
const comeback = createComeback({ client: createSqsClient(), queueUrl: environment.CONTACTS_QUEUE_URL });

export const handler = queueDoor(
  { read: readReceivedRing, work: ledger.format.guard(sync), counter: 'ContactFailed', comeback },
  telemetry,
);
