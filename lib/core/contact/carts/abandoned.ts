import { type Ref, refName } from '../../ledger/snapshot.ts';
import type { Carts } from '../../policy/carts.ts';
import type { Policy } from '../../policy/policy.ts';
import { wasPlaced } from '../facts/buyer.ts';
import { mayBeReminded } from '../facts/consent.ts';
import type { CountingPolicy } from '../facts/counting.ts';
import { wasCartCorrected, wasOrderCorrected } from '../facts/elsewhere.ts';
import type { Facts } from '../facts/facts.ts';
import type { KnownOrder } from '../facts/known-order.ts';
import { ordersAndParts } from '../facts/order-parts.ts';
import { couponDueAt } from './cart-coupon.ts';
import { type Checkout, openCarts, unpaidCheckouts } from './checkout.ts';

const MINUTE_MS = 60_000;
/** The shop empties a cart a moment after it was ordered, and tells of both in any order. */
const CART_BEFORE_MS = 15 * MINUTE_MS;
/** Whoever could not pay tries again, and every try may be another order. */
const ORDER_BEFORE_MS = 60 * MINUTE_MS;

/** Bots that try cards leave more attempts than this in a day. */
const MOST_ATTEMPTS = 3;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Under these names it is noted, once and for good, what became of a cart and of the order that it led to. */
export const ABANDONED = 'cart:abandoned';
export const RECOVERED = 'cart:recovered';

/** How a contact stands with what it began to buy. */
export interface CartStanding {
  /** What it has abandoned, if it has. */
  readonly abandoned?: Checkout;
  /** When that is to be looked at again though nothing changed, epoch ms. */
  readonly nextDue?: number;
}

interface Moment {
  readonly policy: Policy;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * The one checkout that is abandoned at a moment: the newest touched of those that nobody bought, once nobody has
 * touched it for long enough, and not for too long. The shop says nothing when somebody leaves: the clock is ours.
 */
export function cartStanding(facts: Facts, moment: Moment): CartStanding {
  const { now, policy } = moment;
  const open = openCheckout(facts, moment);
  if (!open || !policy.carts) return {};
  const { checkout, abandonedAt, forgottenAt } = open;
  if (now < abandonedAt) return { nextDue: abandonedAt };
  const couponAt = couponDueAt(checkout, { facts, carts: policy.carts, now }) ?? forgottenAt;
  return { abandoned: checkout, nextDue: Math.min(forgottenAt, couponAt) };
}

/** What may still be bought, and from when to when it counts as abandoned if nobody touches it; epoch ms. */
interface OpenCheckout {
  readonly checkout: Checkout;
  readonly abandonedAt: number;
  readonly forgottenAt: number;
}

/** The newest touched checkout that nobody bought, until it is forgotten, of somebody who may be reminded. */
export function openCheckout(facts: Facts, { policy, now }: Moment): OpenCheckout | undefined {
  const { carts } = policy;
  if (!carts || !mayBeReminded(facts, policy) || isTrial(facts, policy)) return undefined;
  const checkout = newestOf(openCheckouts(facts, { carts, policy }));
  if (!checkout || now >= checkout.touchedAt + carts.forget) return undefined;
  const { touchedAt } = checkout;
  return { checkout, abandonedAt: touchedAt + carts.after, forgottenAt: touchedAt + carts.forget };
}

function openCheckouts(
  facts: Facts,
  { carts, policy }: { readonly carts: Carts; readonly policy: CountingPolicy },
): readonly Checkout[] {
  const purchases = purchasesIn(facts, policy);
  const own = facts.carts.filter((cart) => !wasCartCorrected(cart));
  const orders = carts.unpaid ? facts.orders.filter((order) => !wasOrderCorrected(order, facts)) : [];
  const checkouts = [...openCarts({ carts: own }), ...unpaidCheckouts({ orders })];
  return checkouts.filter(
    (checkout) =>
      !isOrdered(checkout, facts) && !purchases.some((purchase) => isClosedBy(checkout, purchase)),
  );
}

/** Everything that was bought, deleted orders too: whoever bought must not be told of a cart. */
function purchasesIn(facts: Facts, policy: CountingPolicy): readonly KnownOrder[] {
  const all = [...ordersAndParts(facts), ...facts.goneOrders];
  return all.filter((order) => wasPlaced(order, policy));
}

/** The cart that the order was made from was bought by another one. */
function isOrdered({ ref, cartId }: Checkout, { orderedCarts }: Facts): boolean {
  return cartId !== undefined && orderedCarts.has(refName({ kind: 'cart', store: ref.store, id: cartId }));
}

/** Only in the same shop: what was left in one may be bought there though something else is bought in another. */
export function isClosedBy({ ref, cartId, touchedAt, unpaid }: Checkout, purchase: KnownOrder): boolean {
  if (ref.store !== purchase.ref.store) return false;
  const { createdAt, paidAt = 0, cartId: boughtCart } = purchase.data;
  const isOfCart = cartId !== undefined && cartId === boughtCart;
  const before = unpaid ? ORDER_BEFORE_MS : CART_BEFORE_MS;
  return isOfCart || createdAt >= touchedAt - before || paidAt > touchedAt;
}

function newestOf(checkouts: readonly Checkout[]): Checkout | undefined {
  return [...checkouts].sort((a, b) => b.touchedAt - a.touchedAt || byName(a, b))[0];
}

/** Of two of one moment the same one each time; an order before its cart, because it can be paid. */
function byName(a: Checkout, b: Checkout): number {
  return refName(a.ref) > refName(b.ref) ? -1 : 1;
}

/** Whether somebody only tries cards under this address: many attempts in a day, and never a purchase. */
function isTrial(facts: Facts, policy: CountingPolicy): boolean {
  const tries = unpaidCheckouts(facts);
  if (tries.length <= MOST_ATTEMPTS || purchasesIn(facts, policy).length > 0) return false;
  const times = facts.orders
    .filter(({ data }) => data.checkout !== undefined)
    .map(({ data }) => data.createdAt)
    .sort((a, b) => a - b);
  return times.some(
    (time, index) => (times[index + MOST_ATTEMPTS] ?? Number.POSITIVE_INFINITY) - time < DAY_MS,
  );
}

/** Something to be noted of a thing once: what it is called, and of what. */
export interface CartMark {
  readonly thing: Ref;
  readonly id: typeof ABANDONED | typeof RECOVERED;
}

/**
 * What is to be noted now: that a checkout was abandoned, and that an order bought one that had been. Both would be
 * forgotten otherwise: whoever comes back touches the cart again before it is bought.
 */
export function cartMarks(facts: Facts, { abandoned }: CartStanding, policy: Policy): readonly CartMark[] {
  if (!policy.carts) return [];
  const isNew = abandoned !== undefined && !Object.hasOwn(abandoned.effects, ABANDONED);
  return [
    ...(isNew ? [{ thing: abandoned.ref, id: ABANDONED } as const] : []),
    ...recoveringOrders(facts, policy.carts, policy).map(
      ({ ref }) => ({ thing: ref, id: RECOVERED }) as const,
    ),
  ];
}

/** Whether an order of the contact bought what had been abandoned, noted or not yet. */
export function hasRecovered(facts: Facts, policy: Policy): boolean {
  const all = ordersAndParts(facts);
  if (all.some(({ effects }) => Object.hasOwn(effects, RECOVERED))) return true;
  return policy.carts !== undefined && recoveringOrders(facts, policy.carts, policy).length > 0;
}

/** Purchases of something that had been abandoned and of which that is not noted yet. */
function recoveringOrders(facts: Facts, { forget }: Carts, policy: CountingPolicy): readonly KnownOrder[] {
  const purchases = purchasesIn(facts, policy);
  const left = [...facts.carts, ...facts.orders].flatMap(({ ref, effects }) => {
    const at = Object.hasOwn(effects, ABANDONED) ? effects[ABANDONED]?.at : undefined;
    return at === undefined ? [] : [{ ref, at }];
  });
  const found = left.flatMap(({ ref, at }) => {
    const own = purchases.filter((order) => order.ref.store === ref.store && isOf(order, ref));
    const later = purchases.filter(
      ({ ref: { store }, data: { createdAt } }) =>
        store === ref.store && createdAt >= at && createdAt < at + forget,
    );
    return own.length > 0 ? own : firstOf(later);
  });
  return [...new Set(found)].filter(({ effects }) => !Object.hasOwn(effects, RECOVERED));
}

function isOf({ ref, data }: KnownOrder, left: Ref): boolean {
  return left.kind === 'cart' ? data.cartId === left.id : refName(ref) === refName(left);
}

function firstOf(orders: readonly KnownOrder[]): readonly KnownOrder[] {
  return [...orders].sort((a, b) => a.data.createdAt - b.data.createdAt).slice(0, 1);
}
