import * as http from 'node:http';
import type { Clock } from '../../../lib/core/ports/telemetry.ts';
import type { MauticSimulator } from '../../../lib/simulators/mautic/simulator.ts';
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

type Target = Pick<MauticSimulator, 'reply'>;

interface FrontOptions {
  readonly clock: Clock;
  readonly prefix: string;
  /** Hears of each call that is never answered. */
  readonly silent: (method: string, path: string) => void;
}

/** It listens on 127.0.0.1 until the test is over. */
export async function startFront(mautic: Target, { clock, prefix, silent }: FrontOptions): Promise<Front> {
  const server = http.createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await listening(server);
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
    await passOn(call, text, response);
  }

  async function passOn(call: Call, text: string, response: http.ServerResponse): Promise<void> {
    const { method, path, query, headers } = call;
    const received = { method, url: path + query, headers, bytes: Buffer.from(text) };
    const answer = await mautic.reply(received);
    if (answer === 'silence') return;
    if (answer === 'break') return void response.destroy();
    call.status = answer.status;
    await front.after(call);
    const date = new Date(clock.now()).toUTCString();
    const sent = { ...lowerCased(answer.headers), date, ...front.headers(call) };
    return send(response, { status: answer.status, headers: sent, body: answer.text ?? '' });
  }

  return front;
}

/** As HTTP has them: two spellings of one name are one header. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
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
