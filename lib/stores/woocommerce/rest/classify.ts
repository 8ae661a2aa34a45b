import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { retryAfterMs } from '../../../core/pace/retry.ts';
import { COUPON_EXISTS } from '../../../core/stores/coupons.ts';
import { UNKNOWN_TOPIC } from '../../../core/stores/store-api.ts';
import type { HttpResponse } from '../../../http.ts';
import { errorOf, type StoreError } from './error-body.ts';
import { forbidden, refusedKey, unseenKey } from './refusal.ts';
import type { Way } from './way.ts';

/** An answer that did what was asked. */
export interface StoreAnswer {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: object;
}

/** What an answer is judged by besides itself. */
export interface Exchange {
  /** Store, method and path, without the query: it may hold keys. */
  readonly endpoint: string;
  /** How the keys were sent. */
  readonly way: Way;
  readonly now: number;
}

/** The failure's code when an order was erased (recording `order-get-404`); only this one answer proves that. */
export const NO_SUCH_ORDER = 'no-such-order';

/** Turns any answer of a store into its value or a failure, by status and code only (recordings `err-*`). */
export function classify(response: HttpResponse, exchange: Exchange): Outcome<StoreAnswer> {
  const { status, body, headers } = response;
  if (status >= 500 || status === 429 || status === 408) return failed(overload(response, exchange));
  if (typeof body !== 'object' || body === null) return failed(notWooCommerce(response, exchange));
  if (status < 300) return succeeded({ headers, body });
  const error = errorOf(body);
  return failed(error === undefined ? notWooCommerce(response, exchange) : refusal(status, error, exchange));
}

/**
 * A key that is not seen is the same as one that is not known: 401 `…_cannot_view`; a known key with a wrong secret or
 * without the permission is 401 `…_authentication_error` (facts/woocommerce §4).
 */
function refusal(status: number, error: StoreError, exchange: Exchange): Failure {
  const { code } = error;
  if (status === 401 && code === 'woocommerce_rest_authentication_error') return refusedKey(exchange);
  if (status === 401 && code.startsWith('woocommerce_rest_cannot_')) return unseenKey(exchange);
  if (status === 401 || status === 403) return forbidden(code, exchange);
  if (status === 404 && code === 'rest_no_route') return noRoute(exchange);
  if (status === 404 && code === 'woocommerce_rest_shop_order_invalid_id')
    return missing(NO_SUCH_ORDER, exchange);
  if (code.endsWith('_invalid_id')) return missing('not-found', exchange);
  return badRequest(status, error, exchange);
}

/** What a code says of what was asked for. */
const SAID: ReadonlyMap<string, { readonly code: string; readonly text: string }> = new Map([
  [
    'woocommerce_rest_shop_webhook_invalid_topic',
    { code: UNKNOWN_TOPIC, text: 'the store knows no such topic' },
  ],
  [
    'woocommerce_rest_coupon_code_already_exists',
    { code: COUPON_EXISTS, text: 'the store has a coupon of this code' },
  ],
]);

function badRequest(status: number, { code, parameters }: StoreError, { endpoint }: Exchange): Failure {
  const said = SAID.get(code);
  if (said) return { kind: 'park', code: said.code, message: `${endpoint}: ${said.text}.` };
  const names = parameters.length === 0 ? '' : ` of ${parameters.join(', ')}`;
  const message = `${endpoint} answered ${String(status)} ${code}${names}. Check the version of WooCommerce and what its plugins change.`;
  return { kind: 'park', code: 'bad-request', message };
}

function missing(code: string, { endpoint }: Exchange): Failure {
  return { kind: 'park', code, message: `${endpoint}: the store does not have it. It was deleted there.` };
}

function noRoute({ endpoint }: Exchange): Failure {
  const message = `${endpoint}: the store has no such address. Check the store's URL, that WooCommerce is active, and that no plugin switches its REST API off.`;
  return { kind: 'retry', code: 'no-such-endpoint', message };
}

/** A server error of a write may have come after the deed. */
function overload(response: HttpResponse, { endpoint, now }: Exchange): Failure {
  const { status } = response;
  if (status === 429 || status === 503 || status === 408) {
    const wait = waitOf(response.headers, now);
    const code = status === 429 ? 'rate-limited' : 'unavailable';
    const message = `${endpoint}: the store takes no calls for now (${String(status)}). Raise the host's limits if this lasts.`;
    return { kind: 'retry', code, message, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  }
  const code = status === 502 || status === 504 ? 'gateway' : 'server-error';
  const message = `${endpoint} failed with ${String(status)}. The store's PHP log says why.`;
  return { kind: 'unknown', code, message };
}

function waitOf(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const after = headers['retry-after'];
  if (after === undefined || after === '') return undefined;
  return retryAfterMs(after, Date.parse(headers.date ?? '') || now);
}

/** Of a firewall, a cache, a maintenance page, or a WordPress without permalinks; 2xx may hide a deed. */
function notWooCommerce({ status, headers }: HttpResponse, { endpoint }: Exchange): Failure {
  const type = (headers['content-type'] ?? 'no content type').split(';')[0] ?? '';
  if (status === 401 || status === 403) {
    const message = `${endpoint} answered ${String(status)} with ${type}: something before WooCommerce refuses us. Let us through in the host's firewall, security plugin or password protection.`;
    return { kind: 'authorise', code: 'blocked', message };
  }
  const message = `${endpoint} answered ${String(status)} with ${type}, which is not WooCommerce's API. Check the store's URL, that its permalinks are not "Plain", and that nothing stands before it or writes into its answers.`;
  return { kind: status < 300 ? 'unknown' : 'retry', code: 'not-woocommerce', message };
}
