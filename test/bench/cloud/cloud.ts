import { type Endpoints, startEmulators } from '../../../lib/local/aws/emulators.ts';
import { createResources, type Resources } from '../../../lib/local/aws/resources.ts';
import { putSecrets, SECRET_IDS } from '../../../lib/local/bridge/secrets.ts';
import { RECORDED_SECRET } from '../../support/woocommerce.ts';
import { bundle } from '../support/bundle.ts';
import { lambdaEnvironment, STORE } from '../support/environment.ts';
import { type Host, startHost } from '../support/host.ts';
import { startMeteredMautic } from '../support/metered-mautic.ts';
import { startProxy } from '../support/proxy.ts';
import { askForUnits, countUnits, type LedgerMeter, watchIndex } from './ledger-meter.ts';
import { AWS_MS, SQS_CHUNK } from './prices.ts';

/** What passed between the functions and AWS. */
interface Traffic {
  readonly ledger: LedgerMeter;
  /** Requests of 64 KB. */
  readonly sqs: { standard: number; fifo: number };
  readonly secrets: { reads: number };
}

/** The bundled functions, each in a process of its own, around emulators that count and take their time. */
export interface Cloud {
  readonly hosts: { readonly ingest: Host; readonly record: Host; readonly sync: Host };
  readonly traffic: Traffic;
  readonly endpoints: Endpoints;
  readonly resources: Resources;
  readonly contacts: () => number;
  close(): Promise<void>;
}

const NAMES = ['ingest', 'record', 'sync'] as const;

/** Everything in memory, nothing in the queues. */
export async function startCloud(): Promise<Cloud> {
  const emulators = await startEmulators();
  const resources = await createResources(emulators.endpoints);
  await putSecrets(emulators.endpoints.secretsManager, {
    stores: JSON.stringify({ [STORE.id]: { webhookSecret: RECORDED_SECRET } }),
    mautic: JSON.stringify({ clientId: 'local', clientSecret: 'local-secret' }),
  });
  const mautic = await startMeteredMautic({ wait: true });
  const counted = await countEverything(emulators.endpoints);
  const bundles = await bundle(NAMES.map((name) => `functions/${name}.ts`));
  const variables = variablesOf(resources, { mautic: mautic.url, sqs: counted.endpoints.sqs });
  const start = (name: (typeof NAMES)[number]) =>
    startHost(bundles.pathOf(`functions/${name}.ts`), {
      ...lambdaEnvironment(name, counted.endpoints),
      ...variables,
    });
  const hosts = { ingest: await start('ingest'), record: await start('record'), sync: await start('sync') };
  return {
    hosts,
    traffic: counted.traffic,
    endpoints: emulators.endpoints,
    resources,
    contacts: mautic.contacts,
    close: async () => {
      for (const host of Object.values(hosts)) host.stop();
      await counted.close();
      await mautic.close();
      await emulators.close();
      await bundles.remove();
    },
  };
}

function variablesOf(resources: Resources, urls: { mautic: string; sqs: string }): Record<string, string> {
  const through = (queueUrl: string) => new URL(new URL(queueUrl).pathname, urls.sqs).href;
  return {
    STORE_SECRETS_ID: SECRET_IDS.stores,
    DELIVERIES_QUEUE_URL: through(resources.deliveriesQueueUrl),
    CONTACTS_QUEUE_URL: through(resources.contactsQueueUrl),
    BODIES_BUCKET: resources.bodiesBucket,
    TABLE_NAME: resources.tableName,
    MAUTIC_BASE_URL: urls.mautic,
    MAUTIC_SECRET_ID: SECRET_IDS.mautic,
    MAUTIC_TOKEN_SECRET_ID: SECRET_IDS.token,
  };
}

/** Proxies before the emulators. */
async function countEverything({ sqs, s3, dynamodb, secretsManager }: Endpoints) {
  const traffic: Traffic = {
    ledger: { reads: 0, writes: 0, indexWrites: 0 },
    sqs: { standard: 0, fifo: 0 },
    secrets: { reads: 0 },
  };
  const stopWatching = watchIndex(traffic.ledger);
  const queues = await startProxy({
    target: sqs,
    leastMs: () => AWS_MS.sqs,
    seen: ({ body }) => {
      traffic.sqs[body.includes('.fifo"') ? 'fifo' : 'standard'] += chunksOf(body);
    },
  });
  const ledger = await startProxy({
    target: dynamodb,
    rewrite: askForUnits,
    leastMs: () => AWS_MS.dynamodb,
    seen: (exchange) => countUnits(traffic.ledger, exchange),
  });
  const secrets = await startProxy({
    target: secretsManager,
    leastMs: () => AWS_MS.secretsManager,
    seen: () => {
      traffic.secrets.reads += 1;
    },
  });
  return {
    traffic,
    endpoints: { sqs: queues.url, s3, dynamodb: ledger.url, secretsManager: secrets.url },
    close: async () => {
      stopWatching();
      await Promise.all([queues.close(), ledger.close(), secrets.close()]);
    },
  };
}

/** SQS bills a request for every 64 KB of it. */
export function chunksOf(text: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / SQS_CHUNK));
}
