import type { StoreKey } from '../../../core/ports/secrets.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import type { StoreApi } from '../../../core/stores/store-api.ts';
import { createHttp, type Http } from '../../../http.ts';
import { oneOrder } from './by-id.ts';
import { VIEW_NAMES } from './changed-orders.ts';
import { createStoreClient } from './client.ts';
import { allFeeds, changeFeed, createFeed, removeFeed } from './feeds.ts';
import { createListing } from './listing.ts';
import { particularsOf } from './particulars.ts';

export interface FluentCartSettings {
  /** The shop's home, with its path when it lives under one. */
  readonly baseUrl: string;
  /** `consumerKey` is the user's name, `consumerSecret` an application password of theirs. */
  readonly keys: StoreKey;
  readonly clock: Pick<Clock, 'now'>;
  /** What carries the calls; by default a client for `baseUrl`. */
  readonly http?: Http;
}

/** 24 orders with all relations took 0.27 s (facts/fluentcart D3); a slow host takes ten times as long for 199. */
const TIMEOUT_MS = 30_000;
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * A FluentCart shop's REST API, version 2, with an application password of a user.
 * @throws TypeError when `baseUrl` is none.
 */
export function createFluentCartApi(settings: FluentCartSettings): StoreApi {
  const { baseUrl, clock } = settings;
  const http = settings.http ?? createHttp({ baseUrl, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, clock });
  const client = createStoreClient({ ...settings, http });
  const reading = { client, clock };
  return {
    walksById: true,
    walksProducts: true,
    views: VIEW_NAMES,
    list: createListing(reading),
    order: (id) => oneOrder(reading, id),
    webhooks: () => allFeeds(client),
    createWebhook: (webhook) => createFeed(client, webhook),
    changeWebhook: (id, change) => changeFeed(client, id, change),
    removeWebhook: (id) => removeFeed(client, id),
    particulars: (store) => particularsOf(reading, store),
  };
}
