import { type Failure, failed, type Outcome, succeeded } from '../core/ledger/failure.ts';
import type { HttpResponse } from '../http.ts';
import { itemsRefusal } from './custom-objects/refusal.ts';
import { errorOf, type MauticError, rejectedOf } from './error-body.ts';
import { waitOf } from './rate-limit.ts';
import { withSaid } from './said.ts';

/** An answer that did what was asked. */
export interface MauticAnswer {
  readonly status: number;
  /** A JSON object or list. */
  readonly body: object;
  /** Of Mautic, from the header of every answer that its controllers make (recording 038). */
  readonly version?: string;
}

/** What an answer is judged by besides itself. */
export interface Exchange {
  /** Method and path, without the query: it may hold an address. */
  readonly endpoint: string;
  /** The object that was sent, to tell what was too long. */
  readonly sent?: unknown;
  readonly now: number;
}

/** Turns any answer of Mautic into its value or a failure, by status, code and the keys of `details` only. */
export function classify(response: HttpResponse, exchange: Exchange): Outcome<MauticAnswer> {
  const { status, body } = response;
  if (status >= 500 || status === 429 || status === 408) {
    return failed(withSaid(overload(response, exchange), errorOf(body), exchange.sent));
  }
  if (body === undefined) return failed(speechless(response, exchange.endpoint));
  const version = response.headers['mautic-version'];
  if (status < 300) return succeeded({ status, body, ...(version === undefined ? {} : { version }) });
  const error = errorOf(body);
  return failed(error ? refusal(status, error, exchange) : speechless(response, exchange.endpoint));
}

/** The failure behind an error of Mautic, of a whole answer or of one item of a batch, with what Mautic said. */
export function refusal(status: number, error: MauticError, exchange: Exchange): Failure {
  return withSaid(judged(status, error, exchange), error, exchange.sent);
}

function judged(status: number, error: MauticError, { endpoint, sent }: Exchange): Failure {
  if (status === 401) return unauthorised(endpoint);
  if (status === 403) return forbidden(error.type, endpoint);
  const ofItems = itemsRefusal(status, error);
  if (ofItems) return ofItems;
  if (status === 404) return notFound(error, endpoint);
  if (status === 409) {
    const message = `Mautic has what ${endpoint} would change open in its editor. Close it there.`;
    return { kind: 'retry', code: 'locked', message };
  }
  if (status === 0 || status >= 500) return serverError(status, endpoint);
  return invalid({ status, error, endpoint, sent });
}

function invalid(refused: { status: number; error: MauticError; endpoint: string; sent: unknown }): Failure {
  const { status, error, endpoint, sent } = refused;
  const rejected = rejectedOf(status, error, sent);
  if (rejected) {
    const fields = Object.keys(rejected).join(', ');
    const code = status === 422 ? 'not-unique' : 'rejected';
    return {
      kind: 'repair',
      code,
      message: `Mautic refused at ${endpoint}: ${fields}. Correct them.`,
      rejected,
    };
  }
  const message = `Mautic refused the request at ${endpoint} with ${String(status)} and named no field. Look at its log.`;
  return { kind: 'park', code: 'bad-request', message };
}

/** An opaque server error says nothing about what was done (recordings 146, 180, 557). */
export function serverError(status: number, endpoint: string): Failure {
  const message = `Mautic failed at ${endpoint} (${String(status)}). Its log in var/logs says why.`;
  return { kind: 'unknown', code: 'server-error', message };
}

/** Types of recordings 563-566 and 575-579. */
function forbidden(type: string | null | undefined, endpoint: string): Failure {
  if (type === 'api_disabled')
    return authorise(
      'api-disabled',
      "Mautic's API is switched off: Configuration -> API Settings -> API enabled.",
    );
  if (type === 'access_denied')
    return authorise(
      'basic-disabled',
      'Mautic takes no user name and password: Configuration -> API Settings -> Enable HTTP basic auth, or use OAuth2.',
    );
  return authorise('forbidden', `Mautic's API user may not use ${endpoint}. Give its role that permission.`);
}

/** A URL that no route matches has `type: null` and no details (recordings 051, 127); a missing item has details. */
function notFound(error: MauticError, endpoint: string): Failure {
  if (error.details === undefined && error.type === null) {
    const message = `Mautic has no ${endpoint}. Check the base URL and that Mautic is version 5 or later.`;
    return { kind: 'retry', code: 'no-such-endpoint', message };
  }
  return {
    kind: 'park',
    code: 'not-found',
    message: `Mautic does not have what ${endpoint} names. It was deleted there.`,
  };
}

function overload(response: HttpResponse, exchange: Exchange): Failure {
  const { status } = response;
  const { endpoint } = exchange;
  if (status === 500) return serverError(status, endpoint);
  if (status === 429 || status === 503 || status === 408) {
    const wait = waitOf(response.headers, exchange.now);
    const code = status === 429 ? 'rate-limited' : 'unavailable';
    const message = `Mautic takes no calls at ${endpoint} for now (${String(status)}). Raise its limits if this lasts.`;
    return { kind: 'retry', code, message, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  }
  const message = `What stands before Mautic failed at ${endpoint} (${String(status)}). Look at the web server's log.`;
  return { kind: 'unknown', code: 'gateway', message };
}

/** Mautic 7.0 refuses Basic credentials without a word (recordings 013 to 015 of 7.0.0). */
export function isBareRefusal({ status, headers, text }: HttpResponse): boolean {
  return status === 401 && headers['www-authenticate'] !== undefined && text.trim() === '';
}

function speechless(response: HttpResponse, endpoint: string): Failure {
  return isBareRefusal(response) ? unauthorised(endpoint) : notMautic(response, endpoint);
}

/**
 * A page in Mautic's place, nothing at all, or half an answer. Whoever wrote it may have done so after Mautic had done
 * its work: a proxy, a firewall that looks at answers, PHP when it ran out of memory.
 */
function notMautic(response: HttpResponse, endpoint: string): Failure {
  const { status } = response;
  const type = (response.headers['content-type'] ?? 'no content type').split(';')[0] ?? '';
  const message = `${endpoint} answered ${String(status)} with ${type} that cannot be read as Mautic's API. Check the base URL, what stands before Mautic, and PHP's log.`;
  return { kind: 'unknown', code: 'not-mautic', message, status };
}

function unauthorised(endpoint: string): Failure {
  return authorise(
    'unauthorised',
    `Mautic refused the credentials at ${endpoint}. Correct them in the secret.`,
  );
}

function authorise(code: string, message: string): Failure {
  return { kind: 'authorise', code, message };
}
