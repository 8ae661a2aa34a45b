import { cartStanding } from '../contact/carts/abandoned.ts';
import { type CouponRequest, cartCoupon, isCouponCalled } from '../contact/carts/cart-coupon.ts';
import { couponId } from '../contact/coupon.ts';
import type { Facts } from '../contact/facts/facts.ts';
import type { Ref } from '../ledger/snapshot.ts';
import type { Coupon } from '../policy/coupon.ts';
import type { Policy } from '../policy/policy.ts';
import type { Once } from './once.ts';

/**
 * A coupon that is made in the shop of its thing. Its code is written into the claim before the shop is asked, and kept
 * in every state after that: there is never a second one, wherever a process dies.
 */
export interface CouponEffect extends Once {
  readonly kind: 'coupon';
  readonly coupon: Coupon;
}

/** A coupon that is to be made, as its claim has it. */
export interface ChosenCoupon {
  readonly code: string;
  /** Epoch ms, in whole seconds. */
  readonly expiresAt: number;
}

/** The coupon of a thing for a rule, if it is to be made at a moment (epoch ms), or is being made. */
export function couponFor(
  facts: Pick<Facts, 'carriers'>,
  { thing, ...request }: CouponRequest & { readonly thing: Ref },
  now: number,
): CouponEffect | undefined {
  if (!isCouponCalled(request, { facts, now })) return undefined;
  const { effects, rule, coupon, dueAt } = request;
  const id = couponId(rule);
  const known = Object.hasOwn(effects, id) ? effects[id] : undefined;
  return { kind: 'coupon', id, thing, dueAt, coupon, ...(known && { known }) };
}

/** The coupon of what a contact has abandoned at a moment (epoch ms). */
export function cartCoupons(
  facts: Facts,
  { policy, now }: { readonly policy: Policy; readonly now: number },
): readonly CouponEffect[] {
  const { carts } = policy;
  if (!carts?.coupon) return [];
  const { abandoned } = cartStanding(facts, { policy, now });
  const request = abandoned && cartCoupon(abandoned, carts);
  const effect = request && couponFor(facts, { ...request, thing: abandoned.ref }, now);
  return effect ? [effect] : [];
}
