import { randomUUID } from 'node:crypto';
import { createSecretsManagerClient } from '../aws/clients.ts';
import { systemClock as clock } from '../aws/clock.ts';
import { namesIn } from '../aws/secrets/secret-text.ts';
import { createSigningSecrets } from '../aws/secrets/signing-secrets.ts';
import { createStoreKeys } from '../aws/secrets/store-keys.ts';
import { createStoreSecrets } from '../aws/secrets/store-secrets.ts';
import type { Store } from '../core/policy/configuration/store.ts';
import type { StoreApi } from '../core/stores/store-api.ts';
import { readEnvironment, StoreEnvironment } from '../environment.ts';
import { storeApiOf } from '../stores/rest.ts';
import { sourcesFor } from '../stores/webhooks.ts';
import { variablesFor } from './ledger.ts';
import type { Site } from './place/place.ts';
import { createTerminalLog } from './terminal.ts';

/** The stores of a bridge, with what its secrets hold of them. */
export function openStores({ terminal, config }: Pick<Site, 'terminal' | 'config'>) {
  const environment = variablesFor(() => readEnvironment(StoreEnvironment));
  const client = createSecretsManagerClient();
  const secret = { client, secretId: environment.STORE_SECRETS_ID, clock };
  const former = createStoreSecrets(secret);
  const log = createTerminalLog(terminal);
  const sourceOf = sourcesFor(config.policy);
  const keys = createStoreKeys({ client, secretId: environment.STORE_KEYS_ID, former, clock, log });
  return {
    secrets: createSigningSecrets(secret, former),
    keys,
    /** The API of a store; `undefined` for one without an address or without keys. @throws when the secret cannot be read. */
    apiOf: async (store: Store): Promise<StoreApi | undefined> => {
      const key = await keys.of(store.id);
      return key && storeApiOf(store, key, { clock, randomId: randomUUID, sourceOf });
    },
    /** Ids in the secret of the webhooks, or in that of the keys, that no store has; of one in its place nothing is found. */
    strangersIn: async (what: 'secrets' | 'keys'): Promise<readonly string[]> => {
      const secretId = what === 'keys' ? environment.STORE_KEYS_ID : environment.STORE_SECRETS_ID;
      const known = new Set(config.stores.map(({ id }) => id));
      return (await namesIn({ client, secretId })).filter((name) => !known.has(name));
    },
    close: () => client.destroy(),
  };
}
