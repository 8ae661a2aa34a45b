import { divided, sum } from '../ledger/money.ts';
import { type Identity, refName } from '../ledger/snapshot.ts';
import { LANGUAGE_META } from '../policy/kept.ts';
import type { AddressPart, MapSource, OrderSource } from '../policy/map-source.ts';
import { type OrderFacts, refundedOf, spentIn } from './facts/counting.ts';
import { type Facts, newestCustomers } from './facts/facts.ts';
import { type KnownOrder, newestFirst } from './facts/known-order.ts';
import { type Standing, standingOrders } from './facts/order-parts.ts';
import type { Scores } from './facts/scores.ts';
import { productRef } from './tags.ts';
import { countryName, stateName } from './text/region.ts';
import { slugText } from './text/slug.ts';

/** A value before it is fitted to a field. Dates are epoch ms. */
export type MappedValue =
  | { readonly as: 'text'; readonly text: string }
  | { readonly as: 'list'; readonly texts: readonly string[] }
  | { readonly as: 'date'; readonly at: number }
  | { readonly as: 'number'; readonly number: string };

/** What mapped values are made of. */
export interface Sources {
  readonly facts: Facts;
  readonly identity: Identity;
  readonly counted: readonly Standing[];
  readonly order: OrderFacts;
  /** How the buyer stands among the others of the shop; absent while nobody knows. */
  readonly scores?: Scores | undefined;
}

const DAY_MS = 86_400_000;

/** The value of a source for one contact; `undefined` where it has none. */
export function mappedValue(source: MapSource, sources: Sources): MappedValue | undefined {
  const orders = newestFirst([...sources.facts.orders]);
  switch (source.of) {
    case 'billing':
      return text(partOf(sources.identity, source.part));
    case 'shipping':
      return text(
        partOf(
          firstOf(orders, ({ data }) => data.shipping),
          source.part,
        ),
      );
    case 'meta':
      return text(firstOf(orders, ({ data }) => valueIn(data.meta, source.key)));
    case 'attribution':
      return text(firstOf(orders, ({ data }) => valueIn(data.attribution, source.key)));
    case 'customerMeta':
      return text(
        firstOf(newestCustomers(sources.facts.customers), ({ data }) => valueIn(data.meta, source.key)),
      );
    case 'totalSpent':
      return number(spentIn({ ...sources.order, base: source.currency }));
    case 'orders':
      return ORDERS[source.value](sources);
  }
}

/** Names as Mautic has them where it has one, because its lists are closed. */
function partOf(identity: Identity | undefined, part: AddressPart): string | undefined {
  if (!identity) return undefined;
  if (part === 'country') return countryName(identity.country) ?? identity.country;
  if (part === 'state') return stateName(identity.country, identity.state) ?? identity.state;
  return identity[part];
}

function firstOf<Thing, Value>(
  things: readonly Thing[],
  read: (thing: Thing) => Value | undefined,
): Value | undefined {
  for (const thing of things) {
    const value = read(thing);
    if (value !== undefined) return value;
  }
  return undefined;
}

function valueIn(values: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return values && Object.hasOwn(values, key) ? values[key] : undefined;
}

const ORDERS: Readonly<Record<OrderSource, (sources: Sources) => MappedValue | undefined>> = {
  currency: ({ order: { latest } }) => text(latest?.data.currency),
  paymentMethod: ({ order: { latest } }) => text(latest?.data.paymentMethod),
  lastCoupons: ({ order: { latest } }) => list(latest?.data.coupons ?? []),
  language: ({ facts }) =>
    text(firstOf(newestFirst([...facts.orders]), ({ data }) => valueIn(data.meta, LANGUAGE_META))),
  coupons: ({ counted }) => list(newestFirst(ordersOf(counted)).flatMap(({ data }) => data.coupons)),
  firstOrderDate: ({ counted }) => date(Math.min(...datesOf(counted))),
  lastOrderDate: ({ counted }) => date(Math.max(...datesOf(counted))),
  averageOrderValue: averageOrder,
  daysBetweenOrders: daysBetween,
  refundedTotal: refunded,
  favouriteCategory: favourite,
  recencyScore: ({ scores }) => scores && number(String(scores.recency)),
  frequencyScore: ({ scores }) => scores && number(String(scores.frequency)),
  monetaryScore: ({ scores }) => scores && number(String(scores.monetary)),
  rfmScore: ({ scores }) =>
    text(scores && [scores.recency, scores.frequency, scores.monetary].map(String).join('')),
};

function ordersOf(counted: readonly Standing[]): readonly KnownOrder[] {
  return counted.map(({ order }) => order);
}

/** When something was bought, each purchase once, ascending. */
function datesOf(counted: readonly Standing[]): readonly number[] {
  return [...new Set(counted.map(({ purchase }) => purchase))]
    .map(({ data }) => data.createdAt)
    .sort((a, b) => a - b);
}

/** Of what was bought in the base currency. */
function averageOrder({ counted, order }: Sources): MappedValue | undefined {
  const inBase = counted.filter(({ order: { data } }) => data.currency === order.base);
  const purchases = new Set(inBase.map(({ purchase }) => purchase)).size;
  return purchases === 0 ? undefined : number(divided(spentIn(order), purchases, 2));
}

function daysBetween({ counted }: Sources): MappedValue | undefined {
  const dates = datesOf(counted);
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined || dates.length < 2) return undefined;
  return number(String(Math.round((last - first) / (dates.length - 1) / DAY_MS)));
}

/** In the base currency, of orders in any status: one that was given back whole no longer counts. */
function refunded({ facts, order }: Sources): MappedValue {
  const standing = standingOrders(facts).filter(({ order: { data } }) => data.currency === order.base);
  return number(sum(standing.map(refundedOf)).replace('-', ''));
}

/** By pieces bought; of two the one that comes first by name. */
function favourite({ facts, counted }: Sources): MappedValue | undefined {
  const pieces = new Map<string, number>();
  for (const { order } of counted)
    for (const line of order.data.lines)
      for (const slug of facts.products.get(refName(productRef(order, line)))?.categories ?? [])
        pieces.set(slug, (pieces.get(slug) ?? 0) + line.quantity);
  const [most] = [...pieces].sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1));
  return text(most && slugText(most[0]));
}

function text(value: string | undefined): MappedValue | undefined {
  return value === undefined || value === '' ? undefined : { as: 'text', text: value };
}

function list(values: readonly string[]): MappedValue | undefined {
  const texts = [...new Set(values)];
  return texts.length === 0 ? undefined : { as: 'list', texts };
}

function date(at: number): MappedValue | undefined {
  return Number.isFinite(at) && at > 0 ? { as: 'date', at } : undefined;
}

function number(value: string): MappedValue {
  return { as: 'number', number: value };
}
