import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import type { StoreKey } from '../../core/ports/secrets.ts';
import { UsageError } from '../usage-error.ts';

/** Where the shop sends the keys to: an address outside that leads to a port of this machine. */
export interface Callback {
  readonly url: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** What somebody of the shop is asked, and what comes of it. */
export interface ShopConsent {
  /** The page of the shop on which it is approved or denied. */
  readonly open: string;
  /** Of this machine. */
  readonly port: number;
  /** The keys when the shop sends them; rejects when somebody denies. */
  readonly keys: Promise<StoreKey>;
  /** The shop led whoever approved it back here, and they were told. */
  readonly returned: Promise<void>;
  close(): Promise<void>;
}

const APP_NAME = 'mautic-commerce-bridge';
const MOST_BYTES = 10_000;

const Sent = v.object({
  user_id: v.string(),
  consumer_key: v.pipe(v.string(), v.startsWith('ck_')),
  consumer_secret: v.pipe(v.string(), v.startsWith('cs_')),
  key_permissions: v.literal('read_write'),
});

/**
 * Has the shop's own page `/wc-auth/v1/authorize` make keys that may read and write, and waits for them, once, on
 * 127.0.0.1. WooCommerce sends them to https and to ports 80, 443 and 8080 of addresses outside only (its
 * class-wc-auth.php and WordPress' wp_safe_remote_post), so a tunnel must lead here; unless that answers 200 it takes
 * its key back.
 * @throws UsageError when the address is none that WooCommerce sends to.
 */
export async function askShop(storeUrl: string, callback: Callback): Promise<ShopConsent> {
  const base = publicUrl(callback.url);
  // Nobody else knows the path, and nobody but the shop what comes back in it.
  const [path, user] = [randomBytes(24).toString('base64url'), randomBytes(24).toString('base64url')];
  const { promise, resolve, reject } = Promise.withResolvers<StoreKey>();
  const back = Promise.withResolvers<void>();
  // Whoever waits for it hears of it.
  promise.catch(() => undefined);
  const waiting = { path, user, resolve, reject, returned: back.resolve };
  const server = createServer((request, response) => {
    serve(waiting, request, response).catch(() => response.destroy());
  });
  server.listen(callback.port, '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    throw new UsageError(
      `Port ${String(callback.port)} of this machine is taken: give another --callback-port.`,
      {
        cause,
      },
    );
  });
  const query = new URLSearchParams({
    app_name: APP_NAME,
    scope: 'read_write',
    user_id: user,
    return_url: `${base}/done/${path}`,
    callback_url: `${base}/keys/${path}`,
  });
  return {
    open: `${storeUrl.replace(/\/+$/, '')}/wc-auth/v1/authorize?${query.toString()}`,
    port: (server.address() as AddressInfo).port,
    keys: promise,
    returned: back.promise,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Without a slash at the end. */
function publicUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'https:' || !['', '8080'].includes(parsed.port))
    throw new UsageError(
      'The address that the shop sends its keys to must be an https one outside this machine, without a port or with 8080, like the one of a tunnel: WooCommerce sends them nowhere else.',
    );
  return url.replace(/\/+$/, '');
}

interface Waiting {
  readonly path: string;
  readonly user: string;
  readonly resolve: (keys: StoreKey) => void;
  readonly reject: (error: Error) => void;
  readonly returned: () => void;
}

async function serve(waiting: Waiting, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [kind, path] = pathname.split('/').slice(-2);
  if (path !== waiting.path) return say(response, 404, 'There is nothing here.');
  if (kind === 'keys' && request.method === 'POST') return take(waiting, request, response);
  if (kind !== 'done') return say(response, 404, 'There is nothing here.');
  response.once('close', waiting.returned);
  if (searchParams.get('success') !== '0')
    return say(response, 200, 'The bridge has its keys. Go back to the terminal.');
  waiting.reject(new Error('The shop gave no keys: somebody denied it there.'));
  return say(response, 200, 'The bridge got no keys. Go back to the terminal.');
}

async function take(
  { user, resolve }: Waiting,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (Number(request.headers['content-length'] ?? MOST_BYTES + 1) > MOST_BYTES)
    return say(response, 413, 'That is too long for keys.');
  const sent = v.safeParse(v.pipe(v.string(), v.parseJson(), Sent), await text(request));
  if (!sent.success || sent.output.user_id !== user)
    return say(response, 400, 'These are no keys that were asked for.');
  say(response, 200, 'Thank you.');
  const { consumer_key: consumerKey, consumer_secret: consumerSecret } = sent.output;
  resolve({ consumerKey, consumerSecret });
}

function say(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
}
