import { once } from 'node:events';
import * as http from 'node:http';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../lib/core/ports/telemetry.ts';
import { listening, urlOf } from '../../mautic/support.ts';

/** One request as it reached Mautic, and what it was answered with. */
export interface Call {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  readonly headers: http.IncomingMessage['headers'];
  /** 0: the connection broke. */
  status: number;
}

export interface Reply {
  readonly status: number;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body: unknown;
}

/** What comes in place of Mautic's answer: another one, none ever, or nothing. */
type Instead = Reply | 'silence' | undefined;

/** What stands between the bridge and Mautic: it sees every call and may answer in Mautic's place. */
interface Front {
  readonly url: string;
  readonly calls: Call[];
  /** Before Mautic sees a call; what it answers keeps it from Mautic, other items of a batch may be let through. */
  before: (call: Call) => Promise<Instead> | Instead;
  /** After Mautic has done what a call asks for, before the bridge hears of it. */
  after: (call: Call) => Promise<void> | void;
  /** What every answer carries besides. */
  headers: (call: Call) => http.OutgoingHttpHeaders;
}

interface FrontOptions {
  readonly clock: Clock;
  readonly prefix: string;
  /** Hears of each call that is never answered. */
  readonly silent: (method: string, path: string) => void;
}

/** It listens on 127.0.0.1 until the test is over. */
export async function startFront(target: string, { clock, prefix, silent }: FrontOptions): Promise<Front> {
  const server = http.createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await listening(server);
  // A connection for each call would be a third of what the calls cost.
  const agent = new http.Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const front: Front = {
    url: `${urlOf(server)}${prefix}`,
    calls: [],
    before: () => undefined,
    after: () => undefined,
    headers: () => ({}),
  };

  async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const text = await textOf(request);
    const url = new URL(request.url ?? '/', 'http://front');
    if (!url.pathname.startsWith(prefix)) return send(response, { status: 404, body: 'not here' });
    const { method = '', headers } = request;
    const path = url.pathname.slice(prefix.length);
    const body: unknown = /^[[{]/.test(text) ? JSON.parse(text) : text;
    const call: Call = { method, path, query: url.search, body, headers, status: 0 };
    front.calls.push(call);
    const instead = await front.before(call);
    if (instead === 'silence') return silent(method, path);
    if (instead) {
      call.status = instead.status;
      return send(response, instead);
    }
    const answer = await pass(`${target}${path}${url.search}`, { method, headers, text, agent });
    call.status = answer.status;
    await front.after(call);
    const date = new Date(clock.now()).toUTCString();
    return send(response, { ...answer, headers: { ...answer.headers, date, ...front.headers(call) } });
  }

  return front;
}

interface Passed {
  readonly method: string;
  readonly headers: http.IncomingMessage['headers'];
  readonly text: string;
  readonly agent: http.Agent;
}

async function pass(url: string, { method, headers, text, agent }: Passed): Promise<Reply> {
  const { connection: _connection, 'content-length': _length, ...rest } = headers;
  const length = Buffer.byteLength(text);
  const outgoing = http.request(url, {
    method,
    agent,
    headers: { ...rest, ...(length > 0 && { 'content-length': String(length) }) },
  });
  outgoing.end(text);
  const [answer] = (await once(outgoing, 'response')) as [http.IncomingMessage];
  const { 'content-length': _size, 'transfer-encoding': _encoding, ...kept } = answer.headers;
  return { status: answer.statusCode ?? 0, headers: kept, body: await textOf(answer) };
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function send(response: http.ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
