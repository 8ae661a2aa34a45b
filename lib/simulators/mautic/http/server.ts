import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type ApiSettings, authenticate, type Gate } from '../auth/credentials.ts';
import { issueToken } from '../auth/token-endpoint.ts';
import { pageOf } from '../pages/pages.ts';
import type { World } from '../world.ts';
import { type Answer, opaqueError, urlNotFound } from './answer.ts';
import { answerOfWalls, answerWithoutCommit, bodyText, spoil } from './fault-answers.ts';
import type { FaultKind, Faults } from './faults.ts';
import type { RateLimiter } from './rate-limit.ts';
import { type Request, readRequest } from './request.ts';
import type { RequestLog } from './request-log.ts';
import { findRoute } from './routes.ts';

/** What the server is made of. */
export type Parts = {
  readonly world: World;
  readonly gate: Omit<Gate, 'settings'> & { readonly lifetimeSeconds: number };
  readonly faults: Faults;
  readonly strike: (request: Request) => FaultKind | undefined;
  readonly limiter: RateLimiter;
  readonly log: RequestLog;
  readonly silent: (method: string, path: string) => void;
};

const TOKEN_PATH = '/oauth/v2/token';
/** Longer than clients keep idle connections, so that the server is never the one to close. */
const KEEP_ALIVE_MS = 75_000;

/** An HTTP server that answers like Mautic; it does not listen yet. */
export function makeServer(parts: Parts): Server {
  const server = createServer((message, response) => {
    serve(parts, message, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function serve(parts: Parts, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = parts.world.now();
  const sent = await reply(parts, await readRequest(message), at);
  if (sent === 'break') return void response.destroy();
  if (sent === 'silence') return;
  response.writeHead(sent.status, sent.headers);
  response.end(sent.text);
}

/** An answer as it goes over the wire. */
export type Sent = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: there is no body. */
  readonly text: string | undefined;
};

/**
 * What Mautic does with a request that came at this time: answers, breaks the connection off, or leaves it open for good,
 * until the client or the simulator closes it.
 */
export async function reply(parts: Parts, request: Request, at: Date): Promise<Sent | 'break' | 'silence'> {
  const { method, path } = request;
  const wait = parts.faults.latency(method, path);
  if (wait > 0) await pause(wait);
  const wall = answerOfWalls(parts.faults, request);
  const fault = wall === undefined ? parts.strike(request) : undefined;
  const instead = wall ?? (fault && answerWithoutCommit(fault, parts.faults, at));
  const answer = instead ?? (await commit(parts, request, fault));
  const fate = fateOf(fault);
  const status = fate === 'answer' ? answer.status : 0;
  parts.log.add({ method, path, status, at }, endpointOf(method, path));
  if (fate === 'silence') parts.silent(method, path);
  return fate === 'answer' ? sentOf(parts, answer, method) : fate;
}

function endpointOf(method: string, path: string): string {
  return `${method} ${findRoute(method, path)?.pattern ?? path}`;
}

/** The answer, after everything it changed is on disk. */
async function commit(parts: Parts, request: Request, fault: FaultKind | undefined): Promise<Answer> {
  const answer = await answerRequest(parts, request).catch(simulatorFailure);
  parts.world.db.flush();
  return spoil(answer, fault);
}

/** A defect of the simulator must not look like an answer of Mautic. */
function simulatorFailure(error: unknown): Answer {
  const text = error instanceof Error ? error.stack : String(error);
  return {
    status: 599,
    anonymous: true,
    headers: { 'Content-Type': 'text/plain' },
    body: `The simulator failed: ${text}`,
  };
}

async function answerRequest(parts: Parts, request: Request): Promise<Answer> {
  const { faults, world } = parts;
  const { apiEnabled, basicEnabled, areClientsGone } = faults;
  const settings: ApiSettings = { apiEnabled, basicEnabled, areClientsGone };
  const gate = { ...parts.gate, settings };
  if (request.path === TOKEN_PATH) return issueToken(gate, request);
  const page = pageOf(world, request);
  if (page !== undefined) return page;
  if (request.method === 'OPTIONS')
    return {
      status: 204,
      headers: { 'Content-Type': 'text/html; charset=UTF-8' },
      anonymous: true,
      body: '',
    };
  const identity = authenticate(gate, request);
  if ('refused' in identity) return identity.refused;
  const limit = world.traits.hasRateLimiter ? faults.rateLimitPerHour : undefined;
  const counted = parts.limiter.count(identity.quota, limit, world.now());
  if (counted?.refused !== undefined) return counted.refused;
  const route = findRoute(request.method, request.path);
  if (route === undefined) return urlNotFound(request.path);
  if (request.body === undefined) return opaqueError(400);
  const { method, path, query, body } = request;
  const answer = await route.handler(world, { method, path, params: route.params, query, body, identity });
  return counted === undefined ? answer : { ...answer, headers: { ...counted.headers, ...answer.headers } };
}

/** What becomes of the answer. */
function fateOf(fault: FaultKind | undefined): 'answer' | 'break' | 'silence' {
  if (fault === 'reset-before' || fault === 'commit-then-reset') return 'break';
  return fault === 'timeout' ? 'silence' : 'answer';
}

function sentOf({ world }: Parts, answer: Answer, method: string): Sent {
  return {
    status: answer.status,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-cache, private',
      ...(answer.anonymous === true ? {} : { 'Mautic-Version': world.traits.header }),
      ...answer.headers,
    },
    text: method === 'HEAD' ? undefined : bodyText(answer),
  };
}
