import type { EffectStates } from '../../ledger/effect-state.ts';
import { isAtLeast, sum, times } from '../../ledger/money.ts';
import type { Carts } from '../../policy/carts.ts';
import type { Coupon } from '../../policy/coupon.ts';
import { CART_RULE, couponId, couponOf, couponStanding } from '../coupon.ts';
import type { Facts } from '../facts/facts.ts';
import type { Checkout } from './checkout.ts';

/** So long whoever has abandoned a cart is not told of it because a coupon is to come: a shop may be away for longer. */
const PATIENCE_MS = 3_600_000;
/** A contact gets one coupon of a rule in so long. */
const AGAIN_MS = 30 * 86_400_000;

/** The reason of a coupon that waits for keys of its store: they may never come. */
export const NO_KEYS = 'no-keys';

/** A coupon that is asked for. */
export interface CouponRequest {
  /** What has been done for the thing it is for. */
  readonly effects: EffectStates;
  /** `cart`, or the id of a follow-up: it names the effect. */
  readonly rule: string;
  readonly coupon: Coupon;
  /** What the thing is worth, as a decimal string. */
  readonly amount: string;
  /** From when on it is asked for, epoch ms. */
  readonly dueAt: number;
}

/** What is known, and the moment, epoch ms. */
export interface Known {
  readonly facts: Pick<Facts, 'carriers'>;
  readonly now: number;
}

/** Whether a coupon is to be made at a moment, or is being made. */
export function isCouponCalled({ effects, rule, coupon, amount }: CouponRequest, known: Known): boolean {
  const id = couponId(rule);
  if (couponStanding(effects, id, known.now) !== 'open') return false;
  if (mayExist(effects, id)) return true;
  return isAtLeast(amount, coupon.minTotal ?? '0') && !hadCoupon(id, known);
}

/** Another one within thirty days would be taken for a habit. */
function hadCoupon(id: string, { facts: { carriers }, now }: Known): boolean {
  return carriers.some(({ effects }) => mayExist(effects, id) && now - (effects[id]?.at ?? 0) < AGAIN_MS);
}

function mayExist(effects: EffectStates, id: string): boolean {
  const state = Object.hasOwn(effects, id) ? effects[id]?.state : undefined;
  return state === 'claimed' || state === 'doubt' || state === 'done';
}

/** The coupon that the policy has for a checkout that was abandoned. */
export function cartCoupon(
  { effects, lines, touchedAt }: Checkout,
  { coupon, after }: Carts,
): CouponRequest | undefined {
  if (!coupon) return undefined;
  return { effects, rule: CART_RULE, coupon, amount: worthOf(lines), dueAt: touchedAt + after };
}

/** Without shipping, as far as lines say, of whole pieces; decimal string. */
export function worthOf(lines: Checkout['lines']): string {
  return sum(
    lines.map(({ price, quantity }) => {
      // Whatever a visitor types into it.
      const pieces = Math.min(Math.max(Math.trunc(quantity), 0), Number.MAX_SAFE_INTEGER);
      return times(price, pieces);
    }),
  );
}

interface Abandoned extends Known {
  readonly carts: Carts;
}

/**
 * Until when (epoch ms) segment and tag of an abandoned checkout wait for its coupon: a campaign that began before the
 * code is there would send a mail without it. `undefined`: they do not.
 */
export function awaitsCoupon(checkout: Checkout, { carts, ...known }: Abandoned): number | undefined {
  const request = cartCoupon(checkout, carts);
  if (!request || !isCouponCalled(request, known)) return undefined;
  const until = request.dueAt + PATIENCE_MS;
  const id = couponId(CART_RULE);
  const isKeyless = Object.hasOwn(checkout.effects, id) && checkout.effects[id]?.reason === NO_KEYS;
  return isKeyless || known.now >= until ? undefined : until;
}

/** When an abandoned checkout is to be looked at again because of its coupon, epoch ms. */
export function couponDueAt(checkout: Checkout, abandoned: Abandoned): number | undefined {
  return couponOf(checkout, abandoned.now)?.expiresAt ?? awaitsCoupon(checkout, abandoned);
}
