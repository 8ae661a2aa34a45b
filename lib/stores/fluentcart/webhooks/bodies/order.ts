import * as v from 'valibot';
import { type Address, normaliseEmail } from '../../../../core/ledger/email.ts';
import { type Kept, NOTHING_KEPT } from '../../../../core/ledger/kept.ts';
import { isZero, sum } from '../../../../core/ledger/money.ts';
import type { OrderData, OrderLine, Snapshot } from '../../../../core/ledger/snapshot.ts';
import { version } from '../../../../core/ledger/version.ts';
import { Id, IdOrNone, Moment, many, Quantity, Text, within } from '../../../../core/stores/fields.ts';
import { Buyer, emailOf, identityOf, OrderAddress } from './address.ts';
import { Money } from './fields.ts';
import { Config, orderMetaIn } from './kept.ts';
import { modifiedAtOf, seenAtOf } from './order-dates.ts';
import { milestonesOf } from './shipping.ts';
import { canonicalStatus, isCancelled, paymentRank, Status, shippingRank, statusRank } from './status.ts';
import { timesOf, type Witness } from './witness.ts';

const Item = v.object({
  post_id: IdOrNone,
  object_id: IdOrNone,
  payment_type: Text,
  post_title: Text,
  title: Text,
  quantity: Quantity,
  line_total: Money,
  updated_at: Moment,
});

const Transaction = v.object({
  transaction_type: Text,
  subscription_id: IdOrNone,
  status: Text,
  created_at: Moment,
  updated_at: Moment,
});

/** What the bridge needs of an order, whichever way it came (`order-body.ts`). */
export const Order = v.object({
  id: Id,
  status: Status,
  payment_status: Text,
  shipping_status: Text,
  mode: Text,
  type: Text,
  invoice_no: Text,
  receipt_number: Text,
  currency: Text,
  total_amount: Money,
  total_paid: Money,
  total_refund: Money,
  manual_discount_total: Money,
  coupon_discount_total: Money,
  payment_method: Text,
  payment_method_title: Text,
  customer_id: IdOrNone,
  created_at: Moment,
  updated_at: Moment,
  completed_at: Moment,
  config: Config,
  customer: Buyer,
  billing_address: OrderAddress,
  shipping_address: OrderAddress,
  order_items: many(Item),
  transactions: many(Transaction),
});
export type Order = v.InferOutput<typeof Order>;

/** Raise it when a translation was wrong: the corrected one then wins over the stored one. */
const SCHEMA = 1;
/** Of orders that name a subscription: an earlier version stored them without it. */
const SCHEMA_OF_SUBSCRIBED = 2;
/** Of where an order goes to only its own address tells. */
const NO_BUYER = v.parse(Buyer, {});
const MOST_REFUNDS = 9999;
/** Characters of JSON, 3 bytes each at worst: all together stay below the ledger's 400 KB. */
const LONGEST_LINES = 80_000;

/** An order without a usable e-mail address is a snapshot too: its address says why it has no contact. */
export function orderSnapshot(order: Order, witness: Witness): Snapshot {
  const data = dataOf(order, witness.kept);
  const address = addressOf(order);
  const milestones = milestonesOf(order.shipping_status, witness.event);
  const seenAt = seenAtOf(order, witness);
  return {
    type: 'order',
    ref: { kind: 'order', store: witness.store, id: order.id },
    version: version({
      ...timesOf(data.modifiedAt, witness),
      schema: data.subscriptionId === undefined ? SCHEMA : SCHEMA_OF_SUBSCRIBED,
      rank: rankOf(order),
      content: { data, address },
    }),
    address,
    data,
    ...(milestones.length > 0 && { milestones }),
    ...(seenAt !== undefined && { seenAt }),
  };
}

/** Cancelling moves no date in the body of an order without an address, and never comes before anything else. */
function rankOf(order: Order): readonly number[] {
  return [
    isCancelled(order.status) ? 1 : 0,
    Math.min(order.transactions.filter(isRefund).length, MOST_REFUNDS),
    paymentRank(order.payment_status),
    shippingRank(order.shipping_status),
    statusRank(order.status),
  ];
}

function isRefund({ transaction_type }: Order['transactions'][number]): boolean {
  return transaction_type === 'refund';
}

function dataOf(order: Order, kept: Kept = NOTHING_KEPT): OrderData {
  const { total_amount: total = '0', total_refund: refund = '0', completed_at: completedAt } = order;
  const paidAt = paidAtOf(order);
  return {
    number: order.invoice_no || order.receipt_number || order.id,
    status: statusOf(order),
    currency: order.currency.toUpperCase(),
    total,
    refunded: isZero(refund) ? '0.00' : sum([`-${refund.replace('-', '')}`]),
    discount: sum([order.manual_discount_total ?? '0', order.coupon_discount_total ?? '0']),
    createdAt: order.created_at ?? 0,
    modifiedAt: modifiedAtOf(order),
    ...(paidAt !== undefined && { paidAt }),
    ...(completedAt !== undefined && { completedAt }),
    paymentMethod: order.payment_method_title || order.payment_method,
    lines: within(
      order.order_items.filter(({ payment_type }) => payment_type !== 'fee').map(lineOf),
      LONGEST_LINES,
    ),
    coupons: [],
    customerId: order.customer_id,
    ...subscriptionOf(order),
    identity: identityOf(order.billing_address, order.customer),
    consent: {},
    attribution: {},
    ...(kept.orderMeta.length > 0 && { meta: orderMetaIn(order.config, order.billing_address, kept) }),
    ...(kept.shipping && { shipping: identityOf(order.shipping_address, NO_BUYER) }),
  };
}

/** Whose an order is. */
export function addressOf(order: Order): Address {
  return normaliseEmail(emailOf(order.billing_address, order.customer));
}

/** A renewal carries no subscription; its transaction names it (recording 011). */
function subscriptionOf({ type, transactions }: Order): Pick<OrderData, 'subscriptionId'> {
  const named = transactions.find(({ subscription_id: id }) => id !== '0');
  return type === 'renewal' && named ? { subscriptionId: named.subscription_id } : {};
}

function statusOf({ status, payment_status: payment, total_paid: paid, total_amount: total }: Order): string {
  return canonicalStatus({
    status,
    payment,
    paid: paid === undefined ? undefined : !isZero(paid),
    free: total !== undefined && isZero(total),
  });
}

/** No date of payment is kept: the first charge that succeeded was begun then. */
function paidAtOf({ total_paid: paid, transactions, created_at: createdAt }: Order): number | undefined {
  if (paid === undefined || isZero(paid)) return undefined;
  const charged = transactions.filter(
    (transaction) => transaction.status === 'succeeded' && !isRefund(transaction),
  );
  const dates = charged.flatMap(({ created_at }) => created_at ?? []);
  return dates.length > 0 ? Math.min(...dates) : createdAt;
}

/** No SKU: that is the variation's, and known by the product (`ProductData.skus`). */
function lineOf(item: Order['order_items'][number]): OrderLine {
  const { post_id: productId, object_id: variationId, post_title: product, title: variation } = item;
  return {
    productId,
    ...(variationId !== '0' && { variationId }),
    sku: '',
    name: [product, variation === product ? '' : variation].filter((name) => name !== '').join(' - '),
    quantity: item.quantity,
    total: item.line_total ?? '0',
  };
}
