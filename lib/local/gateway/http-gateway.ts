import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { closeServer, listenOnLoopback } from '../aws/loopback.ts';
import { createEvent, type Route } from './http-event.ts';
import { answerOf, type HttpAnswer, jsonAnswer, messageAnswer, send } from './http-response.ts';
import { type Handler, invoke, type Outcome, within } from './invocation.ts';
import { createLanes, type Lanes } from './lanes.ts';
import type { Pages } from './pages.ts';

export type HttpGatewaySettings = {
  /** 0 takes any free port. */
  readonly port: number;
  readonly handlers: { readonly ingest: Handler<APIGatewayProxyEventV2> };
  /** Answers `GET /health`, which exists only locally. */
  readonly health: () => unknown;
  /** What a browser is shown, only locally too. */
  readonly pages: Pages;
  /** Takes a request for itself, or answers false; only locally too. */
  readonly site?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** How long the function may run. */
  readonly functionTimeoutMs: number;
  /** How long a request may take; API Gateway allows 30 s. */
  readonly timeoutMs?: number;
  /** How long `close` waits for running requests, 5 s by default. */
  readonly graceMs?: number;
  /** Hears how every delivery was answered. */
  readonly onAnswer?: (event: APIGatewayProxyEventV2, answer: HttpAnswer) => void;
  /** Hears of every invocation that threw or took too long. */
  readonly onFailure?: (outcome: Exclude<Outcome, { type: 'returned' }>) => void;
};

export interface HttpGateway {
  readonly url: string;
  /** Takes no new requests, lets the running ones end for a while, then cuts the connections. */
  close(): Promise<void>;
}

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };
type Gateway = HttpGatewaySettings & { readonly lanes: Lanes };

const LARGEST_BODY = 10 * 1024 * 1024;
const INGEST_ROUTE = 'POST /webhooks/{store+}';
const CONCURRENT_INVOCATIONS = 10;
const GRACE_MS = 5_000;

/** Starts an HTTP server on 127.0.0.1 that is to the functions what an API Gateway HTTP API is. */
export async function startHttpGateway(settings: HttpGatewaySettings): Promise<HttpGateway> {
  const gateway: Gateway = { ...settings, lanes: createLanes(CONCURRENT_INVOCATIONS) };
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    if (settings.site?.(request, response) === true) return;
    const exchange = serve(gateway, { request, response })
      .catch(() => response.destroy())
      .then(() => void running.delete(exchange));
    running.add(exchange);
  });
  const url = await listenOnLoopback(server, settings.port);
  return {
    url,
    close: async () => {
      server.close();
      await within(settings.graceMs ?? GRACE_MS, Promise.all(running), []);
      await closeServer(server);
    },
  };
}

async function serve(gateway: Gateway, { request, response }: Exchange): Promise<void> {
  const body = await readBody(request);
  if (body === 'too-large') {
    response.setHeader('connection', 'close');
    return send(response, messageAnswer(413, 'Request Entity Too Large'));
  }
  const path = request.url?.split('?')[0] ?? '/';
  if (request.method === 'GET') return send(response, await localAnswer(gateway, path));
  const route = request.method === 'POST' ? matchIngest(path) : undefined;
  if (!route) return send(response, messageAnswer(404, 'Not Found'));
  const event = createEvent(request, route, body);
  const answer = await ingestAnswer(gateway, event);
  send(response, answer);
  gateway.onAnswer?.(event, answer);
}

async function localAnswer(gateway: Gateway, path: string): Promise<HttpAnswer> {
  if (path === '/health') return healthAnswer(gateway);
  return gateway.pages(path) ?? messageAnswer(404, 'Not Found');
}

/** Reads all of the body even when it is too large: a client that is cut off while sending sees no answer. */
async function readBody(request: IncomingMessage): Promise<Buffer | 'too-large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > LARGEST_BODY ? 'too-large' : Buffer.concat(chunks);
}

/** A greedy parameter takes the rest of the path, a slash at its end included. */
function matchIngest(path: string): Route | undefined {
  const store = /^\/webhooks\/(.+)$/.exec(path)?.[1];
  if (store === undefined) return undefined;
  try {
    return { routeKey: INGEST_ROUTE, pathParameters: { store: decodeURIComponent(store) } };
  } catch {
    return undefined;
  }
}

async function healthAnswer({ health }: Gateway): Promise<HttpAnswer> {
  try {
    return jsonAnswer(200, await health());
  } catch {
    return jsonAnswer(503, { status: 'unavailable' });
  }
}

async function ingestAnswer(gateway: Gateway, event: APIGatewayProxyEventV2): Promise<HttpAnswer> {
  const { handlers, functionTimeoutMs, timeoutMs = 30_000, lanes } = gateway;
  const ingest = { name: 'ingest', handler: handlers.ingest, timeoutMs: functionTimeoutMs };
  const answered = lanes.run(async () => {
    const outcome = await invoke(ingest, event).outcome;
    if (outcome.type !== 'returned') gateway.onFailure?.(outcome);
    return outcomeAnswer(outcome);
  });
  // Waiting for a lane counts: API Gateway's clock runs from the request on.
  return within(timeoutMs, answered, messageAnswer(503, 'Service Unavailable'));
}

function outcomeAnswer(outcome: Outcome): HttpAnswer {
  switch (outcome.type) {
    case 'returned':
      return answerOf(outcome.result);
    case 'threw':
    case 'timed-out':
      return messageAnswer(500, 'Internal Server Error');
  }
}
