import { randomInt, randomUUID } from 'node:crypto';
import { createSecretsManagerClient } from '../aws/clients.ts';
import { systemClock as clock } from '../aws/clock.ts';
import { createMauticCredentials } from '../aws/secrets/mautic-credentials.ts';
import { CREDENTIALS_MAX_AGE_MS } from '../aws/secrets/max-age.ts';
import { createStoreKeys } from '../aws/secrets/store-keys.ts';
import { createTokenStore } from '../aws/secrets/token-store.ts';
import { mapsScores } from '../core/contact/mapped.ts';
import { asksShops } from '../core/policy/asks-shops.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Log, Metrics } from '../core/ports/telemetry.ts';
import type { SyncEnvironment } from '../environment.ts';
import { connectMautic } from '../mautic/connect.ts';
import { addDoNotContact } from '../mautic/contacts/do-not-contact.ts';
import { createMauticPorts } from '../mautic/ports.ts';
import { createLookAgain } from '../pipeline/policy/look-again.ts';
import { createHistory } from '../pipeline/registers/history.ts';
import { createSince } from '../pipeline/registers/since.ts';
import { createKnownBorders } from '../pipeline/scores/known-borders.ts';
import type { SyncParts } from '../pipeline/sync/parts.ts';
import { createShops, SHOP_CALL_MS } from '../pipeline/sync/shops.ts';
import { createSync } from '../pipeline/sync.ts';
import { storeApiOf } from '../stores/rest.ts';
import { sourcesFor } from '../stores/webhooks.ts';
import type { WiredLedger } from './ledger.ts';

interface Parts {
  readonly environment: SyncEnvironment;
  readonly policy: Policy;
  readonly ledger: WiredLedger;
  readonly telemetry: { readonly log: Log; readonly metrics: Metrics };
}

/** The writer of contacts, on the ledger, Mautic and, where the policy asks for it, the stores' REST APIs. */
export function wireSync({ environment, policy, ledger: { ledger, ports }, telemetry }: Parts) {
  const stores = environment.STORES;
  const secrets = createSecretsManagerClient();
  const shared = { claims: ledger, clock, holder: randomUUID(), ...telemetry };
  const { registers } = ports;
  const mautic = connectMautic({
    baseUrl: environment.MAUTIC_BASE_URL,
    credentials: createMauticCredentials({
      client: secrets,
      secretId: environment.MAUTIC_SECRET_ID,
      clock,
      maxAgeMs: CREDENTIALS_MAX_AGE_MS,
    }),
    tokens: createTokenStore({ client: secrets, secretId: environment.MAUTIC_TOKEN_SECRET_ID }),
    ...shared,
  });
  const lookAgain = createLookAgain({ registers, clock });
  return createSync({
    ...ports,
    ...createMauticPorts({ ...mautic, mode: policy.fields, registers, lookAgain, ...shared }),
    policy,
    currencies: new Map(stores.map(({ id, currency }) => [id, currency])),
    optOuts: {
      stores: stores.filter(({ followUpEmails }) => followUpEmails).map(({ id }) => id),
      add: (id) => addDoNotContact(mautic.client, id),
    },
    ...shopsOf({ environment, policy, log: telemetry.log }, secrets),
    zones: new Map(stores.flatMap(({ id, timezone }) => (timezone === undefined ? [] : [[id, timezone]]))),
    sites: new Map(stores.flatMap(({ id, url }) => (url === undefined ? [] : [[id, url]]))),
    since: createSince({ stores, policy, things: ledger, registers, clock }),
    history: createHistory({ stores, registers, clock, log: telemetry.log }),
    ...(mapsScores(policy) && { borders: createKnownBorders({ registers, clock }) }),
    ...shared,
  });
}

type Asking = Pick<Parts, 'environment' | 'policy'> & { readonly log: Log };

/** Only where the policy has something done in the stores. */
function shopsOf(
  { environment, policy, log }: Asking,
  client: ReturnType<typeof createSecretsManagerClient>,
): Pick<SyncParts, 'shops'> {
  const { STORE_KEYS_ID: secretId, STORES: stores } = environment;
  if (!asksShops(policy) || secretId === undefined) return {};
  const tools = { clock, randomId: randomUUID, sourceOf: sourcesFor(policy), timeoutMs: SHOP_CALL_MS };
  return {
    shops: createShops({
      stores,
      keys: createStoreKeys({ client, secretId, clock, log }),
      storeApiOf: (store, key) => storeApiOf(store, key, tools),
      sourceOf: tools.sourceOf,
      randomBelow: (limit) => randomInt(limit),
      clock,
      log,
    }),
  };
}
