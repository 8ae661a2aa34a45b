import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import {
  deliver,
  emptyFolder,
  heldContacts,
  type Running,
  startBridgeProcess,
  untilIdle,
} from '../support/process.ts';
import { expectedFromRecordings } from '../support/recorded-expectation.ts';
import { type Recording, recordedDeliveries } from '../support/woocommerce.ts';

const recorded = recordedDeliveries();
const expected = expectedFromRecordings();

/** In any order: killed.test.ts, and any-order.test.ts (npm run test:deep). */
describe('npm start -- --no-demo', () => {
  let folder: string;
  let bridge: Running | undefined;

  afterEach(async () => {
    await bridge?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  async function play(deliveries: readonly Recording[]): Promise<void> {
    folder = await emptyFolder();
    bridge = await startBridgeProcess(folder);
    const statuses = new Set<number | undefined>();
    for (const delivery of deliveries) statuses.add(await deliver(bridge.url, delivery));
    await untilIdle(bridge.url);
    expect([...statuses]).toEqual([200]);
    expectHeld(await heldContacts(bridge.mauticUrl), expected);
  }

  it('brings all recorded deliveries, PING included, to the contacts that follow from them', async () => {
    await play(recorded);
  });
});
