import { createHmac } from 'node:crypto';

/** Names and values of a query, not yet encoded. */
export type Query = Readonly<Record<string, string>>;

/** What is signed. */
export interface Signed {
  readonly method: string;
  /** Without its query. */
  readonly url: string;
  readonly query: Query;
  readonly nonce: string;
  /** Epoch ms. */
  readonly now: number;
}

/** What it is signed with. */
export interface SigningKey {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** There is no token, so the standard's key ends in a bare `&`; not everybody leaves it there. */
  readonly end: '&' | '';
}

/**
 * The query with OAuth 1.0a parameters and their HMAC-SHA256 signature (RFC 5849 §3.4), which shops want where they
 * see no TLS (recording `auth-oauth1-plain-http` of WooCommerce).
 */
export function oauthQuery({ method, url, query, nonce, now }: Signed, key: SigningKey): Query {
  const parameters = {
    ...query,
    oauth_consumer_key: key.consumerKey,
    oauth_nonce: nonce,
    oauth_timestamp: String(Math.floor(now / 1000)),
    oauth_signature_method: 'HMAC-SHA256',
  };
  const normalised = Object.entries(parameters)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const base = `${method}&${encoded(url)}&${encoded(normalised)}`;
  const signature = createHmac('sha256', `${encoded(key.consumerSecret)}${key.end}`)
    .update(base)
    .digest('base64');
  return { ...parameters, oauth_signature: signature };
}

/** `a=b&c=d`, percent-encoded as RFC 3986 says; "" when there is nothing. */
export function queryText(query: Query): string {
  return Object.entries(query)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');
}

/** `encodeURIComponent` leaves five characters alone that RFC 3986 reserves. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
