import * as v from 'valibot';
import { Policy } from '../../lib/core/policy/policy.ts';
import { followUpsIn } from './follow-up-rules.ts';
import { CONSENT, POLICIES } from './policies.ts';

/** The segment of who left a cart, and of who came back to it. */
export const LEFT = 6;
export const CAME_BACK = 7;
/** Begin like no tag of orders. */
export const CART_TAGS = { left: 'cart:left', cameBack: 'cart:came-back' } as const;

const CARTS = {
  segment: LEFT,
  tag: CART_TAGS.left,
  recovered: { segment: CAME_BACK, tag: CART_TAGS.cameBack },
};

/** What a shop may say of carts, one after the other; `undefined`: it switches them off. */
const WAYS = [
  { ...CARTS, consent: 'not-required' },
  { ...CARTS, consent: 'required', forget: '3 days' },
  { segment: LEFT, tag: CART_TAGS.left, consent: 'not-required', unpaid: false },
  undefined,
] as const;

/** In half of the worlds with carts whoever leaves one gets a coupon. */
export function hasCoupons(seed: number): boolean {
  return seed % 17 < 9;
}

/** What it is, by any of the policies. */
export const COUPON = { percent: 10, mostDays: 5, minTotal: '30' } as const;

/** A later policy makes no more for whatever is worth little. */
function couponIn(index: number): { readonly coupon: object } {
  const { percent, mostDays, minTotal } = COUPON;
  return {
    coupon: index % 2 === 0 ? { percent, days: mostDays } : { percent, days: mostDays - 2, minTotal },
  };
}

/** The policies of a shop with carts, or follow-ups, or both; every seed begins with another one. */
export function visitedPolicies(seed: number): readonly Policy[] {
  const kind = (['carts', 'both', 'follow-ups'] as const)[Math.floor(seed / 4) % 3];
  return POLICIES.map((policy, index) => {
    const way = WAYS[index === 0 ? Math.floor(seed / 2) % 3 : (index + seed) % WAYS.length];
    const coupon = hasCoupons(seed) ? couponIn(index) : {};
    const carts = way && kind !== 'follow-ups' ? { carts: cartsOf({ ...way, ...coupon }) } : {};
    const spacing = { isSpaced: seed % 4 > 0, hasCarts: 'carts' in carts };
    const followUps = kind === 'carts' ? {} : followUpsIn(index + Math.floor(seed / 5), spacing);
    return { ...policy, ...carts, ...followUps };
  });
}

function cartsOf(way: object): NonNullable<Policy['carts']> {
  const { carts } = v.parse(Policy, { carts: way, consent: { ...CONSENT } });
  if (!carts) throw new Error('a policy with carts has carts');
  return carts;
}
