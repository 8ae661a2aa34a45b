import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { systemClock } from '../../aws/clock.ts';
import { createLedger } from '../../aws/ledger/ledger.ts';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { Contacts, Registers } from '../../core/ports/ledger.ts';
import { LONGEST_RUN } from '../../environment.ts';
import type { LocalEnvironment } from '../../local-environment.ts';
import { sourcesFor } from '../../stores/webhooks.ts';
import { awsEnvironment, connection } from '../aws/connection.ts';
import type { Emulators } from '../aws/emulators.ts';
import { startEmulatorsApart } from '../aws/emulators-apart.ts';
import { createResources, type Resources } from '../aws/resources.ts';
import { createConsole } from '../console/console.ts';
import type { Say } from '../console/line.ts';
import { startHttpGateway } from '../gateway/http-gateway.ts';
import { createPages } from '../gateway/pages.ts';
import { loadFunctions } from './functions.ts';
import { type Pending, readHealth } from './health.ts';
import type { LocalMautic } from './mautic.ts';
import { openSite } from './open-site.ts';
import { otherMauticText, ownMautic } from './own-mautic.ts';
import { forgetRunning, noteRunning } from './running.ts';
import { putSecrets, SECRET_IDS } from './secrets.ts';
import { localSecrets, localStores } from './settings.ts';
import { startTriggers } from './triggers.ts';

export interface BridgeSettings {
  readonly config: BridgeConfig;
  readonly environment: LocalEnvironment;
  readonly mautic: Pick<LocalMautic, 'url' | 'name' | 'isSimulated' | 'faults'>;
  /** It is the Mautic that the ledger was written for, whatever its name was then. */
  readonly sameMautic?: boolean;
  /** Functions log what somebody may ask for afterwards, unless the environment says how much they log. */
  readonly keepsLogs?: boolean;
  /** The page of a simulated shop beside it. */
  readonly shopUrl?: string;
  /** Hears what became of deliveries and contacts. */
  readonly say: Say;
  /** Hears of what goes wrong in the local AWS, not in the functions, which log for themselves. */
  readonly onError: (place: string, error: unknown) => void;
}

export interface LocalBridge {
  readonly url: string;
  readonly stores: readonly Store[];
  pending(): Promise<Pending>;
  stop(): Promise<void>;
}

/**
 * Starts the unchanged functions behind local stand-ins for API Gateway, SQS, DynamoDB, S3, Secrets Manager and the
 * scheduler.
 * @throws Error that says what to do when the ledger was written for another Mautic.
 */
export async function startBridge(settings: BridgeSettings): Promise<LocalBridge> {
  const { config, environment } = settings;
  const stores = localStores(config, environment);
  const secrets = localSecrets(config, environment);
  const emulators = await startEmulatorsApart({ dataDir: join(environment.BRIDGE_DATA_DIR, 'aws') });
  const resources = await createResources(emulators.endpoints);
  const client = new DynamoDBClient(connection(emulators.endpoints.dynamodb));
  const ledger = createLedger({ client, tableName: resources.tableName });
  await own(settings, ledger).catch(async (error: unknown) => {
    await emulators.close();
    throw error;
  });
  await putSecrets(emulators.endpoints.secretsManager, secrets);
  const loaded = await loadFunctions(variablesOf({ settings, stores, emulators, resources }));
  const health = healthOf(emulators, resources, ledger);
  const pending = async () => (await health()).pending;
  const site = openSite({ ...settings, stores, ledger, pending, bridgeUrl: () => gateway.url });
  const console = createConsole({ stores, sourceOf: sourcesFor(config.policy), ledger, say: site.say });
  const functions = console.tell(loaded);
  const triggers = await startTriggers({
    sqsUrl: emulators.endpoints.sqs,
    resources,
    functions,
    onError: settings.onError,
  });
  const gateway = await startHttpGateway({
    port: environment.PORT,
    handlers: functions,
    functionTimeoutMs: LONGEST_RUN.ingest * 1000,
    health,
    pages: createPages({ stores: stores.map(({ id }) => id), mauticUrl: settings.mautic.url }),
    site: site.serve,
    onAnswer: console.answered,
    onFailure: (outcome) => settings.onError('ingest', outcome),
  });
  const { endpoints } = emulators;
  await noteRunning(environment.BRIDGE_DATA_DIR, {
    url: gateway.url,
    mauticUrl: settings.mautic.url,
    ...(environment.STORE_URL !== undefined && { storeUrl: environment.STORE_URL }),
    endpoints,
    resources,
  });
  return {
    url: gateway.url,
    stores,
    pending,
    stop: async () => {
      site.close();
      await forgetRunning(environment.BRIDGE_DATA_DIR);
      await gateway.close();
      await triggers.stop();
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
    POWERTOOLS_LOG_LEVEL: settings.environment.LOG_LEVEL ?? (settings.keepsLogs === true ? 'INFO' : 'WARN'),
    POWERTOOLS_METRICS_DISABLED: 'true',
    STORES: JSON.stringify(stores),
    STORE_SECRETS_ID: SECRET_IDS.stores,
    STORE_KEYS_ID: SECRET_IDS.storeKeys,
    DELIVERIES_QUEUE_URL: resources.deliveriesQueueUrl,
    CONTACTS_QUEUE_URL: resources.contactsQueueUrl,
    BODIES_BUCKET: resources.bodiesBucket,
    TABLE_NAME: resources.tableName,
    MAUTIC_BASE_URL: settings.mautic.url,
    MAUTIC_SECRET_ID: SECRET_IDS.mautic,
    MAUTIC_TOKEN_SECRET_ID: SECRET_IDS.token,
  };
}

/** What the ledger says is in Mautic would not be in another one, and never be written there. */
async function own({ mautic, sameMautic, environment }: BridgeSettings, ledger: Registers): Promise<void> {
  const { other } = await ownMautic(ledger, mautic.name, { isSame: sameMautic === true });
  if (other !== undefined)
    throw new Error(otherMauticText({ other, name: mautic.name, dataDir: environment.BRIDGE_DATA_DIR }));
}

function healthOf({ endpoints }: Emulators, queues: Resources, contacts: Contacts) {
  const sqs = new SQSClient(connection(endpoints.sqs));
  return () => readHealth({ ...queues, sqs, contacts, now: () => systemClock.now() });
}
