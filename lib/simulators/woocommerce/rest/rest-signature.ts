import { createHmac } from 'node:crypto';
import type { RestRequest } from './rest-request.ts';

/** Nonces already used. */
export type NonceBook = Set<string>;

interface Claim {
  readonly request: RestRequest;
  /** In the scheme the request came by, with a slash at the end. */
  readonly home: string;
  readonly secret: string;
  readonly nonces: NonceBook;
  /** Epoch ms. */
  readonly now: number;
}

const WINDOW_SECONDS = 15 * 60;

/** What WooCommerce has against an OAuth 1.0a request, in its words; nothing when it is genuine. */
export function checkSignature({ request, home, secret, nonces, now }: Claim): string | undefined {
  const { query, method, path } = request;
  const address = home + path.slice(new URL(home).pathname.length);
  const text = `${method}&${rfc3986(address)}&${normalised(query)}`;
  const algorithm = query.get('oauth_signature_method') === 'HMAC-SHA1' ? 'sha1' : 'sha256';
  const expected = createHmac(algorithm, `${secret}&`).update(text).digest('base64');
  if (expected !== query.get('oauth_signature'))
    return 'Invalid signature - provided signature does not match.';
  const age = Math.abs(Number(query.get('oauth_timestamp')) - now / 1000);
  if (!(age <= WINDOW_SECONDS)) return 'Invalid timestamp.';
  const nonce = query.get('oauth_nonce') ?? '';
  if (nonces.has(nonce)) return 'Invalid nonce - nonce has already been used.';
  nonces.add(nonce);
  return undefined;
}

/** Sorted by name, each name and value encoded, and the whole encoded once more, as WooCommerce's own code joins them. */
function normalised(query: ReadonlyMap<string, string>): string {
  const names = [...query.keys()].filter((name) => name !== 'oauth_signature').sort();
  const pairs = names.map((name) => `${twice(name)}%3D${twice(query.get(name) ?? '')}`);
  return pairs.join('%26');
}

function twice(text: string): string {
  return rfc3986(text).replaceAll('%', '%25');
}

const UNRESERVED = /[A-Za-z0-9_.~-]/;

function rfc3986(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text)) {
    const letter = String.fromCharCode(byte);
    encoded += UNRESERVED.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
