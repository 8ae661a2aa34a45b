import { NO_KEYS } from '../../../core/contact/carts/cart-coupon.ts';
import type { ChosenCoupon, CouponEffect } from '../../../core/effects/coupon.ts';
import type { EffectState } from '../../../core/ledger/effect-state.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { Shop } from '../../../core/ports/shop.ts';
import { COUPON_EXISTS, type NewCoupon, type StoreCoupon } from '../../../core/stores/coupons.ts';
import type { WorkParts } from '../parts.ts';
import type { Ended, Taken } from './perform.ts';

/** What a person must mend in the shop is asked for no more often than this. */
const MENDED_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Stores keep whole seconds. */
const SECOND_MS = 1000;

/** What an earlier claim has chosen, else something new; `undefined`: nothing is made by this process. */
export function chooseCoupon(
  { openShops, clock }: WorkParts,
  { known, coupon }: CouponEffect,
): ChosenCoupon | undefined {
  if (!openShops) return undefined;
  const newest = clock.now() + coupon.days * DAY_MS;
  return {
    code: known?.code ?? openShops.newCode(),
    expiresAt: known?.expiresAt ?? Math.floor(newest / SECOND_MS) * SECOND_MS,
  };
}

/**
 * Makes a coupon that is claimed, unless it is there: the shop takes no code twice, so a try may be repeated wherever an
 * earlier one died. It is only looked for first where one may have got through.
 */
export async function makeCoupon(parts: WorkParts, taken: Taken<CouponEffect>): Promise<Ended> {
  const { effect, chosen } = taken;
  if (!parts.openShops || !chosen) return failed(NO_SHOPS);
  const shop = await parts.openShops.of(effect.thing.store);
  if (!shop.ok) return failed(shop.failure);
  const { coupons } = shop.value;
  if (!coupons) return 'unsupported';
  const { percent, minTotal } = effect.coupon;
  const wanted = { ...chosen, percent, ...(minTotal !== undefined && { minTotal }) };
  const mayBeThere = effect.known?.code !== undefined;
  const found = mayBeThere ? await coupons.find(wanted.code) : succeeded(undefined);
  if (!found.ok) return taken.before ? 'away' : failed(patient(found.failure));
  if (found.value) return judged(found.value, wanted);
  const made = await coupons.make(wanted);
  if (made.ok) return judged(made.value, wanted);
  if (made.failure.code === COUPON_EXISTS) return lookAgain(coupons, wanted);
  return failed(patient(made.failure));
}

/** One that a slow earlier try made a moment ago, or anybody else. */
async function lookAgain(coupons: NonNullable<Shop['coupons']>, wanted: NewCoupon): Promise<Ended> {
  const found = await coupons.find(wanted.code);
  if (!found.ok) return 'away';
  return found.value ? judged(found.value, wanted) : 'away';
}

/** Shops change dates without a word (facts/carts 29), and plugins anything: what is not as it was asked for is given to nobody. */
function judged(coupon: StoreCoupon, { code, percent, expiresAt }: NewCoupon): Outcome<void> {
  const isSame =
    coupon.code.toLowerCase() === code &&
    coupon.percent === percent &&
    coupon.expiresAt !== undefined &&
    Math.abs(coupon.expiresAt - expiresAt) <= SECOND_MS;
  if (isSame) return succeeded(undefined);
  const message = `Coupon ${coupon.id} of the shop has another amount or expiry than it was made with, so nobody is given it: look for a plugin that changes coupons, and delete it`;
  return failed({ kind: 'park', code: 'coupon-differs', message });
}

/** A key that may not write, or a firewall, is mended by a person. */
function patient(failure: Failure): Failure {
  return failure.kind === 'authorise' ? { ...failure, kind: 'retry', retryAfterMs: MENDED_MS } : failure;
}

const NO_SHOPS: Failure = {
  kind: 'retry',
  code: 'no-shops',
  message: 'This process was not given the keys of the stores: deploy it with the policy that it works by',
  retryAfterMs: MENDED_MS,
};

/** Whether this ended a coupon: whatever waits for it, in Mautic or to be mailed, goes on at once. */
export function isSettledCoupon({ effect }: Taken, { state, reason }: EffectState): boolean {
  const isOver = state === 'done' || state === 'skipped' || state === 'parked' || reason === NO_KEYS;
  return effect.kind === 'coupon' && isOver;
}
