import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import plugin from './plugin.data.json' with { type: 'json' };
import { type FueAnswer, type FueRequest, noRoute } from './rest/answer.ts';
import { answerEmails } from './rest/emails.ts';
import { type FueKey, type KeyGate, refusalOf } from './rest/keys.ts';
import { answerNewsletter } from './rest/newsletter.ts';
import { answerQueue } from './rest/queue.ts';
import { answerReports } from './rest/reports.ts';
import type { FueSite } from './site.ts';

const NAMESPACE = '/fue-api/v1';
/** Longer than clients keep idle connections, so that the server is never the one to close. */
const KEEP_ALIVE_MS = 75_000;

export interface FueSimulatorOptions {
  readonly site: FueSite;
  /** On 127.0.0.1; 0 or absent: any free one. */
  readonly port?: number;
  readonly keys: readonly FueKey[];
  /** Everything arrives over TLS; otherwise only what says so in `X-Forwarded-Proto`. */
  readonly seesTls?: boolean;
  readonly dropsAuthorization?: boolean;
  readonly standardSecret?: boolean;
  /** Where its site is reached, without a slash at the end; by default at the simulator itself. */
  readonly home?: string;
}

/** A running simulated site. */
export interface FueSimulator {
  /** Without a slash at the end. */
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Answers the next request with this instead of doing what it asks. */
  answerNext(answer: FueAnswer): void;
  /** Does what the next request asks, and breaks the connection instead of answering. */
  breakNext(): void;
  /** Told before each request is worked on. */
  beforeEach(listener: (request: FueRequest) => void): void;
  /** Answers a request to the plugin that came to its site; false when it is none. */
  answers(message: IncomingMessage, response: ServerResponse): boolean;
  close(): Promise<void>;
}

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly status: number;
}

/** Starts a simulated Follow-Up Emails on 127.0.0.1; rejects when the port is taken. */
export async function startFueSimulator(options: FueSimulatorOptions): Promise<FueSimulator> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const url = `http://127.0.0.1:${String(await listen(server, options.port ?? 0))}`;
  const instead: (FueAnswer | 'break')[] = [];
  const requests: SeenRequest[] = [];
  const listeners: ((request: FueRequest) => void)[] = [];
  const gate: KeyGate = {
    keys: options.keys,
    home: options.home ?? url,
    nonces: new Set(),
    standardSecret: options.standardSecret ?? false,
    dropsAuthorization: options.dropsAuthorization ?? false,
    now: () => options.site.records.now(),
  };
  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message, options.seesTls ?? false);
    for (const listener of listeners) listener(request);
    const planned = instead.shift();
    const answer =
      planned !== undefined && planned !== 'break' ? planned : answerOf(options.site, gate, request);
    requests.push({ ...request, status: planned === 'break' ? 0 : answer.status });
    if (planned === 'break') response.destroy();
    else send(response, answer, options.site.records.now());
  }
  const listener = (message: IncomingMessage, response: ServerResponse) => {
    serve(message, response).catch(() => response.destroy());
  };
  server.on('request', listener);
  return {
    url,
    requests,
    answerNext: (answer) => void instead.push(answer),
    breakNext: () => void instead.push('break'),
    beforeEach: (heard) => void listeners.push(heard),
    answers: (message, response) => {
      const isMine = message.url?.startsWith(NAMESPACE) === true;
      if (isMine) listener(message, response);
      return isMine;
    },
    close: () => close(server),
  };
}

interface ReadRequest extends FueRequest {
  readonly authorization: string;
  readonly secure: boolean;
}

async function readRequest(message: IncomingMessage, seesTls: boolean): Promise<ReadRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://localhost');
  const text = Buffer.concat(chunks).toString('utf8');
  const secure = seesTls || message.headers['x-forwarded-proto'] === 'https';
  return {
    method: message.method ?? 'GET',
    path: pathname.startsWith(NAMESPACE) ? pathname.slice(NAMESPACE.length) : '',
    query: searchParams,
    body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
    origin: `http${secure ? 's' : ''}://127.0.0.1`,
    authorization: message.headers.authorization ?? '',
    secure,
  };
}

function answerOf(site: FueSite, gate: KeyGate, request: ReadRequest): FueAnswer {
  const path = request.path.replace(/\/$/, '');
  if (path === '' && request.method === 'GET') return index(gate);
  const refusal = refusalOf(gate, { ...request, path: NAMESPACE + request.path });
  if (refusal) return refusal;
  const asked = { ...request, path };
  return (
    answerEmails(site.records, asked) ??
    answerQueue(site, asked) ??
    answerNewsletter(site.records, asked) ??
    answerReports(site.records, asked) ??
    noRoute()
  );
}

/** Open to everybody. */
function index({ home }: KeyGate): FueAnswer {
  const self = home.replace(/^http:/, 'https:');
  const routes = Object.entries(plugin.routes).map(([route, known]) => [
    route,
    {
      supports: known.supports,
      ...(known.self ? { meta: { self: `${self}${NAMESPACE}${route}` } } : {}),
      ...(known.accepts ? { accepts_data: true } : {}),
    },
  ]);
  const store = { name: 'FC Research', description: '', URL: home, fue_version: '4.9.38' };
  return { status: 200, body: { store: { ...store, routes: Object.fromEntries(routes), meta: [] } } };
}

function send(response: ServerResponse, { status, body, headers = {} }: FueAnswer, now: number): void {
  const isPage = typeof body === 'string';
  response.writeHead(status, {
    date: new Date(now).toUTCString(),
    'content-type': isPage ? 'text/html; charset=UTF-8' : 'application/json; charset=UTF-8',
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()])),
  });
  response.end(isPage ? body : JSON.stringify(body));
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
