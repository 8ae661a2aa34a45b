import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { adviceOn } from '../../core/policy/configuration/advice.ts';
import type { BridgeConfig } from '../../core/policy/configuration/bridge-config.ts';
import type { LocalEnvironment } from '../../local-environment.ts';
import { makeLogsReadable } from '../console/function-logs.ts';
import { keepLogs, LOG_FILES } from '../console/kept-logs.ts';
import { lineAbout, type Told } from '../console/line.ts';
import { DEMO_EMAIL, playCheckout } from '../demo/play-checkout.ts';
import { type LocalBridge, startBridge } from './bridge.ts';
import { isMauticSimulated, openMautic } from './mautic.ts';
import { expectFreePort, portTaken } from './port-taken.ts';
import { localSecrets } from './settings.ts';
import { showContact } from './show-contact.ts';

export interface StartSettings {
  readonly config: BridgeConfig;
  readonly environment: LocalEnvironment;
  /** Play one recorded checkout; if not said, into a simulated Mautic only. */
  readonly demo?: boolean | undefined;
  /** End after the checkout. */
  readonly once: boolean;
  /** Throw away what an earlier run left. */
  readonly fresh: boolean;
  /** The Mautic is the one that the ledger was written for, at a new address. */
  readonly sameMautic: boolean;
  /** Let the functions log as they do on AWS. */
  readonly verbose: boolean;
  /** Start a simulated shop beside it. */
  readonly shop: boolean;
}

const PATIENCE_MS = 60_000;
/** A look is up to thirty calls to the emulators, which have other things to do. */
const BETWEEN_LOOKS_MS = 200;

/**
 * `npm start`: everything on 127.0.0.1, until it is interrupted.
 * @throws Error that says what to change when a port is taken, the ledger was written for another Mautic, or the
 * checkout may not be played or does not come out at the other end.
 */
export async function start(settings: StartSettings): Promise<void> {
  const { once, fresh } = settings;
  const environment = environmentOf(settings);
  await assertCanStart(settings);
  await makeFolder(environment.BRIDGE_DATA_DIR);
  const isSimulated = await isMauticSimulated(environment);
  // Who starts a shop buys there.
  const { demo = isSimulated && !settings.shop } = settings;
  if (once && !demo) throw new Error(NOTHING_TO_PLAY);
  if (fresh) await forget(environment.BRIDGE_DATA_DIR);
  for (const advice of adviceOn(settings.config)) process.stderr.write(`${advice}\n`);
  const { bridge, mautic, shop, stop } = await startAll(settings, environment, isSimulated);
  announce({ bridge, mautic, shop });
  if (demo) await play({ bridge, environment, mauticUrl: mautic.url });
  else if (settings.demo === undefined && !shop) print(NOT_PLAYED);
  if (once) return exitAfter(stop);
  print('Press Ctrl-C to stop.');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void exitAfter(stop));
}

async function makeFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(
      `BRIDGE_DATA_DIR ${dataDir} cannot be written to (${cause.code ?? cause.name}): name a folder of your own.`,
      { cause },
    );
  });
}

function announce({ bridge, mautic, shop }: Omit<Awaited<ReturnType<typeof startAll>>, 'stop'>): void {
  for (const line of addressLines(bridge)) print(line);
  print(`Mautic: ${mautic.url}${mautic.isSimulated ? ' (simulated; user admin, password mautic)' : ''}`);
  if (shop) print(`Shop: ${shop.url}/ (simulated)`);
  print(`What happens, live: ${bridge.url}/`);
}

function environmentOf({ environment, verbose }: StartSettings): LocalEnvironment {
  return verbose ? { ...environment, LOG_LEVEL: environment.LOG_LEVEL ?? 'INFO' } : environment;
}

async function startAll(
  { config, sameMautic, shop: withShop }: StartSettings,
  environment: LocalEnvironment,
  isSimulated: boolean,
) {
  const streams = [process.stdout, process.stderr];
  if (environment.LOG_LEVEL === undefined) for (const stream of streams) makeLogsReadable(stream);
  keepLogs(streams, environment.BRIDGE_DATA_DIR);
  const mautic = await openMautic(environment, isSimulated);
  const shop = withShop ? await openShop(environment) : undefined;
  const settings = {
    config,
    environment: { ...environment, ...shop?.variables },
    mautic,
    sameMautic,
    keepsLogs: true,
    say: (told: Told) => print(lineAbout(told)),
    onError: complain,
    ...(shop && { shopUrl: shop.url }),
  };
  const bridge = await startBridge(settings).catch(portTaken('PORT', environment.PORT));
  const [store] = bridge.stores;
  if (store) shop?.connect({ url: bridge.url, store: store.id, secret: environment.WEBHOOK_SECRET });
  const stop = async () => {
    await shop?.close();
    await bridge.stop();
    await mautic.close();
  };
  return { bridge, mautic, shop, stop };
}

/** Loaded when it is asked for: without it `npm start` begins sooner. */
async function openShop(environment: LocalEnvironment) {
  const shop = await import('../shop/open-shop.ts');
  return shop.openShop(environment);
}

/** Before anything is opened. @throws Error that says what to change. */
async function assertCanStart(settings: StartSettings): Promise<void> {
  const { config, environment, shop } = settings;
  if (shop) assertShopFits(settings);
  // What they hold is put away when there is a place for it.
  localSecrets(config, environment);
  await expectFreePort('PORT', environment.PORT);
  if (environment.MAUTIC_BASE_URL === undefined) await expectFreePort('MAUTIC_PORT', environment.MAUTIC_PORT);
  if (shop) await expectFreePort('SHOP_PORT', environment.SHOP_PORT);
}

/** @throws Error that says what to change. */
function assertShopFits({ config, environment }: StartSettings): void {
  if (environment.STORE_URL !== undefined)
    throw new Error('--shop stands in for the store that STORE_URL names: say one of them.');
  if (config.stores[0]?.kind !== 'woocommerce')
    throw new Error('--shop stands in for WooCommerce, and the first store of bridge.config.ts is none.');
}

const NOTHING_TO_PLAY =
  '--once ends after the recorded checkout, which is played into the simulated Mautic only: without MAUTIC_BASE_URL, or say --demo too, and its person, tags and fields are written into that Mautic.';
const NOT_PLAYED =
  'The recorded checkout is not played: it would write its person, tags and fields into this Mautic. --demo plays it.';

/** Where the stores send their webhooks. */
export function addressLines({ url, stores }: Pick<LocalBridge, 'url' | 'stores'>): readonly string[] {
  const opening = 'The bridge listens on';
  return stores.map(({ id }, index) => {
    const beginning = index === 0 ? opening : 'and on'.padStart(opening.length);
    return `${beginning} ${url}/webhooks/${id}`;
  });
}

/** Only what the bridge put there: the folder may be anybody's. */
async function forget(dataDir: string): Promise<void> {
  for (const part of ['aws', 'mautic', 'shop.json', ...Object.values(LOG_FILES)])
    await rm(join(dataDir, part), { recursive: true, force: true });
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
    await sleep(BETWEEN_LOOKS_MS);
  }
  throw new Error(
    'The checkout did not reach Mautic within a minute; the lines above say why, --verbose says more.',
  );
}

async function exitAfter(stop: () => Promise<void>): Promise<void> {
  await stop();
  process.exit(0);
}

function complain(place: string, error: unknown): void {
  process.stderr.write(`${place}: ${error instanceof Error ? error.message : 'failed'}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
