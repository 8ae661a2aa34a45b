import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import type { ReadLogs } from '../../core/ports/logs.ts';
import { provideEnvironment } from '../../environment.ts';
import type { LocalEnvironment } from '../../local-environment.ts';
import { awsEnvironment } from '../aws/connection.ts';
import { type Endpoints, startEmulators } from '../aws/emulators.ts';
import { createResources, type Resources } from '../aws/resources.ts';
import { keptLogs } from '../console/kept-logs.ts';
import { findRunning } from './running.ts';
import { SECRET_IDS } from './secrets.ts';
import { localStores } from './settings.ts';

/** The bridge on this machine, as commands work on it. */
export interface LocalPlace {
  readonly name: string;
  readonly kind: 'local';
  readonly isRunning: boolean;
  /** Why Mautic cannot be asked, and what to do; absent where it can. */
  readonly withoutMautic?: string;
  readonly webhookBaseUrl?: string;
  /** What the functions of `npm start` logged. */
  readonly readLogs: ReadLogs;
  /** With what the shell says of store and Mautic. */
  readonly config: BridgeConfig;
  close(): Promise<void>;
}

const WITHOUT_MAUTIC = 'The simulated Mautic runs while npm start does. Start it: npm start.';

/**
 * Opens the bridge of `npm start`, for commands in this process: the one that runs, else the data it left behind.
 * @throws Error when there is none.
 */
export async function openLocal(environment: LocalEnvironment, config: BridgeConfig): Promise<LocalPlace> {
  const { BRIDGE_DATA_DIR: dataDir, MAUTIC_BASE_URL, MAUTIC_PORT } = environment;
  const running = await findRunning(dataDir);
  const { storeUrl: STORE_URL = environment.STORE_URL } = running ?? {};
  const stores = [...localStores(config, { ...environment, STORE_URL })];
  const mauticUrl = running?.mauticUrl ?? MAUTIC_BASE_URL ?? `http://127.0.0.1:${String(MAUTIC_PORT)}`;
  const local = { ...config, stores, mautic: { ...config.mautic, url: mauticUrl } };
  if (running) {
    provide(running, mauticUrl);
    return {
      name: 'the bridge that runs on this machine',
      kind: 'local',
      isRunning: true,
      webhookBaseUrl: running.url,
      readLogs: keptLogs(dataDir),
      config: local,
      close: async () => undefined,
    };
  }
  const { endpoints, resources, close } = await openStopped(dataDir);
  provide({ endpoints, resources }, mauticUrl);
  const name = 'the bridge on this machine, which is stopped';
  return {
    name,
    kind: 'local',
    isRunning: false,
    ...(MAUTIC_BASE_URL === undefined && { withoutMautic: WITHOUT_MAUTIC }),
    readLogs: keptLogs(dataDir),
    config: local,
    close,
  };
}

async function openStopped(folder: string) {
  const dataDir = join(folder, 'aws');
  if (!existsSync(dataDir)) throw new Error(`There is no data in ${folder}: npm start was not run here.`);
  const emulators = await startEmulators({ dataDir }).catch((cause: unknown) => {
    throw new Error(
      'The data cannot be opened: another command works on it, or a bridge that does not answer. End that first.',
      { cause },
    );
  });
  const resources = await createResources(emulators.endpoints);
  return { endpoints: emulators.endpoints, resources, close: () => emulators.close() };
}

function provide(
  { endpoints, resources }: { readonly endpoints: Endpoints; readonly resources: Resources },
  mauticUrl: string,
): void {
  provideEnvironment({
    ...awsEnvironment(endpoints),
    TABLE_NAME: resources.tableName,
    CONTACTS_QUEUE_URL: resources.contactsQueueUrl,
    DELIVERIES_QUEUE_URL: resources.deliveriesQueueUrl,
    DELIVERIES_DEAD_LETTERS_URL: resources.deliveriesDeadLettersQueueUrl,
    CONTACTS_DEAD_LETTERS_URL: resources.contactsDeadLettersQueueUrl,
    BODIES_BUCKET: resources.bodiesBucket,
    MAUTIC_BASE_URL: mauticUrl,
    MAUTIC_SECRET_ID: SECRET_IDS.mautic,
    MAUTIC_TOKEN_SECRET_ID: SECRET_IDS.token,
    STORE_SECRETS_ID: SECRET_IDS.stores,
    STORE_KEYS_ID: SECRET_IDS.storeKeys,
  });
}
