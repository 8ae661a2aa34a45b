import * as v from 'valibot';
import { Delay } from './duration.ts';
import { MauticId } from './mautic-id.ts';

const nonEmpty = v.pipe(v.string(), v.nonEmpty('must not be empty'));
/** Ids of products, and of variations where a store has them apart, as the store numbers them. */
const ProductId = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,19}$/, "must be the product's number in the store, in quotes"),
);
const Amount = v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/, 'must be an amount like "100.00"'));
const Count = v.pipe(v.number(), v.integer(), v.minValue(0, 'must be a number of orders'));
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
] as const;

const Trigger = v.union(
  [
    v.picklist(NAMED),
    v.strictObject({ status: Status }),
    v.strictObject({ coupon: nonEmpty }),
    v.strictObject({ orderTotal: Amounts }),
    v.strictObject({ totalOrders: Counts }),
    v.strictObject({ totalPurchases: Amounts }),
    v.strictObject({ date: v.pipe(v.string(), v.isoDate('must be a day like 2026-12-24')) }),
  ],
  `must be one of ${NAMED.join(', ')}, or one of { status }, { coupon }, { orderTotal }, { totalOrders }, { totalPurchases }, { date }`,
);
export type Trigger = v.InferOutput<typeof Trigger>;

/** A list means any of them. */
function anyOrAll<Item extends v.GenericSchema<string, string>>(item: Item) {
  const list = v.pipe(v.array(item), v.minLength(1, 'must name at least one'));
  return v.union([
    v.pipe(
      list,
      v.transform((any) => ({ any })),
    ),
    v.strictObject({ any: list }),
    v.strictObject({ all: list }),
  ]);
}

/** All that is given must hold when it is due. */
const Conditions = v.strictObject({
  /** The order has one of these products. */
  products: v.exactOptional(v.array(ProductId)),
  /** The order has a product of one of these categories, by slug. */
  categories: v.exactOptional(v.array(nonEmpty)),
  /** By the name under which the buyer saw it. */
  paymentMethods: v.exactOptional(v.array(nonEmpty)),
  orderTotalAbove: v.exactOptional(Amount),
  orderTotalBelow: v.exactOptional(Amount),
  /** Ever bought, in any counted order. */
  boughtProducts: v.exactOptional(anyOrAll(ProductId)),
  boughtCategories: v.exactOptional(anyOrAll(nonEmpty)),
  firstPurchase: v.exactOptional(v.boolean()),
  totalOrdersAbove: v.exactOptional(Count),
  totalOrdersBelow: v.exactOptional(Count),
  totalPurchasesAbove: v.exactOptional(Amount),
  totalPurchasesBelow: v.exactOptional(Amount),
});
export type Conditions = v.InferOutput<typeof Conditions>;

const TimeOfDay = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like "09:00"'));

/** Everybody who ever bought, not only who does from now on: over so many days that none has more than `perDay`. */
const Reach = v.strictObject({
  everybody: v.literal(true),
  perDay: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** How many that are, as `bridge follow-ups` says before. */
  people: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

/** Between these hours nobody is written to unless that is asked for. */
const isNight = (at: string) => at < '07:00' || at >= '22:00';

export const FollowUp = v.pipe(
  v.strictObject({
    /** Names it in the ledger for good: another id is another follow-up, which may go out once more. */
    id: v.pipe(
      v.string(),
      v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and hyphens'),
    ),
    /** Only of this store; of all without. */
    store: v.exactOptional(nonEmpty),
    on: Trigger,
    after: v.optional(Delay, '0 minutes'),
    /** Moved to the next such time in the store's time zone. */
    at: v.exactOptional(TimeOfDay),
    /** `at` may be at night. */
    night: v.exactOptional(v.boolean()),
    when: v.exactOptional(Conditions),
    /** Goes out although the order was cancelled, refunded or failed meanwhile. */
    keep: v.exactOptional(v.boolean()),
    send: v.strictObject({
      /** The e-mail's id in Mautic. */
      template: MauticId,
      /** `true` sends it to people who asked not to be contacted, too. */
      transactional: v.optional(v.boolean(), false),
    }),
    /** Of `last-purchase` alone. */
    reach: v.exactOptional(Reach),
  }),
  v.check(
    ({ at, night }) => at === undefined || night === true || !isNight(at),
    'must be at a time between 07:00 and 22:00, or say night: true',
  ),
  v.check(
    ({ reach, on }) => reach === undefined || on === 'last-purchase',
    'must not reach everybody but on last-purchase: everything else would mail history',
  ),
);
export type FollowUp = v.InferOutput<typeof FollowUp>;

/** Rules whose ids differ. */
export const FollowUps = v.pipe(
  v.array(FollowUp),
  v.check(
    (rules) => new Set(rules.map(({ id }) => id)).size === rules.length,
    'must have ids that differ from each other',
  ),
);

/** What only a complete past can answer: who bought before, how often, for how much. */
export function countsPast({ on, when = {} }: FollowUp): boolean {
  const { firstPurchase, totalOrdersAbove, totalOrdersBelow, totalPurchasesAbove, totalPurchasesBelow } =
    when;
  const totals = [totalOrdersAbove, totalOrdersBelow, totalPurchasesAbove, totalPurchasesBelow];
  if (firstPurchase !== undefined || totals.some((total) => total !== undefined)) return true;
  return isOncePerContact(on);
}

/** Such a follow-up goes to nobody twice, whichever of their orders it is of. */
export function isOncePerContact(on: Trigger): boolean {
  if (typeof on === 'string') return on === 'first-purchase' || on === 'repeat-purchase' || on === 'product';
  return 'totalOrders' in on || 'totalPurchases' in on || 'date' in on;
}

/** The id of its effect in the ledger. */
export function followUpId({ id }: Pick<FollowUp, 'id'>): string {
  return `followup:${id}`;
}
