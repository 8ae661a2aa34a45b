import type { Outcome } from '../../../core/ledger/failure.ts';
import type { StoreKey } from '../../../core/ports/secrets.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import { oauthQuery, type Query, queryText } from '../../../core/stores/oauth1.ts';
import type { Http, HttpResponse } from '../../../http.ts';
import { AUTHENTICATION } from './classify.ts';
import { errorOf } from './error-body.ts';

export interface PluginCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `API`, starting with a slash, without a query. */
  readonly path: string;
  readonly query?: Query;
  /** Goes out as JSON. */
  readonly body?: object;
  /** Goes out without a key. */
  readonly open?: true;
}

export interface SignedHttpOptions {
  readonly http: Http;
  /** As `http` has it; its scheme decides how keys are sent. */
  readonly baseUrl: string;
  readonly keys: StoreKey;
  readonly clock: Pick<Clock, 'now'>;
  /** Never the same twice: each nonce is taken once. */
  readonly randomId: () => string;
}

/** How keys are sent; over plain http signed, with the secret alone or, as the standard and the maker's page say, with `&` behind it. */
type Way = 'basic' | 'query' | 'bare-secret' | 'standard-secret';

/** A rewrite rule of its own, not below `/wp-json`. */
export const API = '/fue-api/v1';

/**
 * Sends calls with the plugin's keys. When the first way is refused by what says that the key was not seen, or that
 * the signature is wrong, the other way is tried once, and kept if it is accepted. A refused call has done nothing, so
 * a write may be repeated too.
 */
export function createSignedHttp(options: SignedHttpOptions) {
  const secure = new URL(options.baseUrl).protocol === 'https:';
  let way: Way = secure ? 'basic' : 'bare-secret';
  let settled = false;

  async function send(call: PluginCall): Promise<Outcome<HttpResponse>> {
    const first = await sendBy(options, way, call);
    if (settled || call.open || !first.ok) return first;
    settled = !isRefused(first.value);
    if (!mayHelp(first.value, way)) return first;
    const other: Way = way === 'basic' ? 'query' : 'standard-secret';
    const second = await sendBy(options, other, call);
    if (!second.ok) return second;
    if (isRefused(second.value)) return first;
    way = other;
    settled = true;
    return second;
  }
  return { send, secure };
}

function isRefused({ body }: HttpResponse): boolean {
  return errorOf(body)?.code === AUTHENTICATION;
}

/** 404: the header did not arrive. "Invalid Signature": the secret may end in `&` here. */
function mayHelp({ status, body }: HttpResponse, way: Way): boolean {
  const error = errorOf(body);
  if (error?.code !== AUTHENTICATION) return false;
  return way === 'basic' ? status === 404 : /invalid signature/i.test(error.text);
}

function sendBy(options: SignedHttpOptions, way: Way, call: PluginCall): Promise<Outcome<HttpResponse>> {
  const { method, path, body, open } = call;
  const query = queryText(open ? (call.query ?? {}) : queryBy(options, way, call));
  const { consumerKey, consumerSecret } = options.keys;
  const basic = Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64');
  return options.http.request({
    method,
    path: `${API}${path}${query === '' ? '' : `?${query}`}`,
    headers: {
      Accept: 'application/json',
      ...(way === 'basic' && !open ? { Authorization: `Basic ${basic}` } : {}),
    },
    ...(body === undefined ? {} : { body }),
  });
}

function queryBy(options: SignedHttpOptions, way: Way, { method, path, query = {} }: PluginCall): Query {
  const { keys, clock, randomId } = options;
  if (way === 'basic') return query;
  if (way === 'query')
    return { ...query, consumer_key: keys.consumerKey, consumer_secret: keys.consumerSecret };
  const base = new URL(options.baseUrl);
  const url = `${base.origin}${base.pathname.replace(/\/+$/, '')}${API}${path}`;
  const end = way === 'bare-secret' ? '' : '&';
  return oauthQuery({ method, url, query, nonce: randomId(), now: clock.now() }, { ...keys, end });
}
