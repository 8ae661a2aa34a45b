import { createHmac } from 'node:crypto';
import { type FueAnswer, refused } from './answer.ts';

/** A key of the plugin itself, or of WooCommerce, which cannot sign. */
export interface FueKey {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly of?: 'follow-up-emails' | 'woocommerce';
}

export interface KeyGate {
  readonly keys: readonly FueKey[];
  /** Scheme, host and port. */
  readonly home: string;
  readonly nonces: Set<string>;
  /** With a maker's page that is right: the secret is followed by `&`. */
  readonly standardSecret: boolean;
  /** The host's web server keeps the Authorization header from PHP. */
  readonly dropsAuthorization: boolean;
  readonly now: () => number;
}

export interface KeyedRequest {
  readonly method: string;
  /** With `/fue-api/v1`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string;
  readonly secure: boolean;
}

const WINDOW_SECONDS = 15 * 60;

/** What is wrong with a request's credentials; nothing when they are good. */
export function refusalOf(gate: KeyGate, request: KeyedRequest): FueAnswer | undefined {
  return request.secure ? bySecret(gate, request) : bySignature(gate, request);
}

function bySecret({ keys, dropsAuthorization }: KeyGate, { query, authorization }: KeyedRequest) {
  const [, encoded = ''] = dropsAuthorization ? [] : (/^Basic (.+)$/.exec(authorization) ?? []);
  const [name = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const given = name === '' ? (query.get('consumer_key') ?? '') : name;
  if (given === '') return denied(404, 'Consumer Key is missing');
  const key = keys.find(({ consumerKey }) => consumerKey === given);
  if (key === undefined) return denied(401, 'Consumer Key is invalid');
  const shown = name === '' ? query.get('consumer_secret') : secret;
  return key.consumerSecret === shown ? undefined : denied(401, 'Consumer Secret is invalid');
}

/** The secret alone is the key, without the `&` that the standard asks for (facts/follow-up-emails U5). */
function bySignature(gate: KeyGate, { method, path, query }: KeyedRequest): FueAnswer | undefined {
  const { keys, nonces, home, now, standardSecret } = gate;
  if (!query.has('oauth_consumer_key')) return denied(404, 'oauth_consumer_key parameter is missing');
  const key = keys.find(({ consumerKey }) => consumerKey === query.get('oauth_consumer_key'));
  if (key === undefined || key.of === 'woocommerce') return denied(401, 'Consumer Key is invalid');
  const pairs = [...query.entries()]
    .filter(([name]) => name !== 'oauth_signature')
    .map(([name, value]) => `${rfc3986(name)}=${rfc3986(value)}`)
    .sort();
  const base = `${method}&${rfc3986(home + path)}&${rfc3986(pairs.join('&'))}`;
  const algorithm = query.get('oauth_signature_method') === 'HMAC-SHA1' ? 'sha1' : 'sha256';
  const secret = `${key.consumerSecret}${standardSecret ? '&' : ''}`;
  const expected = createHmac(algorithm, secret).update(base).digest('base64');
  if (expected !== query.get('oauth_signature'))
    return denied(401, 'Invalid Signature - provided signature does not match');
  const age = Math.abs(Number(query.get('oauth_timestamp')) - now() / 1000);
  if (!(age <= WINDOW_SECONDS)) return denied(401, 'Invalid timestamp');
  const nonce = query.get('oauth_nonce') ?? '';
  if (nonces.has(nonce)) return denied(401, 'Invalid nonce - nonce has already been used');
  nonces.add(nonce);
  return undefined;
}

function denied(status: number, message: string): FueAnswer {
  return refused(status, 'fue_api_authentication_error', message);
}

function rfc3986(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (letter) => {
    return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}
