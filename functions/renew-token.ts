import { randomUUID } from 'node:crypto';
import { createDynamoDBClient, createSecretsManagerClient } from '../lib/aws/clients.ts';
import { systemClock as clock } from '../lib/aws/clock.ts';
import { scheduledDoor } from '../lib/aws/doors/scheduled-door.ts';
import { createLedger } from '../lib/aws/ledger/ledger.ts';
import { createMauticCredentials } from '../lib/aws/secrets/mautic-credentials.ts';
import { createTokenStore } from '../lib/aws/secrets/token-store.ts';
import { createTelemetry } from '../lib/aws/telemetry/telemetry.ts';
import { RenewTokenEnvironment, readEnvironment } from '../lib/environment.ts';
import { connectMautic } from '../lib/mautic/connect.ts';
import { createRenewToken } from '../lib/pipeline/renew-token.ts';

const environment = readEnvironment(RenewTokenEnvironment);
const telemetry = createTelemetry('renew-token');
const secrets = createSecretsManagerClient();
const { authorization } = connectMautic({
  baseUrl: environment.MAUTIC_BASE_URL,
  credentials: createMauticCredentials({ client: secrets, secretId: environment.MAUTIC_SECRET_ID, clock }),
  tokens: createTokenStore({ client: secrets, secretId: environment.MAUTIC_TOKEN_SECRET_ID }),
  claims: createLedger({ client: createDynamoDBClient(), tableName: environment.TABLE_NAME }),
  clock,
  holder: randomUUID(),
  ...telemetry,
});

export const handler = scheduledDoor(createRenewToken({ authorization, ...telemetry }), telemetry);
