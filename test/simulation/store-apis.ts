import type { Clock } from '../../lib/core/ports/telemetry.ts';
import type { StoreApi } from '../../lib/core/stores/store-api.ts';
import type { Shop } from '../../lib/simulators/woocommerce/shop.ts';
import { createFluentCartApi } from '../../lib/stores/fluentcart/rest/index.ts';
import { type CouponBook, watchedApi } from './coupon-book.ts';
import { feedHttp } from './feed-http.ts';
import { FEED_STORE } from './feed-shop.ts';
import type { FeedStore } from './feed-store.ts';

interface Stores {
  readonly shop: Shop;
  readonly coupons: CouponBook | undefined;
  readonly feeds: FeedStore | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/** The REST APIs of both stores, by the id of the store. */
export function storeApisOf({ shop, coupons, feeds, clock }: Stores): ReadonlyMap<string, () => StoreApi> {
  const apis = new Map<string, () => StoreApi>([['demo', () => watchedApi(shop, coupons)]]);
  const keys = { consumerKey: 'user', consumerSecret: 'password' };
  if (feeds)
    apis.set(FEED_STORE, () =>
      createFluentCartApi({
        baseUrl: feeds.configured.url,
        keys,
        clock,
        http: feedHttp(feeds.store.shop),
      }),
    );
  return apis;
}
