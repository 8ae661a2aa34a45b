import { readFile, rename, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { LocalEnvironment } from '../../local-environment.ts';
import type { HeldShop } from '../../simulators/woocommerce/shop.ts';
import { type StoreSimulator, startStoreSimulator } from '../../simulators/woocommerce/simulator.ts';
import { CATALOG } from '../../stores/catalog.ts';
import { portTaken } from '../bridge/port-taken.ts';
import { refusalOf } from '../site/guard.ts';
import { perform } from './deeds.ts';
import { stock } from './people.ts';
import { SHOP_HEADERS, shopPage } from './shop-page.ts';

/** A simulated shop beside the bridge. */
export interface LocalShop {
  readonly url: string;
  /** What the bridge is told of it: its address and keys. */
  readonly variables: Pick<LocalEnvironment, 'STORE_URL' | 'STORE_CONSUMER_KEY' | 'STORE_CONSUMER_SECRET'>;
  /** Sends what happens to the webhooks of this store of a bridge, signed with its secret. */
  connect(bridge: { readonly url: string; readonly store: string; readonly secret: string }): void;
  close(): Promise<void>;
}

const FORM = 'application/x-www-form-urlencoded';
/** What the recordings and other shops have lies far below. */
const FIRST_ID = 1000;
const NOTHING: HeldShop = {
  orders: [],
  customers: [],
  products: [],
  carts: [],
  last: { thing: FIRST_ID, customer: 1, meta: 0, cart: 0 },
};

/**
 * Starts the shop with its page on SHOP_PORT, with what an earlier run left in BRIDGE_DATA_DIR.
 * @throws Error that names the port when it is taken.
 */
export async function openShop({ SHOP_PORT: port, BRIDGE_DATA_DIR }: LocalEnvironment): Promise<LocalShop> {
  const file = join(BRIDGE_DATA_DIR, 'shop.json');
  let bridgeUrl = '';
  const last = { done: '' };
  const page = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.split('?')[0] !== '/') return false;
    void serve(simulator, { file, bridgeUrl, last, request, response }).catch(() => response.destroy());
    return true;
  };
  const simulator = await startStoreSimulator({ port, page, held: await heldIn(file) }).catch(
    portTaken('SHOP_PORT', port),
  );
  stock(simulator.shop);
  return {
    url: simulator.url,
    variables: {
      STORE_URL: simulator.url,
      STORE_CONSUMER_KEY: 'ck_local',
      STORE_CONSUMER_SECRET: 'cs_local',
    },
    connect({ url, store, secret }) {
      bridgeUrl = url;
      const deliveryUrl = `${url}/webhooks/${store}`;
      // With the companion, carts are told too.
      simulator.shop.carts.install(true);
      for (const topic of new Set([...CATALOG.woocommerce.topics, 'cart.updated']))
        simulator.shop.webhooks.create({ topic, deliveryUrl, secret });
      void simulator.drain();
    },
    close: () => simulator.close(),
  };
}

interface Visit {
  readonly file: string;
  readonly bridgeUrl: string;
  /** What the last button did. */
  readonly last: { done: string };
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(
  simulator: StoreSimulator,
  { file, bridgeUrl, last, request, response }: Visit,
): Promise<void> {
  const refusal = refusalOf(request, FORM);
  if (refusal !== undefined) {
    request.resume();
    response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end(refusal);
    return;
  }
  const { shop } = simulator;
  if (request.method !== 'POST') {
    response.writeHead(200, SHOP_HEADERS).end(shopPage(shop, { bridgeUrl, done: last.done }));
    return;
  }
  last.done = perform(shop, asked(await text(request))) ?? 'That cannot be done.';
  await keep(file, shop.hold());
  // One after the other, as WooCommerce's queue does; the page does not wait for it.
  void simulator.drain();
  // Whoever loads the page again does not order again.
  response.writeHead(303, { location: '/' }).end();
}

function asked(form: string) {
  const fields = new URLSearchParams(form);
  const numberOf = (name: string) => Number(fields.get(name) ?? Number.NaN);
  return { deed: fields.get('deed') ?? '', person: numberOf('person'), order: numberOf('order') };
}

/** Whole or not at all: a file that was cut off in the middle would end every later start. */
async function keep(file: string, held: HeldShop): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(held));
  await rename(`${file}.new`, file);
}

async function heldIn(file: string): Promise<HeldShop> {
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  return kept === undefined ? NOTHING : (JSON.parse(kept) as HeldShop);
}
