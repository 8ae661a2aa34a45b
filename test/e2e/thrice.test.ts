import { rm } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import { everyFeed, FEED_SOURCE } from '../support/fluentcart.ts';
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

/** Sends each three times, in an order that follows from the seed, and looks at what Mautic holds when all is done. */
async function expectThrice<One>(
  bridge: Running,
  { all, send, seed }: { all: readonly One[]; send: (one: One) => Promise<number | undefined>; seed: number },
  expected: ReadonlyMap<string, ExpectedContact>,
): Promise<void> {
  onTestFinished(() => bridge.kill());
  for (const one of shuffled([...all, ...all, ...all], seed)) expect(await send(one)).toBe(200);
  await untilIdle(bridge.url);
  expectHeld(await heldContacts(bridge.mauticUrl), expected);
}

it('npm start brings all recorded deliveries to the contacts that follow from them when each comes three times, in any order', async () => {
  const bridge = await startBridgeProcess(await newFolder());
  const send = (one: ReturnType<typeof recordedDeliveries>[number]) => deliver(bridge.url, one);

  await expectThrice(bridge, { all: recordedDeliveries(), send, seed: 12 }, expectedFromRecordings());
});

it('npm start brings those of FluentCart there, too', async () => {
  const store = { id: 'fluent', kind: 'fluentcart', currency: 'EUR', url: FEED_SOURCE };
  const bridge = await startBridgeOf([store], await newFolder());
  const feeds = everyFeed();
  const send = (one: (typeof feeds)[number]) => deliverFeed(bridge.url, store.id, one);

  await expectThrice(bridge, { all: feeds, send, seed: 21 }, expectedFromFeeds(feeds));
});
