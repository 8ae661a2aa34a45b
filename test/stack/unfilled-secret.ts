import { createMauticCredentials } from '../../lib/aws/secrets/mautic-credentials.ts';
import { createTokenStore } from '../../lib/aws/secrets/token-store.ts';
import { startSecretsManager } from '../../lib/local/aws/secrets-manager.ts';
import { createMemoryClaims } from '../../lib/local/memory/claims.ts';
import { createAuthorization } from '../../lib/mautic/auth/auth.ts';
import { createRenewToken } from '../../lib/pipeline/renew-token.ts';
import { createSecret, secretsManagerAt } from '../aws/support/secrets.ts';
import { recordingLog } from '../support/log.ts';

/** What `renew-token` says last when both secrets of Mautic still hold what the stack put there. */
export async function inVain(placeholder: string): Promise<string | undefined> {
  const server = await startSecretsManager();
  const client = secretsManagerAt(server.url);
  try {
    return await lastWords(client, await createSecret(client, placeholder));
  } finally {
    client.destroy();
    await server.close();
  }
}

async function lastWords(
  client: ReturnType<typeof secretsManagerAt>,
  secretId: string,
): Promise<string | undefined> {
  const said: string[] = [];
  const log = recordingLog(({ message }) => void said.push(message));
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const authorization = createAuthorization({
    http: {
      request: () => Promise.reject(new Error('Without credentials there is nothing to say to Mautic')),
      close: () => undefined,
    },
    credentials: createMauticCredentials({ client, secretId, clock }),
    tokens: createTokenStore({ client, secretId }),
    claims: createMemoryClaims(),
    clock,
    log,
    metrics: { count: () => undefined },
    holder: 'test',
  });
  await createRenewToken({ authorization, log })();
  return said.at(-1);
}
