import { type RestAnswer, restError } from './rest-answer.ts';
import type { RestRequest } from './rest-request.ts';
import { checkSignature, type NonceBook } from './rest-signature.ts';

/** A key of the REST API. */
export interface ShopKey {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** `read_write` by default. */
  readonly permissions?: 'read' | 'write' | 'read_write';
}

/** What authentication looks at besides the request. */
export interface Gate {
  readonly keys: readonly ShopKey[];
  /** As WordPress has it in its settings, with a slash at the end. */
  readonly home: string;
  /** The host's web server keeps the Authorization header from PHP. */
  readonly dropsAuthorization: boolean;
  /** Everything arrives over TLS; otherwise only what says so in `X-Forwarded-Proto`, as behind a proxy. */
  readonly seesTls: boolean;
  readonly nonces: NonceBook;
  /** Epoch ms. */
  readonly now: () => number;
}

/** The key of a request, nobody, or a refusal (facts/woocommerce §4; the order of the checks is read in its source). */
export function authenticate(gate: Gate, request: RestRequest): ShopKey | undefined | RestAnswer {
  const secure = gate.seesTls || request.headers['x-forwarded-proto'] === 'https';
  const key = (secure ? bySecret(gate, request) : undefined) ?? bySignature(gate, request, secure);
  return key === undefined || 'status' in key ? key : (withoutPermission(key, request.method) ?? key);
}

/** Keys in the query come before those of the header; an unknown key is nobody, a wrong secret an error. */
function bySecret(gate: Gate, { query, headers }: RestRequest): ShopKey | undefined | RestAnswer {
  const given = query.get('consumer_key') === undefined ? basic(gate, headers) : fromQuery(query);
  const key = gate.keys.find(({ consumerKey }) => consumerKey === given?.name);
  if (key === undefined) return undefined;
  return key.consumerSecret === given?.secret ? key : refused('Consumer secret is invalid.');
}

interface Given {
  readonly name: string;
  readonly secret: string;
}

function fromQuery(query: ReadonlyMap<string, string>): Given {
  return { name: query.get('consumer_key') ?? '', secret: query.get('consumer_secret') ?? '' };
}

function basic({ dropsAuthorization }: Gate, headers: RestRequest['headers']): Given | undefined {
  const encoded = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined || dropsAuthorization) return undefined;
  const [name = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { name, secret };
}

function bySignature(gate: Gate, request: RestRequest, secure: boolean): ShopKey | undefined | RestAnswer {
  const { query } = request;
  if (!query.has('oauth_consumer_key')) return undefined;
  const key = gate.keys.find(({ consumerKey }) => consumerKey === query.get('oauth_consumer_key'));
  if (key === undefined) return refused('Consumer key is invalid.');
  const home = gate.home.replace(/^https?:/, secure ? 'https:' : 'http:');
  const wrong = checkSignature({
    request,
    home,
    secret: key.consumerSecret,
    nonces: gate.nonces,
    now: gate.now(),
  });
  return wrong === undefined ? key : refused(wrong);
}

/** 401, not 403 (recordings `err-readonly-key-write`, `err-writeonly-key-read`). */
function withoutPermission({ permissions = 'read_write' }: ShopKey, method: string): RestAnswer | undefined {
  const needed = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
  if (permissions === 'read_write' || permissions === needed) return undefined;
  return refused(`The API key provided does not have ${needed} permissions.`);
}

function refused(message: string): RestAnswer {
  return restError(401, 'woocommerce_rest_authentication_error', message);
}
