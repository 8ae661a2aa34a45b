import { createBodyUpload } from '../lib/aws/body-upload.ts';
import { createSecretsManagerClient, createSqsClient } from '../lib/aws/clients.ts';
import { systemClock } from '../lib/aws/clock.ts';
import { webhookDoor } from '../lib/aws/doors/http-door.ts';
import { createDeliveries } from '../lib/aws/queues/queue.ts';
import { SIGNING_MAX_AGE_MS } from '../lib/aws/secrets/max-age.ts';
import { createSigningSecrets } from '../lib/aws/secrets/signing-secrets.ts';
import { createTelemetry } from '../lib/aws/telemetry/telemetry.ts';
import { IngestEnvironment, readEnvironment } from '../lib/environment.ts';
import { createIngest } from '../lib/pipeline/ingest.ts';
import { senderOf } from '../lib/stores/senders.ts';

const environment = readEnvironment(IngestEnvironment);
const telemetry = createTelemetry('ingest');
const sqs = createSqsClient();

const ingest = createIngest({
  stores: environment.STORES,
  senderOf,
  secrets: createSigningSecrets({
    client: createSecretsManagerClient(),
    secretId: environment.STORE_SECRETS_ID,
    clock: systemClock,
    maxAgeMs: SIGNING_MAX_AGE_MS,
  }),
  deliveries: createDeliveries({ client: sqs, queueUrl: environment.DELIVERIES_QUEUE_URL }),
  bodies: createBodyUpload({
    client: sqs,
    bucket: environment.BODIES_BUCKET,
    endpoint: environment.AWS_ENDPOINT_URL_S3,
  }),
  clock: systemClock,
  ...telemetry,
});

export const handler = webhookDoor(ingest, telemetry);
