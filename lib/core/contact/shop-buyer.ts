import type { Policy } from '../policy/policy.ts';
import { countedOrders, type OrderFacts, totalsOf } from './facts/counting.ts';
import type { Facts } from './facts/facts.ts';
import { newest } from './facts/known-order.ts';
import type { Standing } from './facts/order-parts.ts';
import { type Buying, buyingOf, type Scores, scoresOf } from './facts/scores.ts';
import type { KnownBorders } from './facts/scores-standing.ts';
import { onlyWanted } from './only.ts';

interface CountOptions {
  readonly policy: Policy;
  /** Store id → its base currency. */
  readonly currencies: ReadonlyMap<string, string>;
}

export interface Counted {
  readonly wanted: Facts;
  readonly counted: readonly Standing[];
  readonly order: OrderFacts;
}

/** What of the facts counts, as the policy says. */
export function countedFacts(facts: Facts, options: CountOptions): Counted {
  const wanted = onlyWanted(facts, options.policy);
  const counted = countedOrders(wanted, options.policy);
  const base = baseCurrency(facts, options);
  return { wanted, counted, order: { latest: newest(facts.orders), totals: totalsOf(counted), base } };
}

/** A buyer among those of the store that the newest order came from. */
export interface ShopBuyer {
  readonly store: string;
  readonly buying: Buying;
}

/** How a contact buys, for the borders of scores; `undefined`: nothing of what it bought counts. */
export function shopBuyer(facts: Facts, options: CountOptions): ShopBuyer | undefined {
  const { counted, order } = countedFacts(facts, options);
  return shopBuyerIn({ counted, order });
}

function shopBuyerIn({ counted, order }: Omit<Counted, 'wanted'>): ShopBuyer | undefined {
  const buying = buyingOf(counted, order);
  return order.latest && buying && { store: order.latest.ref.store, buying };
}

/** How the contact stands among the buyers of its store; `undefined` while nobody knows. */
export function scoresAmong(
  known: Omit<Counted, 'wanted'>,
  all: KnownBorders = new Map(),
): Scores | undefined {
  const buyer = all.size > 0 ? shopBuyerIn(known) : undefined;
  const borders = buyer && all.get(buyer.store);
  return borders && scoresOf(buyer.buying, borders);
}

/** Of the store the newest order came from: a contact may shop in two stores with two currencies. */
function baseCurrency(facts: Facts, { currencies }: CountOptions): string | undefined {
  const order = newest(facts.orders);
  return order && (currencies.get(order.ref.store) ?? order.data.currency);
}
