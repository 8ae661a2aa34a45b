import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { StoreKey } from '../../../core/ports/secrets.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import type { StoreApi, StoreFields, StoreItem, StorePage } from '../../../core/stores/store-api.ts';
import { createHttp, type Http } from '../../../http.ts';
import { NO_SUCH_ORDER } from './classify.ts';
import { createStoreClient } from './client.ts';
import { createCoupons } from './coupons.ts';
import { listPage, PER_PAGE, type Reading, readPage, storeTime } from './pages.ts';
import { allWebhooks, changeWebhook, createWebhook, removeWebhook } from './webhooks.ts';

export interface WooCommerceSettings {
  /** The shop's home, with its path when it lives under one. */
  readonly baseUrl: string;
  readonly keys: StoreKey;
  /** What is read of each thing. */
  readonly fields: StoreFields;
  readonly clock: Pick<Clock, 'now'>;
  /** Never the same twice. */
  readonly randomId: () => string;
  /** How long a call may take, ms; half a minute by default. */
  readonly timeoutMs?: number;
  /** What carries the calls; by default a client for `baseUrl`. */
  readonly http?: Http;
}

/** A page of 100 orders with 60 lines each has 3 MB (recording 0123); a slow host takes 10 s for it. */
const TIMEOUT_MS = 30_000;
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * A WooCommerce shop's REST API, version 3. Keys go by Basic, or in the query where the host drops that header,
 * under https, and by OAuth 1.0a over plain http.
 * @throws TypeError when `baseUrl` is none.
 */
export function createWooCommerceApi(settings: WooCommerceSettings): StoreApi {
  const { baseUrl, clock, fields, timeoutMs = TIMEOUT_MS } = settings;
  const http = settings.http ?? createHttp({ baseUrl, timeoutMs, maxBytes: MAX_BYTES, clock });
  const client = createStoreClient({ ...settings, http });
  const reading = { client, clock, fields };
  return {
    list: (question) => listPage(reading, question),
    order: (id) => oneOrder(reading, id),
    webhooks: () => allWebhooks(reading),
    createWebhook: (webhook) => createWebhook(client, webhook),
    changeWebhook: (id, change) => changeWebhook(client, id, change),
    removeWebhook: (id) => removeWebhook(client, id),
    coupons: createCoupons(reading),
    ordersOf: (email) => ordersOf(reading, email),
  };
}

/** `billing_email` is ignored, and would bring everybody's (recordings `orders-search-email`, `orders-billing-email-param`). */
function ordersOf(reading: Reading, email: string): Promise<Outcome<StorePage>> {
  const query = { search: email, per_page: String(PER_PAGE), orderby: 'date', order: 'desc' };
  return readPage(reading, '/orders', { ...query, _fields: reading.fields.order.join(',') });
}

/** `undefined` only for the one answer that means erased; trashed orders are there, in status `trash`. */
async function oneOrder(
  { client, clock, fields }: Reading,
  id: string,
): Promise<Outcome<StoreItem | undefined>> {
  const path = `/orders/${encodeURIComponent(id)}`;
  const answer = await client.call({ method: 'GET', path, query: { _fields: fields.order.join(',') } });
  if (answer.ok && 'id' in answer.value.body) {
    return succeeded({ item: answer.value.body, now: storeTime(answer.value, clock) });
  }
  if (!answer.ok) return answer.failure.code === NO_SUCH_ORDER ? succeeded(undefined) : answer;
  const message = `The answer to GET /orders/${id} is no order. Find out what stands before the store and changes its answers.`;
  return failed({ kind: 'retry', code: 'not-woocommerce', message });
}
