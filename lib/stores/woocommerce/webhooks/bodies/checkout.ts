import * as v from 'valibot';
import { isAttempt } from '../../../../core/ledger/order-status.ts';
import type { CheckoutData } from '../../../../core/ledger/snapshot.ts';
import { IdOrNone, many, Quantity, SomeText, Text } from '../../../../core/stores/fields.ts';
import { CartId } from './cart.ts';
import { Flag } from './fields.ts';
import { type MetaData, textIn } from './meta-data.ts';

/** Under this name the companion notes on an order from which cart it was made. */
const CART_ID = '_mcb_cart_id';

/** The cart that an order was made from, where a companion says so. */
export function cartIn(meta: MetaData): string | undefined {
  const id = v.safeParse(CartId, textIn(meta, CART_ID));
  return id.success ? id.output : undefined;
}

/** What is needed of a line to put the same into a cart again. */
export const RefillLine = {
  variation_id: IdOrNone,
  parent_name: Text,
  meta_data: many(v.object({ key: SomeText, display_value: v.fallback(v.optional(v.string()), undefined) })),
};

const Line = v.object({ product_id: IdOrNone, name: Text, quantity: Quantity, ...RefillLine });

/** What an order that nobody paid says of its checkout. */
export const UnpaidOrder = {
  created_via: Text,
  payment_url: Text,
  needs_payment: Flag,
  version: Text,
};

interface Unpaid extends v.InferOutput<v.ObjectSchema<typeof UnpaidOrder, undefined>> {
  readonly status: string;
  readonly date_paid_gmt?: number | undefined;
  readonly parent_id: string;
  readonly line_items: readonly v.InferOutput<typeof Line>[];
  readonly coupon_lines: readonly { readonly code: string }[];
}

/** Where WooCommerce's own checkouts make orders; not from where people who work in the shop or programs do. */
const CHECKOUTS: ReadonlySet<string> = new Set(['checkout', 'store-api']);

/** Of an order that was paid, belongs to another one, or was made by nobody's checkout, nobody needs to know it. */
export function checkoutOf(order: Unpaid): CheckoutData | undefined {
  if (!isAttempt(order.status) || order.date_paid_gmt !== undefined) return undefined;
  if (!CHECKOUTS.has(order.created_via) || order.parent_id !== '0') return undefined;
  const refill = refillOf(order);
  return {
    createdVia: order.created_via,
    ...(isLink(order.payment_url) && { paymentUrl: order.payment_url }),
    needsPayment: order.needs_payment,
    ...(refill !== undefined && { refill }),
  };
}

function isLink(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text);
}

/** `/checkout-link/` came with WooCommerce 10.0. */
const FIRST_WITH_LINKS = 10;

/**
 * The query of a link that puts the same into an empty cart: `products=11:2,20:1&coupon=save10`. None where something
 * of it would be lost or refused: such a link takes each product once, one coupon, and no variation of which an
 * attribute was chosen freely (facts/carts B).
 */
function refillOf({ version, line_items: lines, coupon_lines: coupons }: Unpaid): string | undefined {
  const ids = lines.map(({ product_id: product, variation_id: variation }) =>
    variation === '0' ? product : variation,
  );
  const isWhole =
    Number.parseInt(version, 10) >= FIRST_WITH_LINKS &&
    lines.length > 0 &&
    coupons.length <= 1 &&
    new Set(ids).size === ids.length &&
    lines.every(isPlain);
  if (!isWhole) return undefined;
  const products = lines.map(({ quantity }, index) => `${ids[index] ?? ''}:${String(quantity)}`).join(',');
  const [coupon] = coupons;
  return `products=${products}${coupon ? `&coupon=${encodeURIComponent(coupon.code)}` : ''}`;
}

/**
 * Everything about it is said by its id: whatever a variation itself says stands in its name, and what is not there was
 * chosen freely, or belongs to a plugin.
 */
function isPlain({
  product_id: id,
  quantity,
  name,
  parent_name: parent,
  meta_data: meta,
}: v.InferOutput<typeof Line>) {
  if (id === '0' || !Number.isInteger(quantity) || quantity < 1) return false;
  const said = name.startsWith(parent) ? name.slice(parent.length) : name;
  return meta
    .filter(({ key }) => !key.startsWith('_'))
    .every(({ display_value: value }) => value !== undefined && parent !== '' && said.includes(value));
}

/** From 10.8 on a draft is only what is left of an order that the shop refused (facts/carts A1, A2). */
const WITHOUT_DRAFTS = { major: 10, minor: 8 };

interface Placed {
  readonly id: string;
  readonly version: string;
  readonly created_via: string;
  readonly meta_data: MetaData;
}

/** The cart that an order was made from, where a companion says so, or where drafts are kept as carts. */
export function cartOf(order: Placed, isKeepingDrafts: boolean): string | undefined {
  return cartIn(order.meta_data) ?? (isKeepingDrafts ? draftCartOf(order) : undefined);
}

/**
 * The cart that a checkout up to 10.7 keeps as an order in `checkout-draft` from its first page on: such an order is a
 * cart, and carries its id when it is placed. `undefined`: the checkout made none.
 */
function draftCartOf({ id, version, created_via: via }: Placed): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const { major: first, minor: without } = WITHOUT_DRAFTS;
  const isOlder = major > 0 && (major < first || (major === first && minor < without));
  return isOlder && via === 'store-api' ? `order-${id}` : undefined;
}
