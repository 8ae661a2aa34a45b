import type { ServerResponse } from 'node:http';
import * as v from 'valibot';

export type HttpAnswer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
};

const HeaderValue = v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String));

const StructuredResult = v.object({
  statusCode: v.pipe(
    v.union([v.number(), v.string()]),
    v.transform(Number),
    v.integer(),
    v.minValue(200),
    v.maxValue(599),
  ),
  headers: v.nullish(v.record(v.string(), HeaderValue), {}),
  cookies: v.nullish(v.array(v.string()), []),
  body: v.nullish(v.string(), ''),
  isBase64Encoded: v.nullish(v.boolean(), false),
});

/** A body of API Gateway's own, such as `{"message":"Not Found"}`. */
export function messageAnswer(statusCode: number, message: string): HttpAnswer {
  return jsonAnswer(statusCode, { message });
}

export function jsonAnswer(statusCode: number, content: unknown): HttpAnswer {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}

/** Turns what a function returned into an answer as payload format 2.0 does; a malformed result is a 500. */
export function answerOf(result: unknown): HttpAnswer {
  if (!isStructured(result)) return plainAnswer(result);
  const parsed = v.safeParse(StructuredResult, result);
  if (!parsed.success) return messageAnswer(500, 'Internal Server Error');
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.output;
  const lowerCased = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    statusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(lowerCased),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

export function send(response: ServerResponse, { statusCode, headers, body }: HttpAnswer): void {
  // The client may have gone while the function ran.
  if (response.destroyed || response.headersSent) return;
  response.writeHead(statusCode, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

function isStructured(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'statusCode' in result;
}

function plainAnswer(result: unknown): HttpAnswer {
  if (typeof result !== 'string') return jsonAnswer(200, result ?? null);
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: result };
}
