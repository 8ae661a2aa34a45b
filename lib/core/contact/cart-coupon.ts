import type { EffectStates } from '../ledger/effect-state.ts';
import type { Checkout } from './checkout.ts';

/** Effects of this name make a coupon; what follows says for which rule. */
const COUPON_PREFIX = 'coupon:';

/** The code of the newest coupon that was made for a checkout and is known to exist. */
export function couponOf({ effects }: Pick<Checkout, 'effects'>): string | undefined {
  return madeCoupons(effects).sort((a, b) => b.at - a.at)[0]?.code;
}

/** Coupons that exist, in any order; `at` is when they were made, epoch ms. */
function madeCoupons(effects: EffectStates): { readonly code: string; readonly at: number }[] {
  return Object.entries(effects).flatMap(([id, { state, at, code }]) =>
    id.startsWith(COUPON_PREFIX) && state === 'done' && code !== undefined ? [{ code, at }] : [],
  );
}
