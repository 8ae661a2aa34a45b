import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { believedMs, retryAfterMs } from '../../../core/pace/retry.ts';
import type { HttpResponse } from '../../../http.ts';
import { errorOf, type StoreError } from './error-body.ts';

/** An answer that did what was asked. */
export interface StoreAnswer {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What an answer is judged by besides itself. */
export interface Exchange {
  /** Store, method and path, without the query. */
  readonly endpoint: string;
  /** The call may have changed something. */
  readonly writes: boolean;
  readonly now: number;
}

/** The failure's code when the store has no such thing; only this one answer proves that. */
export const NOT_THERE = 'not-there';

const PASSWORDS = 'WordPress, Users, Profile, Application Passwords';

/** Turns any answer of a store into its value or a failure, by status and code only. */
export function classify(response: HttpResponse, exchange: Exchange): Outcome<StoreAnswer> {
  const { status, body, headers } = response;
  if (status >= 500 || status === 429 || status === 408) return failed(overload(response, exchange));
  const error = errorOf(body);
  if (status < 300 && isRecord(body) && !(error && 'success' in body)) return succeeded({ headers, body });
  return failed(error === undefined ? notFluentCart(response, exchange) : refusal(status, error, exchange));
}

/** One body for a wrong password and for none (facts/fluentcart A2); a product that is gone is a 403. */
function refusal(status: number, { code, fields }: StoreError, exchange: Exchange): Failure {
  const { endpoint } = exchange;
  // Of anything else it may be that whoever decides about permissions failed.
  const isGoneProduct = code === 'Permission Callback Error' && endpoint.includes('/products/');
  if (code === 'fluent_cart_entity_not_found' || isGoneProduct) {
    return {
      kind: 'park',
      code: NOT_THERE,
      message: `${endpoint}: the store does not have it. It was deleted there.`,
    };
  }
  if (status === 401) return unauthorised(exchange);
  if (status === 403) return forbidden(exchange);
  if (code === 'rest_no_route') return noRoute(exchange);
  const names = fields.length === 0 ? '' : ` of ${fields.join(', ')}`;
  const message = `${endpoint} answered ${String(status)} ${code}${names}. Check the version of FluentCart and what its plugins change.`;
  return { kind: 'park', code: 'bad-request', message };
}

function unauthorised({ endpoint }: Exchange): Failure {
  const message = `${endpoint}: the store does not accept user and password. Check the user name, make a new password in ${PASSWORDS}, and use https: WordPress takes such passwords over nothing else.`;
  return { kind: 'authorise', code: 'unauthorised', message };
}

function forbidden({ endpoint, writes }: Exchange): Failure {
  const role = writes ? 'manager' : 'accountant or worker';
  const message = `${endpoint}: the user may not do this. Give it the FluentCart role ${role} (Pro), or make it an administrator; no security plugin may close the REST API.`;
  return { kind: 'authorise', code: 'forbidden', message };
}

function noRoute({ endpoint }: Exchange): Failure {
  const message = `${endpoint}: the store has no such address. Check the store's URL, that FluentCart is active and up to date, and that no plugin switches the REST API off.`;
  return { kind: 'retry', code: 'no-such-endpoint', message };
}

/** A server error of a write may have come after the deed. */
function overload(response: HttpResponse, { endpoint, writes, now }: Exchange): Failure {
  const { status } = response;
  if (status === 429 || status === 503 || status === 408) {
    const wait = waitOf(response.headers, now);
    const code = status === 429 ? 'rate-limited' : 'unavailable';
    const message = `${endpoint}: the store takes no calls for now (${String(status)}). Raise the host's limits if this lasts.`;
    return { kind: 'retry', code, message, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  }
  const code = status === 502 || status === 504 ? 'gateway' : 'server-error';
  const message = `${endpoint} failed with ${String(status)}. The store's PHP log says why.`;
  return { kind: writes ? 'unknown' : 'retry', code, message };
}

/** What `Retry-After` says, or the published document's `X-RateLimit-Reset` in epoch seconds. */
function waitOf(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const { 'retry-after': after = '', 'x-ratelimit-reset': reset = '', date = '' } = headers;
  const serverNow = Date.parse(date) || now;
  if (after === '')
    return /^\d{1,12}$/.test(reset) ? believedMs(Number(reset) * 1000 - serverNow) : undefined;
  return retryAfterMs(after, serverNow);
}

/** Of a firewall, a cache, a maintenance page, or a WordPress without permalinks; 2xx may hide a deed. */
function notFluentCart({ status, headers }: HttpResponse, { endpoint, writes }: Exchange): Failure {
  const type = (headers['content-type'] ?? 'no content type').split(';')[0] ?? '';
  if (status === 401 || status === 403) {
    const message = `${endpoint} answered ${String(status)} with ${type}: something before FluentCart refuses us. Let us through in the host's firewall, security plugin or password protection.`;
    return { kind: 'authorise', code: 'blocked', message };
  }
  const message = `${endpoint} answered ${String(status)} with ${type}, which is not FluentCart's API. Check the store's URL, that its permalinks are not "Plain", and that nothing stands before it or writes into its answers.`;
  return { kind: writes && status < 300 ? 'unknown' : 'retry', code: 'not-fluentcart', message };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
