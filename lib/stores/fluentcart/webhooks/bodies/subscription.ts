import * as v from 'valibot';
import type { Address } from '../../../../core/ledger/email.ts';
import type { Snapshot } from '../../../../core/ledger/snapshot.ts';
import type { SubscriptionData } from '../../../../core/ledger/subscription.ts';
import { version } from '../../../../core/ledger/version.ts';
import { cut, Id, IdOrNone, Moment, Quantity, SomeText, Text } from '../../../../core/stores/fields.ts';
import { Money, part } from './fields.ts';
import { timesOf, type Witness } from './witness.ts';

/** A subscription's own status; it keeps every one it was seen in. */
const LONGEST_STATUS = 40;

/** What the bridge needs of a subscription, in a webhook as in an answer of REST (recording 009). */
export const Subscription = v.object({
  id: Id,
  status: SomeText,
  parent_order_id: IdOrNone,
  product_id: IdOrNone,
  item_name: Text,
  billing_interval: Text,
  recurring_total: Money,
  recurring_amount: Money,
  currency: Text,
  /** A plan that was upgraded is a new subscription; the old one is cancelled in silence (facts/fluentcart A1). */
  config: part({ currency: Text, upgraded_from_sub_id: IdOrNone }),
  bill_count: Quantity,
  next_billing_date: Moment,
  canceled_at: Moment,
  expire_at: Moment,
  created_at: Moment,
  updated_at: Moment,
});
type Subscription = v.InferOutput<typeof Subscription>;

/** Raise it when a translation was wrong: the corrected one then wins over the stored one. */
const SCHEMA = 1;
/** Of those that replaced another: an earlier version stored them without it. */
const SCHEMA_OF_UPGRADED = 2;
const MOST_PAYMENTS = 9999;

/** One name for one thing in all stores; what is not begun yet is pending (facts/fluentcart A1). */
const STATUSES: ReadonlyMap<string, string> = new Map([
  ['canceled', 'cancelled'],
  ['failing', 'past_due'],
  ['expiring', 'active'],
  ['intended', 'pending'],
  ['created', 'pending'],
  ['authenticated', 'pending'],
]);

/** How far one got within a second; a shop's own statuses come first. */
const PROGRESS = ['pending', 'trialing', 'active', 'past_due', 'paused', 'cancelled', 'expired', 'completed'];

/** What an event says happened: a body is built when its job runs, and may say what came later. */
const EVENTS: ReadonlyMap<string, string> = new Map([
  ['subscription_activated', 'activated'],
  ['subscription_reactivated', 'reactivated'],
  ['subscription_renewed', 'renewed'],
  ['subscription_canceled', 'cancelled'],
  ['subscription_eot', 'completed'],
  ['subscription_expired_validity', 'expired'],
]);

/** Whose it is says the order it began with. */
export interface Belonging {
  readonly address: Address;
  /** It is the only one that the event can be about. */
  readonly isMeant: boolean;
}

export function subscriptionSnapshot(
  subscription: Subscription,
  witness: Witness,
  { address, isMeant }: Belonging,
): Snapshot {
  const data = dataOf(subscription);
  const event = isMeant ? EVENTS.get(witness.event) : undefined;
  return {
    type: 'subscription',
    ref: { kind: 'subscription', store: witness.store, id: subscription.id },
    version: version({
      ...timesOf(data.modifiedAt, witness),
      schema: data.upgradedFrom === undefined ? SCHEMA : SCHEMA_OF_UPGRADED,
      rank: [paymentsOf(subscription), PROGRESS.indexOf(data.status) + 1],
      content: { data, address },
    }),
    address,
    data,
    ...(event !== undefined && { milestones: [event] }),
  };
}

function dataOf(subscription: Subscription): SubscriptionData {
  const { next_billing_date: next, canceled_at: cancelled, expire_at: ends, config } = subscription;
  const createdAt = subscription.created_at ?? 0;
  return {
    status: statusOf(subscription),
    productId: subscription.product_id,
    name: subscription.item_name,
    interval: subscription.billing_interval,
    amount: subscription.recurring_total ?? subscription.recurring_amount ?? '0',
    currency: (subscription.currency || config.currency).toUpperCase(),
    createdAt,
    modifiedAt: subscription.updated_at ?? createdAt,
    ...(next !== undefined && { nextBillingAt: next }),
    ...(cancelled !== undefined && { cancelledAt: cancelled }),
    ...(ends !== undefined && { endsAt: ends }),
    payments: paymentsOf(subscription),
    ...(config.upgraded_from_sub_id !== '0' && { upgradedFrom: config.upgraded_from_sub_id }),
    orderId: subscription.parent_order_id,
    // A paid order goes with its customer only, and so does everything of theirs (facts/fluentcart D5).
    goesWithOrders: true,
  };
}

function statusOf({ status }: Subscription): string {
  const own = cut(status.toLowerCase(), LONGEST_STATUS).trim();
  return STATUSES.get(own) ?? own;
}

function paymentsOf({ bill_count: count }: Subscription): number {
  return Math.min(MOST_PAYMENTS, Math.max(0, Math.trunc(count)));
}
