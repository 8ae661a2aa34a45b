import * as v from 'valibot';

/** A coupon that is made in the shop for one person, once. */
export const Coupon = v.strictObject({
  /** Off everything in the cart. */
  percent: v.pipe(
    v.number(),
    v.check((percent) => percent > 0 && percent <= 100, 'must be more than 0 and at most 100'),
    // WooCommerce answers with so many, and what differs from what was asked for is given to nobody.
    v.check((percent) => Number(percent.toFixed(2)) === percent, 'must have two decimals at most'),
  ),
  /** It expires after so many days. */
  days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365, 'must be a year at most')),
  /** Only for what is worth so much, and good for no less. */
  minTotal: v.exactOptional(v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/, 'must be an amount like "30.00"'))),
});
export type Coupon = v.InferOutput<typeof Coupon>;
