import type { Outcome } from '../../../core/ledger/failure.ts';
import type { StoreKey } from '../../../core/ports/secrets.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import { oauthQuery, type Query, queryText } from '../../../core/stores/oauth1.ts';
import type { Http, HttpResponse } from '../../../http.ts';
import { errorOf } from './error-body.ts';
import type { Way } from './way.ts';

export interface StoreCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `API`, starting with a slash, without a query. */
  readonly path: string;
  readonly query?: Query;
  /** Goes out as JSON. */
  readonly body?: object;
}

export interface SignedHttpOptions {
  readonly http: Http;
  /** As `http` has it; its scheme decides how keys are sent. */
  readonly baseUrl: string;
  readonly keys: StoreKey;
  readonly clock: Pick<Clock, 'now'>;
  /** Never the same twice: a store takes each nonce once. */
  readonly randomId: () => string;
}

/** Sends calls with the store's keys. */
export interface SignedHttp {
  send(call: StoreCall): Promise<Outcome<HttpResponse>>;
  /** How keys are sent now. */
  way(): Way;
}

/** Plain permalinks (`/?rest_route=`) do not open the API to keys (facts/woocommerce §4), so there is no other path. */
export const API = '/wp-json/wc/v3';

/**
 * Under https keys go by Basic. Some hosts drop that header: then the same call goes out once more with the keys in
 * its query, and so do all later ones if that helps. A 401 has done nothing, so a write may be repeated too.
 */
export function createSignedHttp(options: SignedHttpOptions): SignedHttp {
  const secure = new URL(options.baseUrl).protocol === 'https:';
  let way: Way = secure ? 'basic' : 'oauth';
  /** The store has seen keys sent this way, or sees them no better when they are sent in the other. */
  let settled = !secure;

  async function send(call: StoreCall): Promise<Outcome<HttpResponse>> {
    const first = await sendBy(options, way, call);
    if (settled || !first.ok) return first;
    settled = hasSeenKey(first.value);
    if (!seesNoKey(first.value)) return first;
    const second = await sendBy(options, 'query', call);
    if (!second.ok) return second;
    if (hasSeenKey(second.value)) way = 'query';
    settled = hasSeenKey(second.value) || seesNoKey(second.value);
    return seesNoKey(second.value) ? first : second;
  }
  return { send, way: () => way };
}

function sendBy(options: SignedHttpOptions, way: Way, call: StoreCall): Promise<Outcome<HttpResponse>> {
  const { method, path, body } = call;
  const query = queryText(queryBy(options, way, call));
  const authorization = way === 'basic' ? { Authorization: basic(options.keys) } : {};
  return options.http.request({
    method,
    path: `${API}${path}${query === '' ? '' : `?${query}`}`,
    headers: { Accept: 'application/json', ...authorization },
    ...(body === undefined ? {} : { body }),
  });
}

function queryBy(options: SignedHttpOptions, way: Way, { method, path, query = {} }: StoreCall): Query {
  const { keys, clock, randomId } = options;
  if (way === 'basic') return query;
  if (way === 'query') {
    return { ...query, consumer_key: keys.consumerKey, consumer_secret: keys.consumerSecret };
  }
  const base = new URL(options.baseUrl);
  const url = `${base.origin}${base.pathname.replace(/\/+$/, '')}${API}${path}`;
  return oauthQuery({ method, url, query, nonce: randomId(), now: clock.now() }, { ...keys, end: '&' });
}

function basic({ consumerKey, consumerSecret }: StoreKey): string {
  return `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64')}`;
}

/** 401 `woocommerce_rest_cannot_view`, `…_cannot_create`, `…_cannot_edit`: what somebody without a key gets. */
function seesNoKey({ status, body }: HttpResponse): boolean {
  return status === 401 && (errorOf(body)?.code ?? '').startsWith('woocommerce_rest_cannot_');
}

function hasSeenKey({ status, body }: HttpResponse): boolean {
  return status < 300 || errorOf(body)?.code === 'woocommerce_rest_authentication_error';
}
