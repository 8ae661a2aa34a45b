import type { KnownOrder } from '../../contact/facts/known-order.ts';
import { isAtLeast, isZero } from '../../ledger/money.ts';
import { instantOf } from '../../policy/configuration/local-time.ts';
import type { Trigger } from '../../policy/follow-ups/follow-up-trigger.ts';
import type { FollowUp } from '../../policy/follow-ups/follow-ups.ts';
import type { Policy } from '../../policy/policy.ts';
import type { About } from './about.ts';
import { boughtAt, type Past, spentIn, totalsUpTo } from './past.ts';
import { subscribedAt } from './subscribed.ts';

/** What a thing is looked at with. */
interface Sight {
  readonly past: Past;
  readonly policy: Policy;
  /** The store's time zone; UTC where nobody said. */
  readonly zone: string;
}

interface View extends Sight {
  readonly order: KnownOrder;
}

/** When a follow-up of this rule began for this thing, epoch ms; `undefined`: it did not. */
export function beginningOf(rule: FollowUp, about: About, sight: Sight): number | undefined {
  switch (about.of) {
    case 'order':
      return orderBeginning(rule, { ...sight, order: about.order });
    case 'cart':
      return about.checkout.touchedAt;
    case 'customer':
      return about.customer.data.registeredAt;
    case 'subscription':
      return typeof rule.on === 'object' && ('subscription' in rule.on || 'beforeRenewal' in rule.on)
        ? subscribedAt(rule.on, about.subscription)
        : undefined;
  }
}

function orderBeginning({ on, when }: FollowUp, view: View): number | undefined {
  const { order } = view;
  if (typeof on === 'string') return beginningByName(on, view, when?.products);
  if ('status' in on) return sightOf(order, on.status);
  if ('date' in on) return beginningByDate(on.date, view);
  // Only a renewal names the subscription that it is of.
  if ('subscription' in on) return order.data.subscriptionId === undefined ? undefined : whenBought(view);
  const isBegun = isBegunAt(on, view);
  return isBegun ? whenBought(view) : undefined;
}

type Named = Extract<Trigger, string>;

function beginningByName(on: Named, view: View, products?: readonly string[]): number | undefined {
  const { order, past } = view;
  const place = past.purchases.indexOf(order);
  switch (on) {
    case 'first-purchase':
      return place === 0 ? whenBought(view) : undefined;
    case 'repeat-purchase':
      return place > 0 ? whenBought(view) : undefined;
    case 'last-purchase':
      return place >= 0 && place === past.purchases.length - 1 ? whenBought(view) : undefined;
    case 'product':
      return isBoughtAgain(view, products) ? whenBought(view) : undefined;
    case 'refund':
      return refundedAt(order);
    case 'coupon':
      return order.data.coupons.length > 0 ? whenBought(view) : undefined;
    case 'shipped':
    case 'delivered':
      return sightOf(order, on);
    case 'cart':
    case 'signup':
      return undefined;
  }
}

function isBegunAt(on: Exclude<Trigger, string>, view: View): boolean {
  const { order, past } = view;
  if ('coupon' in on)
    return order.data.coupons.some((code) => code.toLowerCase() === on.coupon.toLowerCase());
  if ('orderTotal' in on) return isWithin(order.data.total, on.orderTotal);
  if (!past.purchases.includes(order)) return false;
  const { orderCount, spent } = totalsUpTo(past, order);
  if ('totalOrders' in on) return isCount(orderCount, on.totalOrders);
  const amount = spentIn({ orderCount, spent }, order.data.currency);
  return 'totalPurchases' in on && isWithin(amount, on.totalPurchases);
}

/** On a fixed day, for the last purchase before it. */
function beginningByDate(date: string, { order, past, zone }: View): number | undefined {
  const day = instantOf(`${date}T00:00:00`, zone);
  const before = past.purchases.filter(({ data }) => day !== undefined && data.createdAt < day);
  return before.at(-1) === order ? day : undefined;
}

/** Only what was bought is followed up by what was bought. */
function whenBought({ order, past, policy }: View): number | undefined {
  return past.purchases.includes(order) ? boughtAt(order, policy) : undefined;
}

function sightOf({ state }: KnownOrder, status: string): number | undefined {
  return Object.hasOwn(state.sights, status) ? state.sights[status] : undefined;
}

/** No store dates a refund in part: it is as old as the order's last change. */
function refundedAt(order: KnownOrder): number | undefined {
  const whole = sightOf(order, 'refunded');
  if (whole !== undefined) return whole;
  return isZero(order.data.refunded) ? undefined : order.data.modifiedAt;
}

/** It has a product that an earlier purchase had. */
function isBoughtAgain({ order, past }: View, products?: readonly string[]): boolean {
  const earlier = past.purchases.slice(0, Math.max(0, past.purchases.indexOf(order)));
  const known = new Set(earlier.flatMap(productsOf));
  return productsOf(order).some((id) => known.has(id) && (products === undefined || products.includes(id)));
}

/** Ids of its products and of their variations. */
export function productsOf({ data }: KnownOrder): readonly string[] {
  const ids = data.lines.flatMap(({ productId, variationId }) => [productId, variationId ?? '0']);
  return ids.filter((id) => id !== '0' && id !== '');
}

/** Strictly above and strictly below. */
export function isWithin(amount: string, { above, below }: Bounds<string>): boolean {
  const isAbove = above === undefined || !isAtLeast(above, amount);
  return isAbove && (below === undefined || !isAtLeast(amount, below));
}

interface Bounds<Value> {
  readonly above?: Value | undefined;
  readonly below?: Value | undefined;
}

export function isCount(
  count: number,
  { above, equal, below }: Bounds<number> & { readonly equal?: number },
): boolean {
  return (
    (above === undefined || count > above) &&
    (equal === undefined || count === equal) &&
    (below === undefined || count < below)
  );
}
