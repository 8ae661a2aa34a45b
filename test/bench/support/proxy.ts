import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as send,
} from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeServer, listenOnLoopback } from '../../../lib/local/aws/loopback.ts';

/** A request on its way to the other side, and what became of it. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly status: number;
  readonly answer: string;
}

export type Sent = Omit<Exchange, 'status' | 'answer'>;

export interface ProxySettings {
  readonly target: string;
  /** The body to send instead. */
  readonly rewrite?: (sent: Sent) => string;
  /** The least an exchange takes, in ms. */
  readonly leastMs?: (sent: Sent) => number;
  /** Hears of everything that passed. */
  readonly seen: (exchange: Exchange) => void;
}

export interface Proxy {
  readonly url: string;
  /** @throws what an exchange failed with: a connection that only broke would be taken for Mautic's fault. */
  close(): Promise<void>;
}

/** Stands between a client and an emulator, counts what passes, and makes it take as long as the real thing. */
export async function startProxy(settings: ProxySettings): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true });
  let fault: { readonly error: unknown } | undefined;
  const server = createServer((incoming, response) => {
    pass(settings, agent, incoming).then(
      ({ status, headers, answer }) => response.writeHead(status, headers).end(answer),
      (error: unknown) => {
        fault ??= { error };
        response.destroy();
      },
    );
  });
  const url = await listenOnLoopback(server);
  return {
    url,
    close: async () => {
      await closeServer(server);
      agent.destroy();
      if (fault) throw fault.error;
    },
  };
}

async function pass(
  { target, rewrite, leastMs, seen }: ProxySettings,
  agent: Agent,
  incoming: IncomingMessage,
) {
  const start = performance.now();
  const { method = 'GET', url: path = '/', headers } = incoming;
  const sent: Sent = { method, path, headers, body: await textOf(incoming) };
  const answered = await forward(target, agent, { ...sent, body: rewrite?.(sent) ?? sent.body });
  seen({ ...sent, status: answered.status, answer: answered.answer });
  const left = (leastMs?.(sent) ?? 0) - (performance.now() - start);
  if (left > 0) await sleep(left);
  return answered;
}

function forward(target: string, agent: Agent, { method, path, headers, body }: Sent) {
  type Answered = { status: number; headers: OutgoingHttpHeaders; answer: string };
  return new Promise<Answered>((resolve, reject) => {
    const { host: _host, 'transfer-encoding': _encoding, ...passed } = headers;
    const lengths = { ...passed, 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = send(new URL(path, target), { method, agent, headers: lengths }, (response) => {
      textOf(response).then((answer) => {
        const { 'transfer-encoding': _chunked, 'content-length': _length, ...kept } = response.headers;
        resolve({ status: response.statusCode ?? 502, headers: kept, answer });
      }, reject);
    });
    outgoing.on('error', reject).end(body);
  });
}

async function textOf(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
