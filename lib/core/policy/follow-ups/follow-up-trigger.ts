import * as v from 'valibot';
import { Duration } from '../duration.ts';

const nonEmpty = v.pipe(v.string(), v.nonEmpty('must not be empty'));
export const Amount = v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/, 'must be an amount like "100.00"'));
export const Count = v.pipe(v.number(), v.integer(), v.minValue(0, 'must be a number of orders'));
const Status = v.pipe(
  nonEmpty,
  v.transform((status) => status.replace(/^wc-/, '')),
);

/** Strictly: an order of exactly 50 is not above 50. */
const Amounts = v.pipe(
  v.strictObject({ above: v.exactOptional(Amount), below: v.exactOptional(Amount) }),
  v.check(({ above, below }) => above !== undefined || below !== undefined, 'must say above, below or both'),
);
const Counts = v.pipe(
  v.strictObject({
    above: v.exactOptional(Count),
    equal: v.exactOptional(Count),
    below: v.exactOptional(Count),
  }),
  v.check((counts) => Object.keys(counts).length > 0, 'must say above, equal, below or several of them'),
);

/** What begins a follow-up by a name alone. */
const NAMED = [
  'first-purchase',
  'repeat-purchase',
  'last-purchase',
  'product',
  'refund',
  'coupon',
  'shipped',
  'delivered',
  'signup',
  'cart',
] as const;

/** What becomes of a subscription. */
const SUBSCRIPTION_EVENTS = ['activated', 'renewed', 'cancelled', 'expired'] as const;

export const Trigger = v.union(
  [
    v.picklist(NAMED),
    v.strictObject({ status: Status }),
    v.strictObject({ coupon: nonEmpty }),
    v.strictObject({ orderTotal: Amounts }),
    v.strictObject({ totalOrders: Counts }),
    v.strictObject({ totalPurchases: Amounts }),
    v.strictObject({ subscription: v.picklist(SUBSCRIPTION_EVENTS) }),
    /** So long before the next payment of a subscription. */
    v.strictObject({ beforeRenewal: Duration }),
    v.strictObject({ date: v.pipe(v.string(), v.isoDate('must be a day like 2026-12-24')) }),
  ],
  `must be one of ${NAMED.join(', ')}, or one of { status }, { coupon }, { orderTotal }, { totalOrders }, { totalPurchases }, { subscription }, { beforeRenewal }, { date }`,
);
export type Trigger = v.InferOutput<typeof Trigger>;

/** What a follow-up stands on, by what begins it. */
export function thingOf(on: Trigger): 'order' | 'cart' | 'customer' | 'subscription' {
  if (on === 'cart') return 'cart';
  if (on === 'signup') return 'customer';
  if (typeof on === 'string') return 'order';
  // Each renewal is an order of its own.
  if ('subscription' in on) return on.subscription === 'renewed' ? 'order' : 'subscription';
  return 'beforeRenewal' in on ? 'subscription' : 'order';
}
