import { createBodies } from '../lib/aws/bodies.ts';
import { createS3Client, createSecretsManagerClient, createSqsClient } from '../lib/aws/clients.ts';
import { systemClock } from '../lib/aws/clock.ts';
import { webhookDoor } from '../lib/aws/http-door.ts';
import { createDeliveries } from '../lib/aws/queue.ts';
import { createSigningSecrets } from '../lib/aws/secrets/signing-secrets.ts';
import { createTelemetry } from '../lib/aws/telemetry.ts';
import { IngestEnvironment, readEnvironment } from '../lib/environment.ts';
import { createIngest } from '../lib/pipeline/ingest.ts';
import { sourceOf } from '../lib/sources/index.ts';

const environment = readEnvironment(IngestEnvironment);
const telemetry = createTelemetry('ingest');

const ingest = createIngest({
  stores: environment.STORES,
  sourceOf,
  secrets: createSigningSecrets({
    client: createSecretsManagerClient(),
    secretId: environment.STORE_SECRETS_ID,
    clock: systemClock,
  }),
  deliveries: createDeliveries({ client: createSqsClient(), queueUrl: environment.DELIVERIES_QUEUE_URL }),
  bodies: createBodies({ client: createS3Client(), bucket: environment.BODIES_BUCKET }),
  clock: systemClock,
  ...telemetry,
});

export const handler = webhookDoor(ingest, telemetry);
