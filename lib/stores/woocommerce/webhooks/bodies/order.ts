import * as v from 'valibot';
import { normaliseEmail } from '../../../../core/ledger/email.ts';
import { type Kept, NOTHING_KEPT } from '../../../../core/ledger/kept.ts';
import { sum } from '../../../../core/ledger/money.ts';
import { isAttempt } from '../../../../core/ledger/order-status.ts';
import type { OrderData, OrderLine, Ref, Snapshot } from '../../../../core/ledger/snapshot.ts';
import { version } from '../../../../core/ledger/version.ts';
import {
  cut,
  Id,
  IdOrNone,
  Moment,
  many,
  Quantity,
  SomeText,
  Text,
  within,
} from '../../../../core/stores/fields.ts';
import { Billing, identityOf } from './billing.ts';
import { cartOf, checkoutOf, RefillLine, UnpaidOrder } from './checkout.ts';
import { Amount } from './fields.ts';
import { attributionIn, consentIn, isRenewal, MetaData, metaIn } from './meta-data.ts';
import { linkIn } from './product.ts';
import { Status, statusRank } from './status.ts';
import { type LastChange, timesOf, type Witness } from './witness.ts';

const Line = v.object({
  product_id: IdOrNone,
  sku: Text,
  name: Text,
  quantity: Quantity,
  total: Amount,
  image: v.fallback(v.object({ src: Text }), { src: '' }),
  ...RefillLine,
});

/** What the bridge needs of `GET /wc/v3/orders/<id>`, which is also the body of a webhook. */
export const Order = v.object({
  id: Id,
  status: Status,
  number: Text,
  currency: Text,
  total: Amount,
  discount_total: Amount,
  date_created_gmt: Moment,
  date_created: Moment,
  date_modified_gmt: Moment,
  date_modified: Moment,
  date_paid_gmt: Moment,
  date_completed_gmt: Moment,
  payment_method: Text,
  payment_method_title: Text,
  customer_id: IdOrNone,
  parent_id: IdOrNone,
  ...UnpaidOrder,
  billing: Billing,
  shipping: Billing,
  line_items: many(Line),
  coupon_lines: many(v.object({ code: SomeText })),
  shipping_lines: many(v.object({ method_title: Text, method_id: Text })),
  refunds: many(v.object({ total: Amount })),
  meta_data: MetaData,
});
export type Order = v.InferOutput<typeof Order>;

/** Raise it when a translation was wrong: the corrected one then wins over the stored one. */
const SCHEMA = 1;
/** Of orders that name a parent: an earlier version stored them without it. */
const SCHEMA_OF_PARTS = 2;
const MOST_REFUNDS = 9999;
/** Characters of JSON, 3 bytes each at worst: all together stay below the ledger's 400 KB. */
const LONGEST_LINES = 80_000;
const LONGEST_REST = 8_000;
/** More than any tag holds. */
const LONGEST_ATTRIBUTE = 200;

/** What an order says: of itself, and of the cart that it was made from and bought. */
export function orderSnapshots(order: Order, witness: Witness): readonly Snapshot[] {
  const seen = orderSnapshot(order, witness);
  if (seen.data.cartId === undefined) return [seen];
  const ref: Ref = { kind: 'cart', store: witness.store, id: seen.data.cartId };
  // Whatever became of an order that was paid, it was bought.
  if (!isAttempt(seen.data.status) || seen.data.paidAt !== undefined)
    return [seen, { type: 'cart-mark', ref, mark: 'ordered' }];
  const { address, version: of } = seen;
  const by = witness.kept?.cartTries === true && { order: { id: order.id, version: of } };
  return [seen, { type: 'cart-try', ref, address, at: seen.data.createdAt, ...by }];
}

/** An order without a usable e-mail address is a snapshot too: its address says why it has no contact. */
export function orderSnapshot(order: Order, witness: Witness): Extract<Snapshot, { type: 'order' }> {
  const { store } = witness;
  const data = dataOf(order, witness.kept);
  const address = normaliseEmail(order.billing.email);
  return {
    type: 'order',
    ref: { kind: 'order', store, id: order.id },
    version: version({
      ...timesOf(changeOf(order), witness),
      schema: data.parentId === undefined ? SCHEMA : SCHEMA_OF_PARTS,
      rank: rankOf(order),
      content: { data, address },
    }),
    address,
    data,
  };
}

function changeOf(order: Order): LastChange {
  const { date_modified_gmt: gmt, date_modified: local } = order;
  return { gmt: gmt ?? (local === undefined ? order.date_created_gmt : undefined), local };
}

/** Refunds only grow in number and the dates are only ever set, so more of them is later. */
function rankOf(order: Order): readonly number[] {
  return [
    Math.min(order.refunds.length, MOST_REFUNDS),
    order.date_completed_gmt === undefined ? 0 : 1,
    order.date_paid_gmt === undefined ? 0 : 1,
    statusRank(order.status),
  ];
}

function dataOf(order: Order, kept: Kept = NOTHING_KEPT): OrderData {
  const { orderMeta, shipping, shippingMethods } = kept;
  const { date_paid_gmt: paidAt, date_completed_gmt: completedAt } = order;
  const checkout = checkoutOf(order);
  const cartId = cartOf(order, kept.drafts);
  return {
    number: order.number || order.id,
    status: order.status,
    currency: order.currency,
    total: order.total,
    refunded: sum(order.refunds.map(({ total }) => total)),
    discount: order.discount_total,
    createdAt: order.date_created_gmt ?? order.date_created ?? 0,
    modifiedAt: order.date_modified_gmt ?? order.date_modified ?? order.date_created_gmt ?? 0,
    ...(paidAt === undefined ? {} : { paidAt }),
    ...(completedAt === undefined ? {} : { completedAt }),
    paymentMethod: order.payment_method_title || order.payment_method,
    ...(shippingMethods && { shippingMethods: methodsIn(order) }),
    lines: within(
      order.line_items.map((line) => lineOf(line, kept)),
      LONGEST_LINES,
    ),
    coupons: within(
      order.coupon_lines.map(({ code }) => code),
      LONGEST_REST,
    ),
    customerId: order.customer_id,
    ...(hasParent(order) && { parentId: order.parent_id }),
    ...(checkout && { checkout }),
    ...(cartId !== undefined && { cartId }),
    identity: identityOf(order.billing),
    consent: someOf(consentIn(order.meta_data)),
    attribution: someOf(attributionIn(order.meta_data)),
    ...(orderMeta.length > 0 && { meta: someOf(metaIn(order.meta_data, orderMeta)) }),
    ...(shipping && { shipping: identityOf(order.shipping) }),
  };
}

/** Renewals of a subscription may name the order that began it; each of them is bought anew. */
function hasParent({ parent_id, created_via, meta_data }: Order): boolean {
  return parent_id !== '0' && created_via !== 'subscription' && !isRenewal(meta_data);
}

function methodsIn({ shipping_lines: lines }: Order): readonly string[] {
  const names = lines.map(({ method_title: title, method_id: id }) => title || id);
  return within([...new Set(names.filter((name) => name !== ''))], LONGEST_REST);
}

function someOf<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(within(Object.entries(record), LONGEST_REST));
}

function lineOf(line: v.InferOutput<typeof Line>, { attributes, productLinks }: Kept): OrderLine {
  const image = productLinks ? linkIn(line.image.src) : '';
  return {
    productId: line.product_id,
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    total: line.total,
    ...(attributes.length > 0 && { attributes: attributesIn(line, attributes) }),
    ...(image !== '' && { image }),
  };
}

/** The variation's attributes stand among the meta of its line, by the name that a shop gave them (recording 0057). */
function attributesIn({ meta_data }: v.InferOutput<typeof Line>, names: readonly string[]) {
  const known = meta_data.flatMap(({ key, display_value: value = '' }) =>
    names.includes(key) && value !== '' ? [[key, cut(value, LONGEST_ATTRIBUTE)] as const] : [],
  );
  return Object.fromEntries(known.sort(([a, one], [b, other]) => (a + one < b + other ? -1 : 1)));
}
