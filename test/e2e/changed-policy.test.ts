import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it, onTestFinished } from 'vitest';
import { config } from '../../bridge.config.ts';
import { createLedger } from '../../lib/aws/ledger/ledger.ts';
import { stageOf } from '../../lib/core/policy/configuration/bridge-config.ts';
import { type PolicyMark, policyHash } from '../../lib/core/policy/configuration/policy-mark.ts';
import { connection } from '../../lib/local/aws/connection.ts';
import { startEmulators } from '../../lib/local/aws/emulators.ts';
import { createResources } from '../../lib/local/aws/resources.ts';
import { deliver, emptyFolder, startBridgeProcess, untilIdle } from '../support/process.ts';
import { recordedDelivery } from '../support/woocommerce.ts';

/** In the data that a stopped bridge left, this policy was first seen ten minutes ago and nobody is marked for it. */
async function policyChangedIn(folder: string): Promise<void> {
  const emulators = await startEmulators({ dataDir: join(folder, 'aws') });
  const { tableName } = await createResources(emulators.endpoints);
  const client = new DynamoDBClient(connection(emulators.endpoints.dynamodb));
  const ledger = createLedger({ client, tableName });
  const register = { of: 'mautic', name: 'POLICY' } as const;
  const mark: PolicyMark = {
    policy: policyHash(stageOf(config).policy, stageOf(config).stores),
    seenAt: Date.now() - 600_000,
    contacts: 0,
    done: false,
  };
  const known = await ledger.read(register);
  await ledger.write(register, JSON.stringify(mark), known?.revision);
  client.destroy();
  await emulators.close();
}

it('a changed policy reaches every contact of npm start, as it does on AWS', async () => {
  const folder = await emptyFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const first = await startBridgeProcess(folder);
  onTestFinished(() => first.kill());
  expect(await deliver(first.url, recordedDelivery('0057'))).toBe(200);
  await untilIdle(first.url);
  await first.kill();
  await policyChangedIn(folder);

  const second = await startBridgeProcess(folder);
  onTestFinished(() => second.kill());

  await second.untilPrinted('All contacts are marked for the policy');
  await untilIdle(second.url);
});
