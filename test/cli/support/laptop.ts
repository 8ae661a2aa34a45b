import { onTestFinished, vi } from 'vitest';
import type { Place, Site } from '../../../lib/cli/place/place.ts';
import {
  type BridgeInput,
  defineBridge,
  stageOf,
} from '../../../lib/core/policy/configuration/bridge-config.ts';
import { awsEnvironment } from '../../../lib/local/aws/connection.ts';
import { startEmulators } from '../../../lib/local/aws/emulators.ts';
import { createResources } from '../../../lib/local/aws/resources.ts';
import { putSecrets, SECRET_IDS } from '../../../lib/local/bridge/secrets.ts';
import type { FluentSimulator } from '../../../lib/simulators/fluentcart/simulator.ts';
import { startMauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
import {
  type StoreSimulatorOptions,
  startStoreSimulator,
} from '../../../lib/simulators/woocommerce/simulator.ts';

/** What is different from a bridge that is all right. */
export interface LaptopOptions {
  readonly policy?: BridgeInput['policy'];
  readonly mautic?: Parameters<typeof startMauticSimulator>[0];
  readonly shop?: StoreSimulatorOptions;
  /** Text of the secrets. */
  readonly secrets?: { readonly stores?: string; readonly storeKeys?: string; readonly mautic?: string };
  readonly place?: Partial<Place>;
  readonly json?: boolean;
  /** The shop is a FluentCart store instead. */
  readonly fluent?: FluentSimulator;
  /** Of the store, in its configuration. */
  readonly testOrders?: boolean;
}

export const WEBHOOK_BASE_URL = 'https://bridge.example.test';

/**
 * A Mautic, a shop and the parts of a bridge, without the bridge's functions, for commands that run in this process;
 * closed when the test is over.
 */
export async function openLaptop({
  policy,
  mautic: options,
  shop: shopOptions,
  secrets = {},
  place,
  json = false,
  fluent,
  testOrders,
}: LaptopOptions = {}) {
  const [emulators, mautic, shop] = await Promise.all([
    startEmulators(),
    startMauticSimulator(options),
    startStoreSimulator(shopOptions),
  ]);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await Promise.all([emulators.close(), mautic.close(), shop.close()]);
  });
  const resources = await createResources(emulators.endpoints);
  await putSecrets(emulators.endpoints.secretsManager, {
    stores: secrets.stores ?? '{"demo":{"webhookSecret":"the secret of the shop"}}',
    storeKeys: secrets.storeKeys ?? '{"demo":{"consumerKey":"ck_local","consumerSecret":"cs_local"}}',
    mautic: secrets.mautic ?? '{"clientId":"local","clientSecret":"local-secret"}',
  });
  const variables = {
    ...awsEnvironment(emulators.endpoints),
    TABLE_NAME: resources.tableName,
    CONTACTS_QUEUE_URL: resources.contactsQueueUrl,
    DELIVERIES_QUEUE_URL: resources.deliveriesQueueUrl,
    DELIVERIES_DEAD_LETTERS_URL: resources.deliveriesDeadLettersQueueUrl,
    CONTACTS_DEAD_LETTERS_URL: resources.contactsDeadLettersQueueUrl,
    BODIES_BUCKET: resources.bodiesBucket,
    MAUTIC_BASE_URL: mautic.url,
    MAUTIC_SECRET_ID: SECRET_IDS.mautic,
    MAUTIC_TOKEN_SECRET_ID: SECRET_IDS.token,
    STORE_SECRETS_ID: SECRET_IDS.stores,
    STORE_KEYS_ID: SECRET_IDS.storeKeys,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const printed: string[] = [];
  const complained: string[] = [];
  const config = stageOf(
    defineBridge({
      stores: [
        {
          id: 'demo',
          kind: fluent ? 'fluentcart' : 'woocommerce',
          currency: 'EUR',
          url: fluent?.url ?? shop.url,
          ...(testOrders !== undefined && { testOrders }),
        },
      ],
      mautic: { url: mautic.url },
      ...(policy && { policy }),
    }),
  );
  const site: Site = {
    place: {
      name: 'a laptop',
      kind: 'local',
      isRunning: true,
      webhookBaseUrl: WEBHOOK_BASE_URL,
      config,
      close: async () => undefined,
      ...place,
    },
    config,
    terminal: {
      print: (line) => void printed.push(line),
      complain: (line) => void complained.push(line),
    },
    json,
    whenInterrupted: () => undefined,
  };
  return { site, mautic, shop, emulators, resources, printed, complained };
}
