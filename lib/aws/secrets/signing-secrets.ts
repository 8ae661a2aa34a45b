import type { SigningSecrets } from '../../core/ports/secrets.ts';
import { MAX_AGE_MS } from './max-age.ts';
import { isConfigured } from './secret-text.ts';
import { createStoreSecrets, type StoreSecrets, type StoreSecretsSettings } from './store-secrets.ts';

export interface SigningSecretsSettings extends StoreSecretsSettings {
  /** A copy older than this is read again. */
  readonly maxAgeMs?: number;
}

/** The webhook secrets of all stores; `stores` is shared with whatever else is read from the same secret. */
export function createSigningSecrets(
  settings: SigningSecretsSettings,
  stores: StoreSecrets = createStoreSecrets(settings),
): SigningSecrets {
  const { maxAgeMs = MAX_AGE_MS } = settings;
  return {
    of: async (store, fresherThanMs = maxAgeMs) => {
      const secret = (await stores.getOrLast(Math.min(fresherThanMs, maxAgeMs))).get(store);
      return secret ? [secret.webhookSecret, secret.previousWebhookSecret].filter(isConfigured) : [];
    },
  };
}
