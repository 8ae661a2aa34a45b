import * as v from 'valibot';
import { Amount, Count, type Trigger, thingOf } from './follow-up-trigger.ts';

const nonEmpty = v.pipe(v.string(), v.nonEmpty('must not be empty'));
/** Ids of products, and of variations where a store has them apart, as the store numbers them. */
const ProductId = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,19}$/, "must be the product's number in the store, in quotes"),
);

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
export const Conditions = v.strictObject({
  /** The order has one of these products. */
  products: v.exactOptional(v.array(ProductId)),
  /** The order has a product of one of these categories, by slug. */
  categories: v.exactOptional(v.array(nonEmpty)),
  /** By the name under which the buyer saw it. */
  paymentMethods: v.exactOptional(v.array(nonEmpty)),
  /** Likewise. */
  shippingMethods: v.exactOptional(v.array(nonEmpty)),
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

const OF_ORDERS: readonly (keyof Conditions)[] = ['paymentMethods', 'shippingMethods'];
const OF_PRODUCTS: readonly (keyof Conditions)[] = ['products', 'categories'];
const OF_AMOUNTS: readonly (keyof Conditions)[] = ['orderTotalAbove', 'orderTotalBelow'];

/** Conditions that nothing can answer of what a follow-up stands on. */
const UNANSWERED: Readonly<Record<ReturnType<typeof thingOf>, readonly (keyof Conditions)[]>> = {
  order: [],
  cart: [...OF_ORDERS, ...OF_PRODUCTS],
  customer: [...OF_ORDERS, ...OF_PRODUCTS, ...OF_AMOUNTS],
  subscription: [...OF_ORDERS, ...OF_AMOUNTS],
};

/** Of the conditions those that what is followed up does not know. */
export function unanswered(on: Trigger, when: Conditions = {}): readonly string[] {
  return UNANSWERED[thingOf(on)].filter((name) => when[name] !== undefined);
}
