import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import { everyFeed, FEED_STORE } from '../support/fluentcart.ts';
import { expectedFromFeeds } from '../support/fluentcart-oracle.ts';
import {
  deliver,
  deliverFeed,
  emptyFolder,
  heldContacts,
  type Running,
  startBridgeOf,
  startBridgeProcess,
  startMauticProcess,
  untilIdle,
} from '../support/process.ts';
import { randomFrom, shuffled } from '../support/random.ts';
import { expectedFromRecordings } from '../support/recorded-expectation.ts';
import { type Recording, recordedDeliveries } from '../support/woocommerce.ts';

/** More by hand: KILLS=20 KILL_SEED=7 npx vitest run test/e2e/killed.test.ts */
const KILLS = Number(process.env['KILLS'] ?? 6);
const SEED = Number(process.env['KILL_SEED'] ?? 20261122);
const IN_FLIGHT = 6;

describe('a bridge that is killed with SIGKILL', () => {
  const folders: string[] = [];
  const running: Running[] = [];

  afterEach(async () => {
    for (const process of running.splice(0)) await process.kill();
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });

  it(
    'again and again loses nothing and ends in the same contacts, with Mautic in a process of its own',
    async () => {
      const [bridgeFolder, mauticFolder] = await Promise.all([emptyFolder(), emptyFolder()]);
      folders.push(bridgeFolder, mauticFolder);
      const mautic = await startMauticProcess(mauticFolder);
      running.push(mautic);
      const environment = {
        MAUTIC_BASE_URL: mautic.url,
        MAUTIC_CLIENT_ID: 'local',
        MAUTIC_CLIENT_SECRET: 'local-secret',
      };
      const random = randomFrom(SEED);
      let bridge = await startBridgeProcess(bridgeFolder, environment);

      let waiting: readonly Recording[] = shuffled([...recordedDeliveries(), ...recordedDeliveries()], SEED);
      for (let kill = 0; waiting.length > 0 || kill < KILLS; kill += 1) {
        const pace = waiting.length / (KILLS - Math.min(kill, KILLS - 1));
        const [now, later] = [waiting.slice(0, Math.ceil(pace)), waiting.slice(Math.ceil(pace))];
        const sending = sendSome(bridge.url, now);
        await sleep(150 + random() * 700);
        if (kill < KILLS) {
          await bridge.kill();
          waiting = [...(await sending), ...later];
          bridge = await startBridgeProcess(bridgeFolder, environment);
        } else {
          waiting = [...(await sending), ...later];
        }
      }
      running.push(bridge);

      await untilIdle(bridge.url);
      expect(waiting).toEqual([]);
      expectHeld(await heldContacts(mautic.url), expectedFromRecordings());
    },
    600_000 + KILLS * 10_000,
  );

  it('loses nothing that FluentCart sends, which sends nothing twice, though it is killed in the middle', async () => {
    const everything = everyFeed();
    const expected = expectedFromFeeds(everything);
    expect(expected.size).toBeGreaterThan(3);
    const folder = await emptyFolder();
    folders.push(folder);
    const open = async () => {
      const bridge = await startBridgeOf([FEED_STORE], folder);
      running.push(bridge);
      return bridge;
    };
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
});

/** Sends several at a time; resolves to those that got no 200 and have to be sent again. */
async function sendSome(url: string, recordings: readonly Recording[]): Promise<Recording[]> {
  const queue = [...recordings];
  const failed: Recording[] = [];
  const worker = async () => {
    for (let recording = queue.shift(); recording; recording = queue.shift()) {
      if ((await deliver(url, recording)) !== 200) failed.push(recording);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return failed;
}
