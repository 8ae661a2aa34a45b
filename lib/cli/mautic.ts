import { randomUUID } from 'node:crypto';
import { createDynamoDBClient, createSecretsManagerClient } from '../aws/clients.ts';
import { systemClock as clock } from '../aws/clock.ts';
import { createLedger } from '../aws/ledger/ledger.ts';
import { createMauticCredentials } from '../aws/secrets/mautic-credentials.ts';
import { createTokenStore } from '../aws/secrets/token-store.ts';
import { AuthoriseEnvironment, readEnvironment } from '../environment.ts';
import { connectMautic } from '../mautic/connect.ts';
import { variablesFor } from './ledger.ts';
import type { Site } from './place/place.ts';
import { createTerminalLog } from './terminal.ts';

/** The Mautic of a bridge, with what its secrets hold. */
export function openMautic({ config, terminal }: Pick<Site, 'config' | 'terminal'>) {
  const environment = variablesFor(() => readEnvironment(AuthoriseEnvironment));
  const baseUrl = environment.MAUTIC_BASE_URL ?? config.mautic.url;
  const [dynamodb, secrets] = [createDynamoDBClient(), createSecretsManagerClient()];
  const credentials = createMauticCredentials({
    client: secrets,
    secretId: environment.MAUTIC_SECRET_ID,
    clock,
  });
  const shared = {
    claims: createLedger({ client: dynamodb, tableName: environment.TABLE_NAME }),
    clock,
    holder: randomUUID(),
    log: createTerminalLog(terminal),
    metrics: { count: () => undefined },
  };
  const tokens = createTokenStore({ client: secrets, secretId: environment.MAUTIC_TOKEN_SECRET_ID });
  return {
    ...connectMautic({ baseUrl, credentials, tokens, ...shared }),
    baseUrl,
    credentials,
    tokens,
    shared,
    close: () => {
      for (const client of [dynamodb, secrets]) client.destroy();
    },
  };
}
