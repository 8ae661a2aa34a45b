import type { IncomingMessage } from 'node:http';

/** A request as WordPress sees it, its body read. */
export interface RestRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The JSON body when it is an object. */
  readonly body: Readonly<Record<string, unknown>>;
}

export async function readRequest(message: IncomingMessage): Promise<RestRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const url = new URL(message.url ?? '/', 'http://shop.invalid');
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: new Map(url.searchParams),
    headers: message.headers as Record<string, string | undefined>,
    body: objectIn(Buffer.concat(chunks).toString('utf8')),
  };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
}
