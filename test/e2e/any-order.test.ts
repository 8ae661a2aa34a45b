import { rm } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import { everyFeed, FEED_STORE } from '../support/fluentcart.ts';
import { expectedFromFeeds } from '../support/fluentcart-oracle.ts';
import type { ExpectedContact } from '../support/oracle.ts';
import {
  deliver,
  deliverFeed,
  emptyFolder,
  heldContacts,
  type Running,
  startBridgeOf,
  startBridgeProcess,
  untilIdle,
} from '../support/process.ts';
import { shuffled } from '../support/random.ts';
import { expectedFromRecordings } from '../support/recorded-expectation.ts';
import { recordedDeliveries } from '../support/woocommerce.ts';

async function newFolder(): Promise<string> {
  const folder = await emptyFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Sends these in an order that follows from the seed, and looks at what Mautic holds when all is done. */
async function expectInAnyOrder<One>(
  bridge: Running,
  { all, send, seed }: { all: readonly One[]; send: (one: One) => Promise<number | undefined>; seed: number },
  expected: ReadonlyMap<string, ExpectedContact>,
): Promise<void> {
  onTestFinished(() => bridge.kill());
  for (const one of shuffled(all, seed)) expect(await send(one)).toBe(200);
  await untilIdle(bridge.url);
  expectHeld(await heldContacts(bridge.mauticUrl), expected);
}

it.each([
  ['once', 1, 11],
  ['three times', 3, 12],
])(
  'npm start brings all recorded deliveries to the contacts that follow from them when each comes %s, in any order',
  async (_how, times, seed) => {
    const bridge = await startBridgeProcess(await newFolder());
    const all = Array.from({ length: times }, recordedDeliveries).flat();
    const send = (one: ReturnType<typeof recordedDeliveries>[number]) => deliver(bridge.url, one);

    await expectInAnyOrder(bridge, { all, send, seed }, expectedFromRecordings());
  },
);

it('npm start brings those of FluentCart there when each comes three times, too', async () => {
  const bridge = await startBridgeOf([FEED_STORE], await newFolder());
  const feeds = everyFeed();
  const send = (one: (typeof feeds)[number]) => deliverFeed(bridge.url, FEED_STORE.id, one);

  await expectInAnyOrder(
    bridge,
    { all: [...feeds, ...feeds, ...feeds], send, seed: 21 },
    expectedFromFeeds(feeds),
  );
});
