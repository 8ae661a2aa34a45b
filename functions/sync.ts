import { randomUUID } from 'node:crypto';
import { config } from '../bridge.config.ts';
import { createDynamoDBClient, createSecretsManagerClient } from '../lib/aws/clients.ts';
import { systemClock as clock } from '../lib/aws/clock.ts';
import { createLedger } from '../lib/aws/ledger/ledger.ts';
import { readReceivedRing } from '../lib/aws/messages.ts';
import { queueDoor } from '../lib/aws/queue-door.ts';
import { createMauticCredentials } from '../lib/aws/secrets/mautic-credentials.ts';
import { createTokenStore } from '../lib/aws/secrets/token-store.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { readEnvironment, SyncEnvironment } from '../lib/environment.ts';
import { connectMautic } from '../lib/mautic/connect.ts';
import { createMauticContacts } from '../lib/mautic/contacts.ts';
import { createMauticFields } from '../lib/mautic/fields.ts';
import { createMauticTags } from '../lib/mautic/tags.ts';
import { createSync } from '../lib/pipeline/sync.ts';

const environment = readEnvironment(SyncEnvironment);
const telemetry = createTelemetry('sync');
const ledger = createLedger({ client: createDynamoDBClient(), tableName: environment.TABLE_NAME });
const secrets = createSecretsManagerClient();
const shared = { claims: ledger, clock, holder: randomUUID(), ...telemetry };
const credentials = createMauticCredentials({
  client: secrets,
  secretId: environment.MAUTIC_SECRET_ID,
  clock,
});
const tokens = createTokenStore({ client: secrets, secretId: environment.MAUTIC_TOKEN_SECRET_ID });
const mautic = connectMautic({ baseUrl: environment.MAUTIC_BASE_URL, credentials, tokens, ...shared });
const sync = createSync({
  things: ledger,
  contacts: ledger,
  mautic: createMauticContacts(mautic.client),
  fields: createMauticFields({ ...mautic, mode: config.policy.fields, ...shared }),
  tags: createMauticTags({ ...mautic, ...shared }),
  policy: config.policy,
  currencies: new Map(environment.STORES.map(({ id, currency }) => [id, currency])),
  ...shared,
});

export const handler = queueDoor({ read: readReceivedRing, work: sync }, telemetry);
