/** How a subscription stands, in one word for one thing in all stores. */
export const SUBSCRIPTION_STATUSES = [
  'active',
  'trialing',
  'past_due',
  'paused',
  'pending',
  'cancelled',
  'expired',
  'completed',
] as const;

/** The slim data of a subscription: what fields, tags and its follow-ups follow from. Times are epoch ms. */
export interface SubscriptionData {
  /** One of `SUBSCRIPTION_STATUSES`, or a name of the shop's own. */
  readonly status: string;
  readonly productId: string;
  /** What was subscribed to, as the store calls it. */
  readonly name: string;
  /** How often it is paid for, as the store calls it: `monthly`, `2 weeks`. */
  readonly interval: string;
  /** Of one payment; decimal string. */
  readonly amount: string;
  readonly currency: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly nextBillingAt?: number;
  readonly cancelledAt?: number;
  /** When it ends by itself. */
  readonly endsAt?: number;
  /** Payments so far, where the store counts them. */
  readonly payments?: number;
  /** The one that it replaced, which the store cancelled for it; absent of one that replaced none. */
  readonly upgradedFrom?: string;
  /** The order it began with. */
  readonly orderId: string;
  /** The store deletes none of its orders alone: without them there is no subscription either. */
  readonly goesWithOrders?: true;
}
