import * as v from 'valibot';
import { normaliseEmail } from '../../../../core/ledger/email.ts';
import type { Snapshot } from '../../../../core/ledger/snapshot.ts';
import type { SubscriptionData } from '../../../../core/ledger/subscription.ts';
import { version } from '../../../../core/ledger/version.ts';
import type { Body } from '../../../../core/stores/fields.ts';
import { Id, IdOrNone, Moment, many, Text } from '../../../../core/stores/fields.ts';
import { Billing } from './billing.ts';
import { Amount } from './fields.ts';
import { Status } from './status.ts';
import { timesOf, type Witness } from './witness.ts';

/**
 * A subscription of the extension WooCommerce Subscriptions. Its body looks like an order's, so its own names are what
 * tells them apart; none was recorded, the names are those of its public documentation.
 */
export const Subscription = v.object({
  id: Id,
  status: Status,
  parent_id: IdOrNone,
  total: Amount,
  currency: Text,
  billing: Billing,
  billing_period: Text,
  billing_interval: Text,
  line_items: many(v.object({ product_id: IdOrNone, name: Text })),
  date_created_gmt: Moment,
  date_modified_gmt: Moment,
  next_payment_date_gmt: Moment,
  cancelled_date_gmt: Moment,
  end_date_gmt: Moment,
});
type Subscription = v.InferOutput<typeof Subscription>;

const SCHEMA = 1;

/** Whatever it is called by its topic: an order has no period in which it is paid again. */
export function isSubscription(body: Body): boolean {
  return Object.hasOwn(body, 'billing_period');
}

/** `pending-cancel` is cancelled and runs until its end; `on-hold` is paused, by whomever. */
const STATUSES: ReadonlyMap<string, string> = new Map([
  ['on-hold', 'paused'],
  ['pending-cancel', 'cancelled'],
]);
const PROGRESS = ['pending', 'active', 'paused', 'cancelled', 'expired'];

export function subscriptionSnapshot(subscription: Subscription, witness: Witness): Snapshot {
  const data = dataOf(subscription);
  const address = normaliseEmail(subscription.billing.email);
  return {
    type: 'subscription',
    ref: { kind: 'subscription', store: witness.store, id: subscription.id },
    version: version({
      ...timesOf({ gmt: data.modifiedAt, local: undefined }, witness),
      schema: SCHEMA,
      rank: [PROGRESS.indexOf(data.status) + 1],
      content: { data, address },
    }),
    address,
    data,
  };
}

function dataOf(subscription: Subscription): SubscriptionData {
  const { next_payment_date_gmt: next, cancelled_date_gmt: cancelled, end_date_gmt: ends } = subscription;
  const [line] = subscription.line_items;
  const { billing_interval: count, billing_period: period } = subscription;
  const createdAt = subscription.date_created_gmt ?? 0;
  return {
    status: STATUSES.get(subscription.status) ?? subscription.status,
    productId: line?.product_id ?? '0',
    name: line?.name ?? '',
    interval: `${count === '' ? '1' : count} ${period}`,
    amount: subscription.total,
    currency: subscription.currency,
    createdAt,
    modifiedAt: subscription.date_modified_gmt ?? createdAt,
    ...(next !== undefined && { nextBillingAt: next }),
    ...(cancelled !== undefined && { cancelledAt: cancelled }),
    ...(ends !== undefined && { endsAt: ends }),
    orderId: subscription.parent_id,
  };
}
