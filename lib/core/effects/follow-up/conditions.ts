import type { Facts } from '../../contact/facts.ts';
import type { KnownOrder } from '../../contact/known-order.ts';
import { productRef } from '../../contact/tags.ts';
import { refName } from '../../ledger/snapshot.ts';
import type { Conditions } from '../../policy/follow-ups.ts';
import { isCount, isWithin, productsOf } from './beginning.ts';
import { type Past, spentIn, totalsUpTo } from './past.ts';

/** `unknown`: it depends on a product that nobody has described yet. */
export type Answer = 'yes' | 'no' | 'unknown';

export interface Asked {
  readonly order: KnownOrder;
  /** What had been bought when the follow-up was due. */
  readonly past: Past;
  readonly products: Facts['products'];
}

/** Whether all conditions hold. */
export function conditionsHold(when: Conditions, asked: Asked): Answer {
  const answers = [...ofOrder(when, asked), ...ofCustomer(when, asked)];
  if (answers.includes('no')) return 'no';
  return answers.includes('unknown') ? 'unknown' : 'yes';
}

function* ofOrder(when: Conditions, { order, products }: Asked): Generator<Answer> {
  const { data } = order;
  const { orderTotalAbove: above, orderTotalBelow: below } = when;
  yield said(isWithin(data.total, { above, below }));
  if (when.products) yield said(productsOf(order).some((id) => when.products?.includes(id)));
  if (when.paymentMethods)
    yield said(when.paymentMethods.some((name) => isSameName(name, data.paymentMethod)));
  if (when.categories) yield hasCategory([order], { any: when.categories }, products);
}

function* ofCustomer(when: Conditions, asked: Asked): Generator<Answer> {
  const { order, past, products } = asked;
  const { boughtProducts, boughtCategories, firstPurchase } = when;
  if (boughtProducts) {
    const ids = new Set(past.purchases.flatMap(productsOf));
    yield said(quantified(boughtProducts, (id) => ids.has(id)));
  }
  if (boughtCategories) yield hasCategory(past.purchases, boughtCategories, products);
  const last = past.purchases.at(-1);
  const totals = last ? totalsUpTo(past, last) : { orderCount: 0, spent: {} };
  if (firstPurchase !== undefined) yield said(totals.orderCount <= 1 === firstPurchase);
  const { totalOrdersAbove, totalOrdersBelow, totalPurchasesAbove, totalPurchasesBelow } = when;
  yield said(
    isCount(totals.orderCount, {
      ...(totalOrdersAbove !== undefined && { above: totalOrdersAbove }),
      ...(totalOrdersBelow !== undefined && { below: totalOrdersBelow }),
    }),
  );
  const amount = spentIn(totals, order.data.currency);
  yield said(isWithin(amount, { above: totalPurchasesAbove, below: totalPurchasesBelow }));
}

type Wanted = NonNullable<Conditions['boughtCategories']>;

function quantified(wanted: Wanted, has: (one: string) => boolean): boolean {
  return 'any' in wanted ? wanted.any.some(has) : wanted.all.every(has);
}

/** What an undescribed product belongs to may still decide it, unless the described ones already do. */
function hasCategory(orders: readonly KnownOrder[], wanted: Wanted, products: Facts['products']): Answer {
  const refs = orders.flatMap((order) => order.data.lines.map((line) => productRef(order, line)));
  const sold = refs.filter(({ id }) => id !== '0').map(refName);
  const categories = new Set(sold.flatMap((name) => products.get(name)?.categories ?? []));
  if (quantified(wanted, (slug) => categories.has(slug))) return 'yes';
  return sold.some((name) => !products.has(name)) ? 'unknown' : 'no';
}

function said(holds: boolean): Answer {
  return holds ? 'yes' : 'no';
}

function isSameName(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
