import { type CouponRequest, isCouponCalled, worthOf } from '../../contact/carts/cart-coupon.ts';
import { couponId, couponStanding, type MadeCoupon } from '../../contact/coupon.ts';
import type { Facts } from '../../contact/facts/facts.ts';
import type { FollowUp } from '../../policy/follow-ups/follow-ups.ts';
import type { About } from './about.ts';

interface Asked {
  readonly facts: Facts;
  /** Epoch ms. */
  readonly now: number;
}

/** The coupon that a rule wants for something, if it wants one. */
function requestOf({ id, coupon }: FollowUp, about: About, dueAt: number): CouponRequest | undefined {
  return coupon && { effects: about.effects, rule: id, coupon, amount: amountOf(about), dueAt };
}

function amountOf(about: About): string {
  switch (about.of) {
    case 'order':
      return about.order.data.total;
    case 'cart':
      return worthOf(about.checkout.lines);
    case 'subscription':
      return about.subscription.data.amount;
    case 'customer':
      return '0';
  }
}

/**
 * How the coupon of an e-mail that is due stands: nothing is in the way, it is to be made first, or there is none and
 * will be none; an e-mail about a code that is not there is worse than no e-mail.
 */
export function couponOf(
  { rule, about, dueAt }: { readonly rule: FollowUp; readonly about: About; readonly dueAt: number },
  { facts, now }: Asked,
): 'ready' | 'none' | CouponRequest {
  const request = requestOf(rule, about, dueAt);
  if (!request) return 'ready';
  const standing = couponStanding(about.effects, couponId(rule.id), now);
  if (typeof standing === 'object') return 'ready';
  return standing === 'open' && isCouponCalled(request, { facts, now }) ? request : 'none';
}

/** The coupon that was made for an e-mail. */
export function madeCoupon({ id }: Pick<FollowUp, 'id'>, about: About, now: number): MadeCoupon | undefined {
  const standing = couponStanding(about.effects, couponId(id), now);
  return typeof standing === 'object' ? standing.made : undefined;
}
