import type { Failure } from './core/ledger/failure.ts';

const TLS_FAILURE = /CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;
const DNS_FAILURE = /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL|ENODATA)$/;

/** What is known of an exchange that ended without an answer. */
interface Trouble {
  /** The other side, and what it was asked for; no value of either. */
  readonly exchange: string;
  /** Node's or OpenSSL's, such as ECONNREFUSED. */
  readonly code: string;
  /** Its connection was ready to carry it: it may have arrived. */
  readonly connected: boolean;
  /** The answer had more bytes than are allowed. */
  readonly isTooLarge: boolean;
  readonly timedOut: boolean;
}

/** What an exchange without an answer means: it was certainly never sent, or nobody knows. */
export function failureOf({ exchange, code, connected, isTooLarge, timedOut }: Trouble): Failure {
  if (!connected) return neverSent(exchange, timedOut ? 'ETIMEDOUT' : code);
  if (timedOut) return inDoubt('timeout', `${exchange} did not answer in time. Find out why it is slow.`);
  if (isTooLarge)
    return inDoubt(
      'too-large',
      `${exchange} answered with more bytes than are allowed. Ask for less at once.`,
    );
  return inDoubt('connection-lost', `${exchange} broke the connection (${code}). Look at its logs.`);
}

function neverSent(exchange: string, code: string): Failure {
  const retry = (name: string, text: string): Failure => ({
    kind: 'retry',
    code: name,
    message: `${exchange} ${text}`,
  });
  if (TLS_FAILURE.test(code))
    return retry('tls', `has no certificate we can trust (${code}). Correct it there.`);
  if (DNS_FAILURE.test(code))
    return retry('dns', `has a host name that does not resolve (${code}). Check the base URL.`);
  return retry('unreachable', `could not be reached (${code}). Check the base URL and that it is running.`);
}

function inDoubt(code: string, message: string): Failure {
  return { kind: 'unknown', code, message };
}
