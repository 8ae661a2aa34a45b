import { randomUUID } from 'node:crypto';
import { config } from '#bridge-config';
import { createDynamoDBClient, createSecretsManagerClient } from '../lib/aws/clients.ts';
import { systemClock as clock } from '../lib/aws/clock.ts';
import { createLedger } from '../lib/aws/ledger/ledger.ts';
import { scheduledDoor } from '../lib/aws/scheduled-door.ts';
import { createStoreKeys } from '../lib/aws/secrets/store-keys.ts';
import { createStoreSecrets } from '../lib/aws/secrets/store-secrets.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { stageOf } from '../lib/core/policy/configuration/bridge-config.ts';
import { BackfillEnvironment, readEnvironment } from '../lib/environment.ts';
import { createBackfill } from '../lib/pipeline/backfill.ts';
import { createLedgerFormat } from '../lib/pipeline/ledger-format.ts';
import { storeApiOf } from '../lib/stores/rest.ts';
import { sourcesFor } from '../lib/stores/webhooks.ts';

const environment = readEnvironment(BackfillEnvironment);
const telemetry = createTelemetry('backfill');
const ledger = createLedger({
  client: createDynamoDBClient(),
  tableName: environment.TABLE_NAME,
  packing: () => format.isPacking(),
});
const format = createLedgerFormat({ registers: ledger, clock, log: telemetry.log });
const client = createSecretsManagerClient();
const former = createStoreSecrets({ client, secretId: environment.STORE_SECRETS_ID, clock });
const { log } = telemetry;

const { policy } = stageOf(config, environment.BRIDGE_STAGE);
const sourceOf = sourcesFor(policy);

const backfill = createBackfill({
  stores: environment.STORES,
  sourceOf,
  things: ledger,
  contacts: ledger,
  registers: ledger,
  survey: ledger,
  claims: ledger,
  holder: randomUUID(),
  keys: createStoreKeys({ client, secretId: environment.STORE_KEYS_ID, former, clock, log }),
  storeApiOf: (store, key) => storeApiOf(store, key, { clock, randomId: randomUUID, sourceOf }),
  policy,
  subscriptions: policy.subscriptions !== undefined,
  clock,
  ...telemetry,
});

export const handler = scheduledDoor(format.guard(backfill), telemetry);
