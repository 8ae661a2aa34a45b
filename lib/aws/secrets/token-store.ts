import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { readText, type SecretSettings } from './secret-text.ts';

const StoredToken = v.object({
  accessToken: v.string(),
  expiresAt: v.number(),
  obtainedAt: v.number(),
  refreshToken: v.exactOptional(v.string()),
  stopped: v.exactOptional(
    v.object({
      reason: v.string(),
      since: v.number(),
      credentials: v.exactOptional(v.string()),
      needs: v.exactOptional(v.literal('authorisation')),
    }),
  ),
});

/**
 * Mautic's OAuth2 token, shared by all functions; times are epoch ms. The refresh token is good for one renewal.
 * `stopped` means that a person must act.
 */
type StoredToken = v.InferOutput<typeof StoredToken>;

export interface TokenStore {
  /** `undefined` when there is none; also for anything else that is no token, which a renewal replaces. */
  read(): Promise<StoredToken | undefined>;
  write(token: StoredToken): Promise<void>;
}

/** The token in Secrets Manager. */
export function createTokenStore(settings: SecretSettings): TokenStore {
  const { client, secretId } = settings;
  return {
    read: async () => {
      const result = v.safeParse(v.pipe(v.string(), v.parseJson(), StoredToken), await readText(settings));
      return result.success ? result.output : undefined;
    },
    write: async (token) => {
      await client.send(
        new PutSecretValueCommand({ SecretId: secretId, SecretString: JSON.stringify(token) }),
      );
    },
  };
}
