import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { isMap, type PhpMap, type PhpValue, parseForm } from '../database/php-value.ts';

/** A received request, its body read. */
export type Request = {
  readonly method: string;
  readonly path: string;
  readonly query: PhpMap;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as it was sent. */
  readonly text: string;
  /** A form-encoded body. */
  readonly form: PhpMap | undefined;
  /** A JSON body that is an object. */
  readonly json: PhpMap | undefined;
  /** The body as a handler sees it; absent when the JSON is broken. */
  readonly body: PhpValue | undefined;
};

/** A request as it was received. */
export type Received = Pick<IncomingMessage, 'method' | 'url' | 'headers'> & {
  /** The body. */
  readonly bytes: Buffer;
};

/** Reads a request to its end. */
export async function readRequest(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const { method, url, headers } = message;
  return requestOf({ method, url, headers, bytes: Buffer.concat(chunks) });
}

/** What a request says. JSON needs no content type, a form does (recordings 333, 336). */
export function requestOf({ method = 'GET', url = '/', headers, bytes }: Received): Request {
  const mark = url.indexOf('?');
  const text = bytes.toString('utf8');
  const isForm = (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const form = isForm ? parseForm(text) : undefined;
  const body = form ?? (isUtf8(bytes) ? parseJson(text) : undefined);
  return {
    method,
    path: decodePath(mark < 0 ? url : url.slice(0, mark)),
    query: parseForm(mark < 0 ? '' : url.slice(mark + 1)),
    headers: headers as Record<string, string | undefined>,
    text,
    form,
    json: isMap(body) ? body : undefined,
    body,
  };
}

const HALVES = /\\u[dD][89a-fA-F]/;
const HALF = /\p{Surrogate}/u;

/** PHP reads no half of a surrogate pair, in a value or a key. */
function refuseHalves(key: string, value: unknown): unknown {
  if (HALF.test(key) || (typeof value === 'string' && HALF.test(value)))
    throw new SyntaxError('half a character');
  return value;
}

function parseJson(text: string): PhpValue | undefined {
  if (text.trim() === '') return {};
  try {
    const value = JSON.parse(text, HALVES.test(text) ? refuseHalves : undefined) as PhpValue;
    // A scalar is no request body to Mautic.
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
