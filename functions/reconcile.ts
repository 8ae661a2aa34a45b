import { randomUUID } from 'node:crypto';
import { config } from '#bridge-config';
import { createDynamoDBClient, createSecretsManagerClient, createSqsClient } from '../lib/aws/clients.ts';
import { systemClock as clock } from '../lib/aws/clock.ts';
import { createLedger } from '../lib/aws/ledger/ledger.ts';
import { createDoorbell } from '../lib/aws/queue.ts';
import { scheduledDoor } from '../lib/aws/scheduled-door.ts';
import { createSigningSecrets } from '../lib/aws/secrets/signing-secrets.ts';
import { createStoreKeys } from '../lib/aws/secrets/store-keys.ts';
import { createStoreSecrets } from '../lib/aws/secrets/store-secrets.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { mapsScores } from '../lib/core/contact/mapped.ts';
import { makesCoupons } from '../lib/core/policy/asks-shops.ts';
import { stageOf } from '../lib/core/policy/configuration/bridge-config.ts';
import { asksSubscriptions } from '../lib/core/policy/follow-ups/follow-ups.ts';
import { REREAD, ReconcileEnvironment, readEnvironment } from '../lib/environment.ts';
import { createLedgerFormat } from '../lib/pipeline/ledger-format.ts';
import { createPolicyChange } from '../lib/pipeline/policy-change.ts';
import type { ReconcileParts } from '../lib/pipeline/reconcile/parts.ts';
import { createReconcile } from '../lib/pipeline/reconcile.ts';
import { createReread } from '../lib/pipeline/reread.ts';
import { createScores } from '../lib/pipeline/scores.ts';
import { createFollowUpEmailsApi } from '../lib/stores/follow-up-emails/rest/index.ts';
import { storeApiOf } from '../lib/stores/rest.ts';
import { sourcesFor } from '../lib/stores/webhooks.ts';

const environment = readEnvironment(ReconcileEnvironment);
const telemetry = createTelemetry('reconcile');
const ledger = createLedger({
  client: createDynamoDBClient(),
  tableName: environment.TABLE_NAME,
  packing: () => format.isPacking(),
});
const format = createLedgerFormat({ registers: ledger, clock, log: telemetry.log });
const client = createSecretsManagerClient();
const secret = { client, secretId: environment.STORE_SECRETS_ID, clock };
const secrets = createStoreSecrets(secret);
const { log } = telemetry;
const stores = environment.STORES;
const ports = { things: ledger, contacts: ledger, registers: ledger, survey: ledger, clock, ...telemetry };

const { policy } = stageOf(config, environment.BRIDGE_STAGE);
const sourceOf = sourcesFor(policy);

const followPolicy = createPolicyChange({ ...ports, policy, stores });
const score = createScores({ ...ports, policy, stores });
const parts = {
  ...ports,
  stores,
  sourceOf,
  doorbell: createDoorbell({ client: createSqsClient(), queueUrl: environment.CONTACTS_QUEUE_URL }),
  keys: createStoreKeys({ client, secretId: environment.STORE_KEYS_ID, former: secrets, clock, log }),
  secrets: createSigningSecrets(secret, secrets),
  storeApiOf: (store, key) => storeApiOf(store, key, { clock, randomId: randomUUID, sourceOf }),
  optOutsOf: ({ url }, keys) =>
    url === undefined
      ? undefined
      : createFollowUpEmailsApi({ baseUrl: url, keys, clock, randomId: randomUUID }),
  customerRoles: policy.customerRoles,
  carts: policy.carts !== undefined,
  coupons: makesCoupons(policy),
  subscriptions: asksSubscriptions(policy),
  productLinks: policy.itemLinks === true,
  webhookBaseUrl: environment.WEBHOOK_BASE_URL,
  // Marking everybody takes long; the stores come in the same run.
  also: [
    (remainingMs) => followPolicy(() => remainingMs() - 120_000),
    ...(mapsScores(policy) ? [(remainingMs: () => number) => score(() => remainingMs() - 120_000)] : []),
  ],
} satisfies ReconcileParts;
const [reconcile, reread] = [createReconcile(parts), createReread(parts)];

export const handler = scheduledDoor(
  format.guard((remainingMs, only) => (only === REREAD.only ? reread(remainingMs) : reconcile(remainingMs))),
  telemetry,
);
