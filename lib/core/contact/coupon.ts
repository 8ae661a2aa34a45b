import type { EffectState, EffectStates } from '../ledger/effect-state.ts';

/** Effects of this name make a coupon; what follows says for which rule. */
const COUPON_PREFIX = 'coupon:';

/** The rule of `policy.carts`. */
export const CART_RULE = 'cart';

/** The id of the effect that makes a coupon for a rule: `cart`, or a follow-up. */
export function couponId(rule: string): string {
  return `${COUPON_PREFIX}${rule}`;
}

/** Whether an effect of this id makes a coupon. */
export function isCouponId(id: string): boolean {
  return id.startsWith(COUPON_PREFIX);
}

/** A coupon that exists; it expires at that moment, epoch ms. */
export interface MadeCoupon {
  readonly code: string;
  readonly expiresAt: number;
}

/** `open`: it is to be made, or being made; `over`: there is none, nor will there be. */
export type CouponStanding = { readonly made: MadeCoupon } | 'open' | 'over';

/** How a coupon of a thing stands at a moment (epoch ms). */
export function couponStanding(effects: EffectStates, id: string, now: number): CouponStanding {
  const known = Object.hasOwn(effects, id) ? effects[id] : undefined;
  if (!known) return 'open';
  const made = madeIn(known);
  if (made) return made.expiresAt > now ? { made } : 'over';
  if (known.expiresAt !== undefined && known.expiresAt <= now) return 'over';
  const isOpen = known.state === 'claimed' || known.state === 'doubt' || known.state === 'refused';
  return isOpen || isUnasked(known) ? 'open' : 'over';
}

/** Nobody asked for it any more when its turn came: whoever asks again gets it. */
function isUnasked({ state, reason }: EffectState): boolean {
  return state === 'skipped' && reason === 'lapsed';
}

function madeIn({ state, code, expiresAt }: EffectState): MadeCoupon | undefined {
  return state === 'done' && code !== undefined && expiresAt !== undefined ? { code, expiresAt } : undefined;
}

/** The newest coupon of a thing that is good at a moment (epoch ms), whichever rule asked for it. */
export function couponOf(
  { effects }: { readonly effects: EffectStates },
  now: number,
): MadeCoupon | undefined {
  const made = Object.entries(effects).flatMap(([id, state]) => {
    const coupon = isCouponId(id) ? madeIn(state) : undefined;
    return coupon && coupon.expiresAt > now ? [{ coupon, at: state.at }] : [];
  });
  return made.sort((a, b) => b.at - a.at)[0]?.coupon;
}
