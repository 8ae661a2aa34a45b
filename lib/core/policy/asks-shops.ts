import type { Policy } from './policy.ts';

/** Whether it makes coupons. */
export function makesCoupons({ carts, followUps = [] }: Pick<Policy, 'carts' | 'followUps'>): boolean {
  return carts?.coupon !== undefined || followUps.some(({ coupon }) => coupon !== undefined);
}

/** Whether anything of it is done in the shops themselves: only then may their keys be read for it. */
export function asksShops(policy: Pick<Policy, 'carts' | 'followUps'>): boolean {
  const { followUps = [] } = policy;
  return makesCoupons(policy) || followUps.some(({ on, send }) => on === 'cart' && send !== undefined);
}
