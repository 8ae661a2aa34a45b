import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { closeServer, listenOnLoopback } from '../../../lib/local/aws/loopback.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What happens to one request: it may be passed on, its answer altered, or lost (`undefined`). */
export type Treatment = (passOn: () => Promise<Answer>) => Promise<Answer | undefined>;

/** Stands between an AWS SDK client and an emulator, to see and to spoil what they say. */
export interface Gate {
  readonly url: string;
  /** The operations asked for, such as `GetSecretValue`. */
  readonly calls: string[];
  /** Treats the next requests, one each; all others are passed on. */
  treat(...treatments: readonly Treatment[]): void;
  close(): Promise<void>;
}

export async function startGate(target: string): Promise<Gate> {
  const calls: string[] = [];
  const waiting: Treatment[] = [];
  const server = createServer((request, response) => {
    calls.push(operationOf(request));
    const treatment = waiting.shift() ?? ((passOn) => passOn());
    treatment(() => passOn(target, request))
      .then((answer) => reply(response, answer))
      .catch(() => response.destroy());
  });
  const url = await listenOnLoopback(server);
  return {
    url,
    calls,
    treat: (...treatments) => void waiting.push(...treatments),
    close: () => closeServer(server),
  };
}

/** An answer of the service itself saying that it is broken. */
export const broken: Treatment = async () => ({ status: 500, body: '{"__type":"InternalServiceError"}' });

/** The request reaches the service, its answer never reaches the client. */
export const lost: Treatment = async (passOn) => {
  await passOn();
  return undefined;
};

function operationOf(request: IncomingMessage): string {
  return String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
}

async function passOn(target: string, request: IncomingMessage): Promise<Answer> {
  const names = ['content-type', 'x-amz-target', 'x-amz-date', 'authorization'];
  const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name])]));
  const body = await buffer(request);
  const response = await fetch(new URL(request.url ?? '/', target), { method: 'POST', headers, body });
  return { status: response.status, body: await response.text() };
}

function reply(response: ServerResponse, answer: Answer | undefined): void {
  if (!answer) return void response.destroy();
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.body);
}
