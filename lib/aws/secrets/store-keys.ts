import type { StoreKeys } from '../../core/ports/secrets.ts';
import { isConfigured } from './secret-text.ts';
import { MAX_AGE_MS, type StoreSecrets } from './store-secrets.ts';

/** The keys of the stores' REST APIs, from the secret that also holds the webhook secrets; half a key is none. */
export function createStoreKeys(stores: StoreSecrets): StoreKeys {
  return {
    of: async (store) => {
      const { consumerKey, consumerSecret } = (await stores.getOrLast(MAX_AGE_MS)).get(store) ?? {};
      if (!isConfigured(consumerKey) || !isConfigured(consumerSecret)) return undefined;
      return { consumerKey, consumerSecret };
    },
  };
}
