import type { Policy } from './policy.ts';

/** Whether anything of it is done in the shops themselves: only then may their keys be read for it. */
export function asksShops({ carts }: Pick<Policy, 'carts'>): boolean {
  return carts?.coupon !== undefined;
}
