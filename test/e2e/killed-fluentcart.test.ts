import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import { everyFeed, FEED_SOURCE } from '../support/fluentcart.ts';
import { expectedFromFeeds } from '../support/fluentcart-oracle.ts';
import {
  deliverFeed,
  emptyFolder,
  heldContacts,
  type Running,
  startBridgeOf,
  untilIdle,
} from '../support/process.ts';
import { shuffled } from '../support/random.ts';

const FLUENT = { id: 'fluent', kind: 'fluentcart', currency: 'EUR', url: FEED_SOURCE };

const everything = everyFeed();
const expected = expectedFromFeeds(everything);

let folder: string;
let bridge: Running | undefined;

beforeEach(async () => {
  folder = await emptyFolder();
});

afterEach(async () => {
  await bridge?.kill();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Running> {
  bridge = await startBridgeOf([FLUENT], folder);
  return bridge;
}

it('npm start brings all recorded deliveries of FluentCart to the contacts that follow from them, though it is killed in the middle', async () => {
  expect(expected.size).toBeGreaterThan(3);
  const half = Math.ceil(everything.length / 2);
  const mixed = shuffled(everything, 22);
  const first = await open();
  const sending = Promise.all(
    mixed.slice(0, half).map((delivery) => deliverFeed(first.url, 'fluent', delivery)),
  );
  await sleep(400);
  await first.kill();
  const answered = await sending;
  const { url, mauticUrl } = await open();
  // FluentCart sends nothing twice; what was not answered with 200 is what REST would find.
  const lost = mixed.slice(0, half).filter((_, index) => answered[index] !== 200);
  for (const delivery of [...lost, ...mixed.slice(half)])
    expect(await deliverFeed(url, 'fluent', delivery)).toBe(200);
  await untilIdle(url);

  expectHeld(await heldContacts(mauticUrl), expected);
});
