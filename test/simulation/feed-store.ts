import type { Store } from '../../lib/core/policy/configuration/store.ts';
import type { FeedLife } from './feed-life.ts';
import type { FeedShop } from './feed-shop.ts';
import type { SubscriptionLife } from './subscription-life.ts';

/** A FluentCart store of a world, what people do in it, and what the bridge is told of it. */
export interface FeedStore {
  readonly store: FeedShop;
  readonly life: FeedLife;
  /** In two of three of them people subscribe. */
  readonly subscriptions: SubscriptionLife | undefined;
  readonly configured: Store & { readonly url: string };
}
