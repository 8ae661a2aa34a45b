import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FeedDelivery } from './feeds/jobs.ts';
import { type RestAnswer, wordPressError } from './rest/answer.ts';
import { answerRest, NAMESPACE, noRoute } from './rest/routes.ts';
import { createFluentShop, type FluentShop, type ShopOptions } from './shop.ts';

export interface FluentSimulatorOptions extends Partial<ShopOptions> {
  /** On 127.0.0.1; 0 or absent: any free one. */
  readonly port?: number;
  /** Default: user `admin`, application password `password`. */
  readonly user?: { readonly name: string; readonly password: string };
}

/** A running simulated store. Its home is its own URL unless another is given. */
export interface FluentSimulator {
  /** Without a slash at the end. */
  readonly url: string;
  readonly shop: FluentShop;
  /** Every request it was asked, with its query. */
  readonly requests: readonly SeenRequest[];
  /** Answers the next request with this instead. */
  answerNext(answer: RestAnswer): void;
  /** Runs all jobs that wait and sends what they say, once each. */
  drain(twice?: 'twice'): Promise<readonly { readonly delivery: FeedDelivery; readonly status: number }[]>;
  close(): Promise<void>;
}

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly params: URLSearchParams;
  readonly status: number;
}

/** FluentCart waits as long for an answer (facts/fluentcart A1). */
const TIMEOUT_MS = 20_000;
/** Longer than clients keep idle connections, so that the server is never the one to close. */
const KEEP_ALIVE_MS = 75_000;
const LOCAL_USER = { name: 'admin', password: 'password' };

/** Starts a simulated FluentCart store on 127.0.0.1; rejects when the port is taken. */
export async function startFluentSimulator(options: FluentSimulatorOptions = {}): Promise<FluentSimulator> {
  const { clock = Date, random = Math.random, user = LOCAL_USER } = options;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const url = `http://127.0.0.1:${String(await listen(server, options.port ?? 0))}`;
  const shop = createFluentShop({ ...options, random, clock, home: options.home ?? url });
  const requests: SeenRequest[] = [];
  const instead: RestAnswer[] = [];
  const gate = { shop, user, instead, seen: (request: SeenRequest) => void requests.push(request) };
  server.on('request', (message, response) => {
    serve(gate, message, response).catch(() => response.destroy());
  });
  return {
    url,
    shop,
    requests,
    answerNext: (answer) => void instead.push(answer),
    drain: (twice) => sendAll(shop.jobs.run(twice)),
    close: () => close(server),
  };
}

interface Gate {
  readonly shop: FluentShop;
  readonly user: { readonly name: string; readonly password: string };
  readonly instead: RestAnswer[];
  readonly seen: (request: SeenRequest) => void;
}

async function serve(gate: Gate, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const { pathname, searchParams: params } = new URL(message.url ?? '/', 'http://localhost');
  const { method = 'GET' } = message;
  const path = pathname.startsWith(NAMESPACE) ? pathname.slice(NAMESPACE.length) : pathname;
  const isRoute = path !== pathname;
  const answer =
    gate.instead.shift() ??
    answerOf(gate, message, () =>
      isRoute ? answerRest(gate.shop, { method, path, params, body: jsonIn(chunks) }) : noRoute(),
    );
  gate.seen({ method, path, params, status: answer.status });
  const isPage = typeof answer.body === 'string';
  response.writeHead(answer.status, {
    date: new Date(gate.shop.now()).toUTCString(),
    'content-type': isPage ? 'text/html; charset=UTF-8' : 'application/json; charset=UTF-8',
  });
  response.end(isPage ? answer.body : JSON.stringify(answer.body));
}

/** One body for a wrong password and for none (facts/fluentcart A2). */
function answerOf({ user }: Gate, message: IncomingMessage, answer: () => RestAnswer): RestAnswer {
  const given = message.headers.authorization ?? '';
  const wanted = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  if (given === wanted) return answer();
  return wordPressError(401, 'rest_forbidden', 'Sorry, you are not allowed to do that.');
}

function jsonIn(chunks: readonly Buffer[]): unknown {
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

async function sendAll(deliveries: readonly FeedDelivery[]) {
  const sent: { readonly delivery: FeedDelivery; readonly status: number }[] = [];
  for (const delivery of deliveries) sent.push({ delivery, status: await send(delivery) });
  return sent;
}

/** Redirects are followed; a failure is never repeated. */
async function send({ url, headers, body }: FeedDelivery): Promise<number> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'follow', signal });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
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
