import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export type Route = { readonly routeKey: string; readonly pathParameters: Record<string, string> };

/** Not passed on by API Gateway, or given in a field of their own. */
const WITHHELD = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'expect',
  'upgrade',
  'te',
  'cookie',
]);

const TEXT = /^(text\/.+|application\/(json|xml|javascript))$/;

/** Makes the event of an HTTP API (payload format 2.0) out of a request. */
export function createEvent(request: IncomingMessage, route: Route, body: Buffer): APIGatewayProxyEventV2 {
  const [rawPath = '/', rawQueryString = ''] = splitOnce(request.url ?? '/', '?');
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const headers = eventHeaders(request, sourceIp);
  const cookies = cookiesOf(request);
  const query = queryOf(rawQueryString);
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(query && { queryStringParameters: query }),
    requestContext: requestContext(request, { routeKey: route.routeKey, path: rawPath, sourceIp }),
    ...(Object.keys(route.pathParameters).length > 0 && { pathParameters: route.pathParameters }),
    ...encodeBody(body, headers['content-type']),
  };
}

function requestContext(
  request: IncomingMessage,
  { routeKey, path, sourceIp }: { routeKey: string; path: string; sourceIp: string },
): APIGatewayProxyEventV2['requestContext'] {
  const now = new Date();
  const domainName = (request.headers.host ?? 'localhost').replace(/:\d+$/, '');
  return {
    accountId: '000000000000',
    apiId: 'local',
    domainName,
    domainPrefix: domainName.split('.')[0] ?? domainName,
    http: {
      method: request.method ?? 'GET',
      path,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp,
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId: randomBytes(12).toString('base64url'),
    routeKey,
    stage: '$default',
    time: commonLogTime(now),
    timeEpoch: now.getTime(),
  };
}

/** Names in lower case, repeated ones joined by commas, plus what API Gateway adds about the client. */
function eventHeaders(request: IncomingMessage, sourceIp: string): Record<string, string> {
  const added = {
    'x-amzn-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': String(request.socket.localPort),
    'x-forwarded-proto': 'http',
  };
  const all = [...pairs(request.rawHeaders), ...Object.entries(added)];
  const named = all.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return joined(named.filter(([name]) => !WITHHELD.has(name)));
}

function cookiesOf(request: IncomingMessage): string[] {
  const values = pairs(request.rawHeaders).filter(([name]) => name.toLowerCase() === 'cookie');
  return values.flatMap(([, value]) => value.split(/;\s*/)).filter((cookie) => cookie !== '');
}

function queryOf(rawQueryString: string): Record<string, string> | undefined {
  if (rawQueryString === '') return undefined;
  return joined(new URLSearchParams(rawQueryString));
}

/** Values of one name by commas. Gathered in a map: a name may be that of a property every object has. */
function joined(all: Iterable<readonly [string, string]>): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of all) {
    const known = values.get(name);
    values.set(name, known === undefined ? value : `${known},${value}`);
  }
  return Object.fromEntries(values);
}

function encodeBody(body: Buffer, contentType = ''): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return TEXT.test(mediaType) && isUtf8(body)
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [
    flat[index * 2] ?? '',
    flat[index * 2 + 1] ?? '',
  ]);
}

function splitOnce(text: string, separator: string): string[] {
  const index = text.indexOf(separator);
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function commonLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
