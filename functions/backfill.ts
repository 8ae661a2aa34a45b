import { randomUUID } from 'node:crypto';
import { config } from '#bridge-config';
import { createSecretsManagerClient } from '../lib/aws/clients.ts';
import { systemClock as clock } from '../lib/aws/clock.ts';
import { scheduledDoor } from '../lib/aws/doors/scheduled-door.ts';
import { createStoreKeys } from '../lib/aws/secrets/store-keys.ts';
import { createStoreSecrets } from '../lib/aws/secrets/store-secrets.ts';
import { createTelemetry } from '../lib/aws/telemetry/telemetry.ts';
import { stageOf } from '../lib/core/policy/configuration/bridge-config.ts';
import { BackfillEnvironment, readEnvironment } from '../lib/environment.ts';
import { createBackfill } from '../lib/pipeline/backfill.ts';
import { storeApiOf } from '../lib/stores/rest.ts';
import { sourcesFor } from '../lib/stores/webhooks.ts';
import { wireLedger } from '../lib/wiring/ledger.ts';

const { STORES: stores, ...environment } = readEnvironment(BackfillEnvironment);
const telemetry = createTelemetry('backfill');
const { log } = telemetry;
const { policy } = stageOf(config, environment.BRIDGE_STAGE);
const { ledger, format, ports } = wireLedger({ tableName: environment.TABLE_NAME, log });
const client = createSecretsManagerClient();
const former = createStoreSecrets({ client, secretId: environment.STORE_SECRETS_ID, clock });
const sourceOf = sourcesFor(policy);

const backfill = createBackfill({
  ...ports,
  survey: ledger,
  claims: ledger,
  stores,
  sourceOf,
  policy,
  clock,
  holder: randomUUID(),
  keys: createStoreKeys({ client, secretId: environment.STORE_KEYS_ID, former, clock, log }),
  storeApiOf: (store, key) => storeApiOf(store, key, { clock, randomId: randomUUID, sourceOf }),
  subscriptions: policy.subscriptions !== undefined,
  ...telemetry,
});

export const handler = scheduledDoor(format.guard(backfill), telemetry);
