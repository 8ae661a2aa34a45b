import type { ShopSubscription } from '../records/order-state.ts';
import { plain, zoned } from './dates.ts';

/** A subscription, beside its first order in a payload as in REST (recordings 009 and `rest.subscriptions.list`). */
export function subscriptionBody(subscription: ShopSubscription, home: string, more: object = {}) {
  const { id, uuid, amount, currency, status, name } = subscription;
  const isCanceled = status === 'canceled';
  return {
    id,
    uuid,
    customer_id: String(subscription.customerId),
    parent_order_id: String(subscription.parentOrderId),
    product_id: String(subscription.productId),
    item_name: name,
    quantity: String(subscription.quantity),
    variation_id: String(subscription.variationId),
    billing_interval: 'monthly',
    signup_fee: '0',
    initial_tax_total: '0',
    recurring_amount: String(amount),
    recurring_tax_total: '0',
    recurring_total: String(amount),
    bill_times: '0',
    bill_count: String(subscription.billCount),
    expire_at: null,
    trial_ends_at: null,
    canceled_at: subscription.canceledAt === undefined ? null : plain(subscription.canceledAt),
    restored_at: null,
    collection_method: 'automatic',
    next_billing_date: subscription.nextBillingAt === undefined ? null : plain(subscription.nextBillingAt),
    trial_days: '0',
    vendor_customer_id: null,
    vendor_plan_id: null,
    vendor_subscription_id: null,
    status,
    original_plan: null,
    vendor_response: null,
    current_payment_method: 'offline_payment',
    config: {
      is_trial_days_simulated: 'no',
      currency,
      item_attributes: [],
      variation_type: 'simple',
      ...(isCanceled && { cancellation_reason: 'customer_request' }),
      ...(subscription.upgradedFrom !== undefined && {
        is_upgraded: 'yes',
        upgraded_from_sub_id: subscription.upgradedFrom,
      }),
    },
    created_at: zoned(subscription.createdAt),
    updated_at: zoned(subscription.updatedAt),
    url: '',
    payment_info: `&euro;${(amount / 100).toFixed(2)} per month until cancel`,
    billingInfo: [],
    overridden_status: status,
    currency,
    reactivate_url: isCanceled
      ? `${home}/?fluent-cart=reactivate-subscription&subscription_hash=${uuid}`
      : '',
    display_item_name: name,
    ...more,
    meta: [],
  };
}
