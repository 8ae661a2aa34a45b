import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { config } from '../../../bridge.config.ts';
import type { LocalEnvironment } from '../../environment.ts';
import { startMauticSimulator } from '../../simulators/mautic/simulator.ts';
import { DEMO_EMAIL, playCheckout } from '../demo/play-checkout.ts';
import { type LocalBridge, startBridge } from './bridge.ts';
import { showContact } from './show-contact.ts';

export interface StartSettings {
  readonly environment: LocalEnvironment;
  /** Play one recorded checkout. */
  readonly demo: boolean;
  /** End after the checkout. */
  readonly once: boolean;
  /** Throw away what an earlier run left. */
  readonly fresh: boolean;
}

const PATIENCE_MS = 60_000;

/**
 * `npm start`: everything on 127.0.0.1, until it is interrupted.
 * @throws Error that says what to change when a port is taken or the checkout does not come out at the other end.
 */
export async function start({ environment, demo, once, fresh }: StartSettings): Promise<void> {
  if (fresh) await forget(environment.BRIDGE_DATA_DIR);
  const mautic = await startMautic(environment);
  const bridge = await startBridge({ config, environment, mauticUrl: mautic.url, onError: say }).catch(
    portTaken('PORT'),
  );
  const stop = async () => {
    await bridge.stop();
    await mautic.close();
  };
  print(`The bridge listens on ${bridge.url}/webhooks/${bridge.stores[0]?.id ?? ''}`);
  print(`Mautic: ${mautic.url}${mautic.simulated ? ' (simulated; user admin, password mautic)' : ''}`);
  if (demo) await play({ bridge, environment, mauticUrl: mautic.url });
  if (once) return exitAfter(stop);
  print('Press Ctrl-C to stop.');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void exitAfter(stop));
}

/** Only what the bridge put there: the folder may be anybody's. */
async function forget(dataDir: string): Promise<void> {
  for (const part of ['aws', 'mautic']) await rm(join(dataDir, part), { recursive: true, force: true });
}

async function startMautic({ MAUTIC_BASE_URL, MAUTIC_PORT, BRIDGE_DATA_DIR }: LocalEnvironment) {
  if (MAUTIC_BASE_URL !== undefined) return { url: MAUTIC_BASE_URL, simulated: false, close: async () => {} };
  const dataDir = join(BRIDGE_DATA_DIR, 'mautic');
  const simulator = await startMauticSimulator({ port: MAUTIC_PORT, dataDir }).catch(
    portTaken('MAUTIC_PORT'),
  );
  return { url: simulator.url, simulated: true, close: simulator.close };
}

interface Playing {
  readonly bridge: LocalBridge;
  readonly environment: LocalEnvironment;
  readonly mauticUrl: string;
}

async function play({ bridge, environment, mauticUrl }: Playing): Promise<void> {
  const store = bridge.stores.find(({ kind }) => kind === 'woocommerce');
  if (!store) return print('No checkout is played: the recorded one is of a WooCommerce store.');
  const { WEBHOOK_SECRET: secret } = environment;
  const sent = await playCheckout({ bridgeUrl: bridge.url, store: store.id, secret, storeUrl: store.url });
  print(`Played a recorded checkout: ${String(sent)} signed deliveries, each answered 200`);
  await untilIdle(bridge);
  print(await showContact({ environment, mauticUrl, email: DEMO_EMAIL }));
}

async function untilIdle(bridge: LocalBridge): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const { deliveries, contacts, effects } = await bridge.pending();
    if (deliveries + contacts + effects === 0) return;
    await sleep(50);
  }
  throw new Error(
    'The checkout did not reach Mautic within a minute; set LOG_LEVEL=INFO and look at what sync says.',
  );
}

async function exitAfter(stop: () => Promise<void>): Promise<void> {
  await stop();
  process.exit(0);
}

function portTaken(variable: string): (error: unknown) => never {
  return (error) => {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw taken ? new Error(`The port is taken; set ${variable} to a free one.`, { cause: error }) : error;
  };
}

function say(place: string, error: unknown): void {
  process.stderr.write(`${place}: ${error instanceof Error ? error.message : 'failed'}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
