import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { defineBridge, stageOf } from '../../../lib/core/policy/configuration/bridge-config.ts';
import { readEnvironment } from '../../../lib/environment.ts';
import { openLocal } from '../../../lib/local/bridge/open-local.ts';
import { noteRunning } from '../../../lib/local/bridge/running.ts';
import { LocalEnvironment } from '../../../lib/local-environment.ts';
import { emptyFolder } from '../../support/process.ts';

const CONFIG = stageOf(
  defineBridge({
    stores: [{ id: 'demo', kind: 'woocommerce', currency: 'EUR' }],
    mautic: { url: 'https://mautic.example.test' },
  }),
);
const ENDPOINT = 'http://127.0.0.1:9';

/** A bridge that runs on the data of a folder, as another process finds it. */
async function noteBridge(dataDir: string, storeUrl: string): Promise<void> {
  const server = createServer((_request, response) => response.end('{"pending":{}}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  await noteRunning(dataDir, {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    mauticUrl: ENDPOINT,
    storeUrl,
    endpoints: { sqs: ENDPOINT, s3: ENDPOINT, dynamodb: ENDPOINT, secretsManager: ENDPOINT },
    resources: {
      tableName: 'ledger',
      deliveriesQueueUrl: ENDPOINT,
      deliveriesDeadLettersQueueUrl: ENDPOINT,
      contactsQueueUrl: ENDPOINT,
      contactsDeadLettersQueueUrl: ENDPOINT,
      bodiesBucket: 'bodies',
    },
  });
}

it('knows the store of the bridge that runs, though this shell does not name it', async () => {
  const dataDir = await emptyFolder();
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('BRIDGE_DATA_DIR', dataDir);
  await noteBridge(dataDir, 'http://127.0.0.1:3002');

  const place = await openLocal(readEnvironment(LocalEnvironment), CONFIG);

  expect(place.isRunning).toBe(true);
  expect(place.config.stores).toEqual([
    expect.objectContaining({ id: 'demo', url: 'http://127.0.0.1:3002' }),
  ]);
});
