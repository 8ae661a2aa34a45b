import { channel } from 'node:diagnostics_channel';
import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import axios, { type AxiosResponse } from 'axios';
import { failed, type Outcome, succeeded } from './core/ledger/failure.ts';
import type { Clock } from './core/ports/telemetry.ts';
import { failureOf } from './http-failure.ts';
import { jsonIn } from './json-in-text.ts';

/** One system that answers JSON over HTTP. A request never throws. */
export interface Http {
  request(request: HttpRequest): Promise<Outcome<HttpResponse>>;
  /** Closes idle connections, so that a process can end. */
  close(): void;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL, starting with a slash, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Form fields as URLSearchParams; anything else goes out as JSON. */
  readonly body?: unknown;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON object or list, or `undefined` when there is none in the text. */
  readonly body: object | undefined;
  /** Other text stands before or after the JSON: the server prints its warnings. */
  readonly cluttered?: true;
  readonly text: string;
}

export interface HttpOptions {
  /** With its path when the system lives under one (`https://example.com/mautic/index.php`). */
  readonly baseUrl: string;
  /** For the whole exchange, from connecting to the last byte. */
  readonly timeoutMs: number;
  /** What ends an exchange that takes too long; by default a timer of `timeoutMs`. */
  readonly deadline?: (request: HttpRequest) => AbortSignal;
  /** Most bytes of an answer. */
  readonly maxBytes: number;
  readonly clock: Pick<Clock, 'now'>;
  /** What failures call the other side; its host name by default. */
  readonly name?: string;
}

/** One request and what came of it, as whoever subscribes to the channel `EXCHANGES` hears it; nothing is masked. */
export interface Exchange {
  /** Of the other side, without a slash at the end. */
  readonly base: string;
  readonly request: HttpRequest;
  readonly outcome: Outcome<HttpResponse>;
  /** From the request to the last byte of the answer. */
  readonly tookMs: number;
}

/** Where every exchange is told, in this process only; while nobody listens nothing is made ready for it. */
export const EXCHANGES = 'mautic-commerce-bridge:exchanges';

const exchanges = channel(EXCHANGES);

/**
 * Common servers close idle connections after 5 s or later. A frozen function cannot notice that, so after such
 * a pause connections are opened anew rather than found dead after sending.
 */
const IDLE_LIMIT_MS = 4_000;
const MAX_SOCKETS = 64;

/** Whether the connection of a request was ever ready to carry it. */
type Progress = { connected: boolean };

/** Base URL and names, derived once. */
interface Target {
  readonly base: string;
  readonly name: string;
  readonly secure: boolean;
}

/**
 * A client for one base URL: keeps connections alive, follows no redirect, uses no proxy, and turns everything
 * that can go wrong before an answer into a typed failure. Nothing sent or received appears in a failure.
 * @throws TypeError when `baseUrl` is none.
 */
export function createHttp(options: HttpOptions): Http {
  const target = targetOf(options);
  const pool = createPool(options.clock);
  const deadline = options.deadline ?? (() => AbortSignal.timeout(options.timeoutMs));

  async function request(request: HttpRequest): Promise<Outcome<HttpResponse>> {
    if (!exchanges.hasSubscribers) return ask(request);
    const began = performance.now();
    const outcome = await ask(request);
    const tookMs = performance.now() - began;
    exchanges.publish({ base: target.base, request, outcome, tookMs } satisfies Exchange);
    return outcome;
  }

  async function ask(request: HttpRequest): Promise<Outcome<HttpResponse>> {
    const progress: Progress = { connected: false };
    const signal = deadline(request);
    const done = pool.enter();
    try {
      const response = await axios.request<string>({
        ...encoded(request),
        ...pool.agents,
        url: target.base + request.path,
        method: request.method,
        signal,
        transport: observed(target.secure, progress),
        maxRedirects: 0,
        maxContentLength: options.maxBytes,
        proxy: false,
        responseType: 'text',
        transformRequest: (data: unknown) => data,
        transformResponse: (text: unknown) => text,
        validateStatus: () => true,
      });
      return received(response, request, `${target.name} (${endpointOf(request)})`);
    } catch (error) {
      const exchange = `${target.name} (${endpointOf(request)})`;
      const isTooLarge = error instanceof Error && error.message.includes('maxContentLength');
      const { connected } = progress;
      return failed(
        failureOf({ exchange, code: codeOf(error), connected, isTooLarge, timedOut: signal.aborted }),
      );
    } finally {
      done();
    }
  }

  return { request, close: pool.close };
}

function targetOf(options: HttpOptions): Target {
  const url = new URL(options.baseUrl);
  return {
    base: url.origin + url.pathname.replace(/\/+$/, ''),
    name: options.name ?? url.host,
    secure: url.protocol === 'https:',
  };
}

function createPool(clock: Pick<Clock, 'now'>) {
  const agents = {
    httpAgent: new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    httpsAgent: new https.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
  let inFlight = 0;
  let lastUsed = clock.now();

  function close(): void {
    agents.httpAgent.destroy();
    agents.httpsAgent.destroy();
  }
  function leave(): void {
    inFlight -= 1;
    lastUsed = clock.now();
  }
  function enter(): () => void {
    if (inFlight === 0 && clock.now() - lastUsed > IDLE_LIMIT_MS) close();
    inFlight += 1;
    return leave;
  }
  return { agents, enter, close };
}

function encoded({ headers = {}, body }: HttpRequest): { data?: string; headers: Record<string, string> } {
  if (body === undefined) return { headers };
  if (body instanceof URLSearchParams) {
    return {
      data: body.toString(),
      headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
    };
  }
  return { data: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } };
}

/** Sockets whose connection stood once; the pool hands them from request to request. */
const standing = new WeakSet<Socket>();

/** Node's own transport, watched: what failed before its connection stood was certainly never sent. */
function observed(secure: boolean, progress: Progress) {
  return {
    request(options: https.RequestOptions, onResponse: (response: http.IncomingMessage) => void) {
      const request = secure ? https.request(options, onResponse) : http.request(options, onResponse);
      request.once('socket', (socket) => {
        const ready = () => {
          standing.add(socket);
          progress.connected = true;
        };
        if (standing.has(socket)) ready();
        else socket.once(secure ? 'secureConnect' : 'connect', ready);
      });
      return request;
    },
  };
}

function received(
  response: AxiosResponse<string>,
  { method }: HttpRequest,
  exchange: string,
): Outcome<HttpResponse> {
  const { status, data: text } = response;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) headers[name.toLowerCase()] = String(value);
  if (status < 300 || status >= 400) {
    const body = jsonIn(text);
    return succeeded({ status, headers, body, text, ...(body && !isBare(text) && { cluttered: true }) });
  }
  const message = `${exchange} answered ${String(status)}, a redirect to ${hostOf(headers.location)}. Set the base URL to the address it redirects to.`;
  // A proxy can redirect to its error page when the system behind it has failed in the middle of the work.
  return failed({ kind: method === 'GET' ? 'retry' : 'unknown', code: 'redirected', message });
}

/** Whether the JSON in this text is all there is. */
function isBare(text: string): boolean {
  return /^\s*[[{]/.test(text) && /[\]}]\s*$/.test(text);
}

/** Protocol and host only: a path or a query may hold what does not belong into a log. */
function hostOf(location: string | undefined): string {
  if (location === undefined) return 'an unknown place';
  return URL.canParse(location) ? new URL(location).origin : 'another path of the same host';
}

/** Method and path without the query, which may hold an address. */
function endpointOf(request: HttpRequest): string {
  return `${request.method} ${request.path.split('?')[0] ?? ''}`;
}

function codeOf(error: unknown): string {
  return axios.isAxiosError(error) ? (error.code ?? 'no code') : 'no code';
}
