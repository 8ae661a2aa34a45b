import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { consentPage } from './auth/consent-page.ts';
import { createFaults, type Faults } from './faults.ts';
import type { ShopKey } from './rest/rest-keys.ts';
import { restListener, type SeenRequest } from './rest/rest-server.ts';
import { createShop, type Shop, type ShopOptions } from './shop.ts';
import { createSender, type Deadline, type Sender } from './webhooks/sender.ts';

/** How a simulated store is started; everything has a default. */
export interface StoreSimulatorOptions extends Partial<ShopOptions> {
  /** On 127.0.0.1; 0 or absent: any free one. */
  readonly port?: number;
  /** Default: one that reads and writes, `ck_local` with the secret `cs_local`. */
  readonly keys?: readonly ShopKey[];
  /** Every request counts as https; otherwise only what `X-Forwarded-Proto` says. */
  readonly seesTls?: boolean;
  /** By default as long as WooCommerce waits for an answer to a delivery or a PING. */
  readonly deadline?: Deadline;
  /** A cache in front of it takes `X-WP-Total` out of its answers. */
  readonly dropsTotals?: boolean;
  /** Takes a request for a page of its own, or answers false. */
  readonly page?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Where an address outside leads that it sends keys to: a tunnel to this machine. */
  readonly leadsTo?: (url: string) => string;
  /** The host keeps the Authorization header from WordPress. */
  readonly dropsAuthorization?: boolean;
}

/** A running simulated store. Its home is its own URL unless another is given. */
export interface StoreSimulator extends Sender {
  /** Without a slash at the end. */
  readonly url: string;
  readonly shop: Shop;
  readonly faults: Faults;
  readonly requests: readonly SeenRequest[];
  close(): Promise<void>;
}

const LOCAL_KEY: ShopKey = { consumerKey: 'ck_local', consumerSecret: 'cs_local' };

/** Longer than clients keep idle connections, so that the server is never the one to close. */
const KEEP_ALIVE_MS = 75_000;

/** Starts a simulated WooCommerce store on 127.0.0.1; rejects when the port is taken. */
export async function startStoreSimulator(options: StoreSimulatorOptions = {}): Promise<StoreSimulator> {
  const { clock = Date, random = Math.random, leadsTo = (address) => address } = options;
  const keys = [...(options.keys ?? [LOCAL_KEY])];
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const url = `http://127.0.0.1:${String(await listen(server, options.port ?? 0))}`;
  const shop = createShop({ ...options, random, clock, home: options.home ?? `${url}/` });
  const sender = createSender(shop.deliveries, options.deadline);
  const faults = createFaults();
  const requests: SeenRequest[] = [];
  const gate = {
    keys,
    home: shop.site.home,
    dropsAuthorization: options.dropsAuthorization ?? false,
    seesTls: options.seesTls ?? false,
    nonces: new Set<string>(),
    now: () => clock.now(),
  };
  const seen = (request: SeenRequest) => void requests.push(request);
  const { dropsTotals = false } = options;
  const rest = restListener({ shop, gate, faults, dropsTotals, ping: () => sender.ping(), seen });
  const consent = consentPage({ home: shop.site.home, keys, random, leadsTo });
  server.on('request', (request, response) => {
    if (options.page?.(request, response) === true || consent(request, response)) return;
    rest(request, response);
  });
  return { url, shop, faults, requests, ...sender, close: () => close(server) };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
