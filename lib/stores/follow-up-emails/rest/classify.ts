import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { HttpResponse } from '../../../http.ts';
import { errorOf, type PluginError } from './error-body.ts';

/** An answer that did what was asked. */
export interface PluginAnswer {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: object;
}

/** What an answer is judged by besides itself. */
export interface Exchange {
  /** Store, method and path, without the query: it may hold keys. */
  readonly endpoint: string;
  /** The call may have changed something. */
  readonly writes: boolean;
  /** WordPress sees no TLS. */
  readonly plain: boolean;
}

/** The failure's code when there is no such e-mail, queue item or subscriber. */
export const NOT_THERE = 'not-there';
const UNKNOWN_IDS = new Set([
  'fue_api_invalid_follow_up_email_id',
  'fue_api_invalid_queue_id',
  'fue_api_cannot_edit_subscriber',
  'fue_api_cannot_delete_subscriber',
]);
export const AUTHENTICATION = 'fue_api_authentication_error';

/** Turns any answer of Follow-Up Emails into its value or a failure. */
export function classify({ status, body, headers }: HttpResponse, exchange: Exchange): Outcome<PluginAnswer> {
  if (status >= 500 || status === 429 || status === 408) return failed(overload(status, exchange));
  const error = errorOf(body);
  if (error !== undefined) return failed(refusal(status, error, exchange));
  if (status < 300 && body !== undefined) return succeeded({ headers, body });
  return failed(somebodyElse(status, headers['content-type'], exchange));
}

function refusal(status: number, { code }: PluginError, exchange: Exchange): Failure {
  const { endpoint } = exchange;
  if (UNKNOWN_IDS.has(code))
    return { kind: 'park', code: NOT_THERE, message: `${endpoint}: Follow-Up Emails does not have it.` };
  // Without credentials it is a 404 (facts/follow-up-emails B1).
  if (code === AUTHENTICATION || status === 401 || status === 403) return refusedKey(exchange);
  if (code === 'api-off') {
    const message = `${endpoint}: the API of Follow-Up Emails is switched off. Switch it on in its settings.`;
    return { kind: 'retry', code: 'api-off', message };
  }
  if (code === 'fue_api_no_route') {
    const message = `${endpoint}: Follow-Up Emails has no such address. Check that the plugin is active and at least version 4.1.`;
    return { kind: 'retry', code: 'no-such-endpoint', message };
  }
  const message = `${endpoint} answered ${String(status)} ${code}. Check what was asked, and the version of Follow-Up Emails.`;
  return { kind: 'park', code: 'bad-request', message };
}

function refusedKey({ endpoint, plain }: Exchange): Failure {
  const way = plain
    ? ' Over plain http only a key of Follow-Up Emails itself can sign (user profile); use https if the store has it.'
    : ' If the store stands behind a proxy, WordPress must be told that the visitor used https.';
  const message = `${endpoint}: the store does not accept the key. Check consumer key and secret, and that its user may manage follow-ups.${way}`;
  return { kind: 'authorise', code: 'unauthorised', message };
}

/** An error of PHP is a 500 in JSON; what it did before nobody knows. */
function overload(status: number, { endpoint, writes }: Exchange): Failure {
  if (status === 429 || status === 503 || status === 408) {
    const message = `${endpoint}: the store takes no calls for now (${String(status)}). Raise the host's limits if this lasts.`;
    return { kind: 'retry', code: status === 429 ? 'rate-limited' : 'unavailable', message };
  }
  const code = status === 502 || status === 504 ? 'gateway' : 'server-error';
  const message = `${endpoint} failed with ${String(status)}. The store's PHP log says why.`;
  return { kind: writes ? 'unknown' : 'retry', code, message };
}

/** Of a firewall, a cache, or a WordPress whose permalinks are plain: then the address is a page that is not there. */
function somebodyElse(status: number, type: string | undefined, { endpoint, writes }: Exchange): Failure {
  const kind = writes && status < 300 ? 'unknown' : 'retry';
  const message = `${endpoint} answered ${String(status)} with ${type?.split(';')[0] ?? 'no content type'}, which is not Follow-Up Emails. Check the store's URL, that the plugin is active, and save Settings, Permalinks once (not "Plain").`;
  return { kind, code: 'not-follow-up-emails', message };
}
