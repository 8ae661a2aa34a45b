import type { Failure } from '../../../core/ledger/failure.ts';
import type { Way } from './way.ts';

/** Where keys were refused, and how they were sent. */
export interface Refused {
  readonly endpoint: string;
  readonly way: Way;
}

const KEYS_PAGE = 'WooCommerce, Settings, Advanced, REST API';

/** The store knows the key and still refuses (recordings `err-401-bad-secret`, `err-writeonly-key-read`). */
export function refusedKey({ endpoint, way }: Refused): Failure {
  const oauth =
    way === 'oauth'
      ? ' Over plain http the URL must also be exactly the site address in Settings, General, and the clocks of both sides must agree.'
      : '';
  const message = `${endpoint}: the store refuses the key. Check consumer key and secret, and in ${KEYS_PAGE} that the key may read.${oauth}`;
  return authorise('unauthorised', message);
}

/** 401 `…_cannot_*`: the store acts as if there were no key (recordings `err-401-bad-key`, `err-401-none`, `err-401-plain-http-basic`). */
export function unseenKey({ endpoint, way }: Refused): Failure {
  const tls =
    way === 'oauth'
      ? ' If the store has https, set its URL to that.'
      : ' If the store stands behind a proxy, WordPress must be told that the visitor used https.';
  const message = `${endpoint}: the store does not see a key that may do this. Check in ${KEYS_PAGE} that the consumer key exists.${tls}`;
  return authorise('unauthorised', message);
}

/** 403 `…_cannot_*` of a key whose user may not, and what security plugins say. */
export function forbidden(code: string, { endpoint }: Refused): Failure {
  const message = `${endpoint}: the store forbids it (${code}). Check in ${KEYS_PAGE} that the key belongs to a shop manager or administrator, and that no security plugin closes the REST API.`;
  return authorise('forbidden', message);
}

/** The key reads and may not write (recording `err-readonly-key-write`). */
export function readOnly(host: string): Failure {
  const message = `${host}: the key may only read. Give it Read/Write in ${KEYS_PAGE}, or make the webhooks by hand in WooCommerce, Settings, Advanced, Webhooks.`;
  return authorise('read-only', message);
}

function authorise(code: string, message: string): Failure {
  return { kind: 'authorise', code, message };
}
