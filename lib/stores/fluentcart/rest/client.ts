import type { Outcome } from '../../../core/ledger/failure.ts';
import type { StoreKey } from '../../../core/ports/secrets.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import type { Http } from '../../../http.ts';
import { classify, type StoreAnswer } from './classify.ts';

/** Names may repeat: relations are a list. */
export type Query = readonly (readonly [name: string, value: string])[];

export interface StoreCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `API`, starting with a slash, without a query. */
  readonly path: string;
  readonly query?: Query;
  /** Goes out as JSON. */
  readonly body?: object;
}

/** A store's REST API: authorised calls whose answers are values or typed failures. A call never throws. */
export interface StoreClient {
  call(request: StoreCall): Promise<Outcome<StoreAnswer>>;
}

export interface ClientOptions {
  readonly http: Http;
  readonly baseUrl: string;
  readonly keys: StoreKey;
  readonly clock: Pick<Clock, 'now'>;
}

/** The published examples say v1, which does not exist (facts/fluentcart A2). */
const API = '/wp-json/fluent-cart/v2';

/** A client for one store; user and application password go by Basic. */
export function createStoreClient({ http, baseUrl, keys, clock }: ClientOptions): StoreClient {
  const { host } = new URL(baseUrl);
  const credentials = Buffer.from(`${keys.consumerKey}:${keys.consumerSecret}`).toString('base64');
  const headers = { Accept: 'application/json', Authorization: `Basic ${credentials}` };
  return {
    call: async ({ method, path, query = [], body }) => {
      const text = new URLSearchParams(
        query.map(([name, value]): [string, string] => [name, value]),
      ).toString();
      const response = await http.request({
        method,
        path: `${API}${path}${text === '' ? '' : `?${text}`}`,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      if (!response.ok) return response;
      const endpoint = `${host} (${method} ${API}${path})`;
      return classify(response.value, { endpoint, writes: method !== 'GET', now: clock.now() });
    },
  };
}
