import { randomInt, randomUUID } from 'node:crypto';
import { config } from '#bridge-config';
import { createDynamoDBClient, createSecretsManagerClient, createSqsClient } from '../lib/aws/clients.ts';
import { systemClock as clock } from '../lib/aws/clock.ts';
import { createComeback } from '../lib/aws/comeback.ts';
import { createLedger } from '../lib/aws/ledger/ledger.ts';
import { readReceivedRing } from '../lib/aws/messages.ts';
import { queueDoor } from '../lib/aws/queue-door.ts';
import { createMauticCredentials } from '../lib/aws/secrets/mautic-credentials.ts';
import { createStoreKeys } from '../lib/aws/secrets/store-keys.ts';
import { createTokenStore } from '../lib/aws/secrets/token-store.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { mapsScores } from '../lib/core/contact/mapped.ts';
import { asksShops } from '../lib/core/policy/asks-shops.ts';
import { stageOf } from '../lib/core/policy/configuration/bridge-config.ts';
import { readEnvironment, SyncEnvironment } from '../lib/environment.ts';
import { connectMautic } from '../lib/mautic/connect.ts';
import { addDoNotContact } from '../lib/mautic/contacts/do-not-contact.ts';
import { createMauticPorts } from '../lib/mautic/ports.ts';
import { createHistory } from '../lib/pipeline/history.ts';
import { createLedgerFormat } from '../lib/pipeline/ledger-format.ts';
import { createLookAgain } from '../lib/pipeline/look-again.ts';
import { createKnownBorders } from '../lib/pipeline/scores/known-borders.ts';
import { createSince } from '../lib/pipeline/since.ts';
import type { SyncParts } from '../lib/pipeline/sync/parts.ts';
import { createShops, SHOP_CALL_MS } from '../lib/pipeline/sync/shops.ts';
import { createSync } from '../lib/pipeline/sync.ts';
import { storeApiOf } from '../lib/stores/rest.ts';
import { sourcesFor } from '../lib/stores/webhooks.ts';

const environment = readEnvironment(SyncEnvironment);
const telemetry = createTelemetry('sync');
const ledger = createLedger({
  client: createDynamoDBClient(),
  tableName: environment.TABLE_NAME,
  packing: () => format.isPacking(),
});
const format = createLedgerFormat({ registers: ledger, clock, log: telemetry.log });
const secrets = createSecretsManagerClient();
const stores = environment.STORES;
const { policy } = stageOf(config, environment.BRIDGE_STAGE);
const shared = { claims: ledger, clock, holder: randomUUID(), ...telemetry };
const mautic = connectMautic({
  baseUrl: environment.MAUTIC_BASE_URL,
  credentials: createMauticCredentials({ client: secrets, secretId: environment.MAUTIC_SECRET_ID, clock }),
  tokens: createTokenStore({ client: secrets, secretId: environment.MAUTIC_TOKEN_SECRET_ID }),
  ...shared,
});
const sync = createSync({
  things: ledger,
  contacts: ledger,
  registers: ledger,
  ...createMauticPorts({
    ...mautic,
    mode: policy.fields,
    registers: ledger,
    lookAgain: createLookAgain({ registers: ledger, clock }),
    ...shared,
  }),
  policy,
  currencies: new Map(stores.map(({ id, currency }) => [id, currency])),
  optOuts: {
    stores: stores.filter(({ followUpEmails }) => followUpEmails).map(({ id }) => id),
    add: (id) => addDoNotContact(mautic.client, id),
  },
  ...shopsOf(),
  zones: new Map(stores.flatMap(({ id, timezone }) => (timezone === undefined ? [] : [[id, timezone]]))),
  sites: new Map(stores.flatMap(({ id, url }) => (url === undefined ? [] : [[id, url]]))),
  since: createSince({ stores, policy, things: ledger, registers: ledger, clock }),
  history: createHistory({ stores, registers: ledger, clock, log: telemetry.log }),
  ...(mapsScores(policy) && { borders: createKnownBorders({ registers: ledger, clock }) }),
  ...shared,
});
/** Only where the policy has something done in the stores. */
function shopsOf(): Pick<SyncParts, 'shops'> {
  const { STORE_KEYS_ID: secretId } = environment;
  if (!asksShops(policy) || secretId === undefined) return {};
  const { log } = telemetry;
  const tools = { clock, randomId: randomUUID, sourceOf: sourcesFor(policy), timeoutMs: SHOP_CALL_MS };
  return {
    shops: createShops({
      stores,
      keys: createStoreKeys({ client: secrets, secretId, clock, log }),
      storeApiOf: (store, key) => storeApiOf(store, key, tools),
      sourceOf: tools.sourceOf,
      randomBelow: (limit) => randomInt(limit),
      clock,
      log,
    }),
  };
}
const comeback = createComeback({ client: createSqsClient(), queueUrl: environment.CONTACTS_QUEUE_URL });
export const handler = queueDoor(
  { read: readReceivedRing, work: format.guard(sync), counter: 'ContactFailed', comeback },
  telemetry,
);
