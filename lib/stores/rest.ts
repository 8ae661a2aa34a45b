import type { Store } from '../core/policy/configuration/store.ts';
import type { StoreKey } from '../core/ports/secrets.ts';
import type { Clock } from '../core/ports/telemetry.ts';
import type { Source } from '../core/stores/source.ts';
import type { StoreApi, StoreFields } from '../core/stores/store-api.ts';
import { createFluentCartApi } from './fluentcart/rest/index.ts';
import { createWooCommerceApi } from './woocommerce/rest/index.ts';

/** What the API of any store needs from outside. */
export interface StoreTools {
  readonly clock: Pick<Clock, 'now'>;
  /** Never the same twice. */
  readonly randomId: () => string;
  /** Says what is read of each thing. */
  readonly sourceOf: (kind: Store['kind']) => Pick<Source, 'fields'>;
  /** How long a call may take, ms; as long as the store's adapter thinks right if not given. */
  readonly timeoutMs?: number;
}

/** A new kind in the configuration does not compile until it has its line here. */
const STORES: Readonly<
  Record<
    Store['kind'],
    (settings: { baseUrl: string; keys: StoreKey; fields: StoreFields } & StoreTools) => StoreApi
  >
> = { woocommerce: createWooCommerceApi, fluentcart: createFluentCartApi };

/**
 * The REST API of a store, opened with `key`; `undefined` for a store without a URL, which can only be listened to.
 * @throws TypeError when the URL is none.
 */
export function storeApiOf(store: Store, key: StoreKey, tools: StoreTools): StoreApi | undefined {
  if (store.url === undefined) return undefined;
  const { fields } = tools.sourceOf(store.kind);
  return STORES[store.kind]({ baseUrl: store.url, keys: key, fields, ...tools });
}
