import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { systemClock } from '../../aws/clock.ts';
import { createLedger } from '../../aws/ledger/ledger.ts';
import type { BridgeConfig, Store } from '../../core/policy.ts';
import type { LocalEnvironment } from '../../environment.ts';
import { awsEnvironment, connection } from '../aws/connection.ts';
import { type Emulators, startEmulators } from '../aws/emulators.ts';
import { createResources, type Resources } from '../aws/resources.ts';
import { startHttpGateway } from '../gateway/http-gateway.ts';
import { startQueuePoller } from '../gateway/queue-poller.ts';
import { startScheduler } from '../gateway/scheduler.ts';
import { type Functions, loadFunctions } from './functions.ts';
import { type Pending, readHealth } from './health.ts';
import { putSecrets, SECRET_IDS } from './secrets.ts';
import { localStores, mauticSecret, storeKeys, storeSecrets } from './settings.ts';

export interface BridgeSettings {
  readonly config: BridgeConfig;
  readonly environment: LocalEnvironment;
  readonly mauticUrl: string;
  /** Hears of what goes wrong in the local AWS, not in the functions, which log for themselves. */
  readonly onError: (place: string, error: unknown) => void;
}

export interface LocalBridge {
  readonly url: string;
  readonly stores: readonly Store[];
  pending(): Promise<Pending>;
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;
/** Each minute on AWS; whoever tries it on a laptop should not have to wait. */
const LOCAL_SWEEP_MS = 5_000;
/** Each quarter of an hour on AWS. */
const LOCAL_RECONCILE_MS = MINUTE_MS;
const RECORD_TIMEOUT_MS = 60_000;
const SYNC_TIMEOUT_MS = 180_000;

/** Starts the unchanged functions behind local stand-ins for API Gateway, SQS, DynamoDB, S3, Secrets Manager and the scheduler. */
export async function startBridge(settings: BridgeSettings): Promise<LocalBridge> {
  const { config, environment } = settings;
  const stores = localStores(config, environment);
  const secrets = {
    stores: storeSecrets(stores, environment),
    storeKeys: storeKeys(stores, environment),
    mautic: mauticSecret(environment),
  };
  const emulators = await startEmulators({ dataDir: join(environment.BRIDGE_DATA_DIR, 'aws') });
  const resources = await createResources(emulators.endpoints);
  await putSecrets(emulators.endpoints.secretsManager, secrets);
  const functions = await loadFunctions(variablesOf({ settings, stores, emulators, resources }));
  const health = healthOf(emulators, resources);
  const pollers = await startPollers({ settings, emulators, resources, functions });
  const scheduler = startSchedules(functions, settings.onError);
  const gateway = await startHttpGateway({
    port: environment.PORT,
    handlers: functions,
    health,
    onFailure: (outcome) => settings.onError('ingest', outcome),
  });
  return {
    url: gateway.url,
    stores,
    pending: async () => (await health()).pending,
    stop: async () => {
      await gateway.close();
      await Promise.all([scheduler.stop(), ...pollers.map((poller) => poller.stop())]);
      await emulators.close();
    },
  };
}

interface Started {
  readonly settings: BridgeSettings;
  readonly emulators: Emulators;
  readonly resources: Resources;
}

/** Every variable of every function, as the stack sets them. */
function variablesOf({
  settings,
  stores,
  emulators,
  resources,
}: Started & { stores: readonly Store[] }): Record<string, string> {
  return {
    ...awsEnvironment(emulators.endpoints),
    POWERTOOLS_LOG_LEVEL: settings.environment.LOG_LEVEL,
    POWERTOOLS_METRICS_DISABLED: 'true',
    STORES: JSON.stringify(stores),
    STORE_SECRETS_ID: SECRET_IDS.stores,
    STORE_KEYS_ID: SECRET_IDS.storeKeys,
    DELIVERIES_QUEUE_URL: resources.deliveriesQueueUrl,
    CONTACTS_QUEUE_URL: resources.contactsQueueUrl,
    BODIES_BUCKET: resources.bodiesBucket,
    TABLE_NAME: resources.tableName,
    MAUTIC_BASE_URL: settings.mauticUrl,
    MAUTIC_SECRET_ID: SECRET_IDS.mautic,
    MAUTIC_TOKEN_SECRET_ID: SECRET_IDS.token,
  };
}

function healthOf({ endpoints }: Emulators, { tableName, ...queues }: Resources) {
  const client = new DynamoDBClient(connection(endpoints.dynamodb));
  const contacts = createLedger({ client, tableName });
  const sqs = new SQSClient(connection(endpoints.sqs));
  return () => readHealth({ ...queues, sqs, contacts, now: () => systemClock.now() });
}

function startPollers({ settings, emulators, resources, functions }: Started & { functions: Functions }) {
  const sqs = new SQSClient(connection(emulators.endpoints.sqs));
  const onError = (error: unknown) => settings.onError('queue', error);
  const { deliveriesQueueUrl, contactsQueueUrl } = resources;
  return Promise.all([
    startQueuePoller({
      sqs,
      queueUrl: deliveriesQueueUrl,
      handler: functions.record,
      functionName: 'record',
      batchSize: 100,
      batchWindowMs: 100,
      functionTimeoutMs: RECORD_TIMEOUT_MS,
      onError,
    }),
    startQueuePoller({
      sqs,
      queueUrl: contactsQueueUrl,
      handler: functions.sync,
      functionName: 'sync',
      batchSize: 10,
      functionTimeoutMs: SYNC_TIMEOUT_MS,
      onError,
    }),
  ]);
}

function startSchedules(functions: Functions, onError: BridgeSettings['onError']) {
  const { sweep, reconcile, renewToken } = functions;
  return startScheduler(
    [
      { name: 'sweep', everyMs: LOCAL_SWEEP_MS, handler: sweep, runAtStart: true },
      { name: 'reconcile', everyMs: LOCAL_RECONCILE_MS, handler: reconcile, runAtStart: true },
      { name: 'renew-token', everyMs: 15 * MINUTE_MS, handler: renewToken },
    ],
    onError,
  );
}
