import type { EffectStates } from '../../ledger/effect-state.ts';
import { shareOf } from '../../ledger/money.ts';
import { isAttempt } from '../../ledger/order-status.ts';
import type { CartLine, CheckoutData, OrderData, Ref } from '../../ledger/snapshot.ts';
import type { Facts } from '../facts/facts.ts';
import type { KnownCart } from '../facts/known-cart.ts';
import type { KnownOrder } from '../facts/known-order.ts';

/**
 * What somebody began to buy in a shop and may still buy: a cart that a companion in the shop tells of, or an order
 * that nobody paid, which is all that a shop without one shows. Times are epoch ms.
 */
export interface Checkout {
  /** The cart, or the order. */
  readonly ref: Ref;
  /** What has been done for it once. */
  readonly effects: EffectStates;
  /** When somebody did something about it last. */
  readonly touchedAt: number;
  /** The cart it is, or was made from. */
  readonly cartId?: string;
  readonly currency: string;
  readonly total: string;
  readonly lines: readonly CartLine[];
  readonly coupons: readonly string[];
  /** Of an order that nobody paid, or placed. */
  readonly unpaid?: CheckoutData;
  /** Of a cart: links that lead back to it, the better one first. */
  readonly links: readonly string[];
}

/** Carts that are neither bought nor gone, with something in them. */
export function openCarts({ carts }: Pick<Facts, 'carts'>): readonly Checkout[] {
  return carts.flatMap((cart) => {
    const { ordered, gone } = cart.state;
    return ordered || gone || cart.data.status !== 'open' || cart.data.lines.length === 0
      ? []
      : [ofCart(cart)];
  });
}

function ofCart({ ref, effects, data }: KnownCart): Checkout {
  const { updatedAt: touchedAt, currency, total, lines, coupons, links, checkout: unpaid } = data;
  const cart = { ref, effects, touchedAt, cartId: ref.id, currency, total, lines, coupons, links };
  return unpaid ? { ...cart, unpaid } : cart;
}

/** Orders of a checkout that were never more than an attempt to buy: unpaid, failed, or cancelled so. */
export function unpaidCheckouts({ orders }: Pick<Facts, 'orders'>): readonly Checkout[] {
  return orders.flatMap((order) => {
    const { checkout } = order.data;
    return checkout && isUnpaid(order) ? [ofOrder(order, checkout)] : [];
  });
}

function isUnpaid({ state, data }: KnownOrder): boolean {
  if (data.parentId !== undefined || data.paidAt !== undefined) return false;
  return isAttempt(data.status) && Object.keys(state.sights).every(isAttempt);
}

function ofOrder(order: KnownOrder, unpaid: CheckoutData): Checkout {
  const { ref, effects, data } = order;
  const { currency, total, coupons, cartId } = data;
  return {
    ref,
    effects,
    touchedAt: touchOf(order),
    ...(cartId !== undefined && { cartId }),
    currency,
    total,
    lines: linesOf(data),
    coupons,
    unpaid,
    links: [],
  };
}

function linesOf({ lines, currency }: OrderData): readonly CartLine[] {
  return lines.map(({ name, sku, quantity, total }) => ({
    name,
    sku,
    quantity,
    price: shareOf(total, quantity, currency),
    url: '',
    image: '',
  }));
}

/**
 * When it was placed, or first seen in the status it is in: the date of its last change moves with whatever people do
 * to it in the shop. WooCommerce itself cancels what is not paid within the hour; nobody has touched it then.
 */
function touchOf({ data, state: { sights } }: KnownOrder): number {
  const { status, createdAt } = data;
  const statuses = status === 'cancelled' ? ['checkout-draft', 'pending', 'failed'] : [status];
  const seen = statuses.flatMap((name) => (Object.hasOwn(sights, name) ? [sights[name] ?? 0] : []));
  return Math.max(createdAt, ...seen);
}
