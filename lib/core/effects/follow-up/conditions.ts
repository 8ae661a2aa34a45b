import type { Facts } from '../../contact/facts/facts.ts';
import type { KnownOrder } from '../../contact/facts/known-order.ts';
import { productRef } from '../../contact/tags.ts';
import { type Ref, refName } from '../../ledger/snapshot.ts';
import type { Conditions } from '../../policy/follow-ups/follow-up-conditions.ts';
import { type About, currencyOf } from './about.ts';
import { isCount, isWithin, productsOf } from './beginning.ts';
import { type Past, spentIn, totalsUpTo } from './past.ts';

/** `unknown`: it depends on a product that nobody has described yet. */
export type Answer = 'yes' | 'no' | 'unknown';

export interface Asked {
  readonly about: About;
  readonly facts: Facts;
  /** What had been bought when the follow-up was due. */
  readonly past: Past;
}

/** Whether all conditions hold. */
export function conditionsHold(when: Conditions, asked: Asked): Answer {
  const answers = [...ofThing(when, asked), ...ofCustomer(when, asked)];
  if (answers.includes('no')) return 'no';
  return answers.includes('unknown') ? 'unknown' : 'yes';
}

function* ofThing(when: Conditions, { about, facts }: Asked): Generator<Answer> {
  const { orderTotalAbove: above, orderTotalBelow: below } = when;
  const total = totalOf(about);
  if (total !== undefined) yield said(isWithin(total, { above, below }));
  const { ids, refs } = soldIn(about);
  if (when.products) yield said(ids.some((id) => when.products?.includes(id)));
  if (when.categories) yield hasCategory(refs, { any: when.categories }, facts.products);
  const { paymentMethod = '', shippingMethods = [] } = about.of === 'order' ? about.order.data : {};
  if (when.paymentMethods) yield said(hasName(when.paymentMethods, [paymentMethod]));
  if (when.shippingMethods) yield said(hasName(when.shippingMethods, shippingMethods));
}

function totalOf(about: About): string | undefined {
  if (about.of === 'order') return about.order.data.total;
  return about.of === 'cart' ? about.checkout.total : undefined;
}

/** Products of an order, or the one that is subscribed to. */
function soldIn(about: About): { readonly ids: readonly string[]; readonly refs: readonly Ref[] } {
  if (about.of === 'order') return { ids: productsOf(about.order), refs: refsIn([about.order]) };
  if (about.of !== 'subscription') return { ids: [], refs: [] };
  const { productId: id } = about.subscription.data;
  return { ids: [id], refs: [{ kind: 'product', store: about.ref.store, id }] };
}

function refsIn(orders: readonly KnownOrder[]): readonly Ref[] {
  return orders.flatMap((order) => order.data.lines.map((line) => productRef(order, line)));
}

function* ofCustomer(when: Conditions, asked: Asked): Generator<Answer> {
  const { about, past, facts } = asked;
  const { boughtProducts, boughtCategories, firstPurchase } = when;
  if (boughtProducts) {
    const ids = new Set(ordersIn(past).flatMap(productsOf));
    yield said(quantified(boughtProducts, (id) => ids.has(id)));
  }
  if (boughtCategories) yield hasCategory(refsIn(ordersIn(past)), boughtCategories, facts.products);
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
  const amount = spentIn(totals, currencyOf(about, facts));
  yield said(isWithin(amount, { above: totalPurchasesAbove, below: totalPurchasesBelow }));
}

/** With the parts that have what their order has no more. */
function ordersIn({ purchases, standing }: Past): readonly KnownOrder[] {
  return [...new Set([...purchases, ...standing.map(({ order }) => order)])];
}

type Wanted = NonNullable<Conditions['boughtCategories']>;

function quantified(wanted: Wanted, has: (one: string) => boolean): boolean {
  return 'any' in wanted ? wanted.any.some(has) : wanted.all.every(has);
}

/** What an undescribed product belongs to may still decide it, unless the described ones already do. */
function hasCategory(refs: readonly Ref[], wanted: Wanted, products: Facts['products']): Answer {
  const sold = refs.filter(({ id }) => id !== '0').map(refName);
  const categories = new Set(sold.flatMap((name) => products.get(name)?.categories ?? []));
  if (quantified(wanted, (slug) => categories.has(slug))) return 'yes';
  return sold.some((name) => !products.has(name)) ? 'unknown' : 'no';
}

function said(holds: boolean): Answer {
  return holds ? 'yes' : 'no';
}

function hasName(wanted: readonly string[], names: readonly string[]): boolean {
  const plain = names.map((name) => name.trim().toLowerCase());
  return wanted.some((name) => plain.includes(name.trim().toLowerCase()));
}
