import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { expectHeld } from '../support/compare.ts';
import {
  deliver,
  emptyFolder,
  heldContacts,
  type Running,
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

describe('a bridge that is killed with SIGKILL again and again', () => {
  const folders: string[] = [];
  const running: Running[] = [];

  afterEach(async () => {
    for (const process of running) await process.kill();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  it(
    'loses nothing and ends in the same contacts, with Mautic in a process of its own',
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
