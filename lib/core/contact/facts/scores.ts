import { isAtLeast } from '../../ledger/money.ts';
import { type OrderFacts, spentIn } from './counting.ts';
import type { Standing } from './order-parts.ts';

/** What one buyer is scored by: when they bought last (epoch ms), how often, and for how much, a decimal string. */
export interface Buying {
  readonly lastAt: number;
  readonly purchases: number;
  readonly spent: string;
}

/** Where the fifths of a shop's buyers end, the first four of each kind, ascending; as `Buying` says them. */
export interface ScoreBorders {
  /** Of how many buyers they were calculated. */
  readonly buyers: number;
  readonly recency: readonly number[];
  readonly frequency: readonly number[];
  readonly monetary: readonly string[];
}

/** From 1 to 5: among the last fifth of the shop's buyers, or among its first. */
export interface Scores {
  readonly recency: number;
  readonly frequency: number;
  readonly monetary: number;
}

/** Fifths of fewer would say nothing. */
export const FEWEST_BUYERS = 20;
const FIFTHS = 5;

/** What a contact is scored by; `undefined`: nothing of what it bought counts. */
export function buyingOf(counted: readonly Standing[], order: OrderFacts): Buying | undefined {
  if (counted.length === 0) return undefined;
  const lastAt = Math.max(...counted.map(({ purchase }) => purchase.data.createdAt));
  return { lastAt, purchases: order.totals.orderCount, spent: spentIn(order) };
}

/** Borders of the fifths of these buyers; `undefined` of too few. */
export function scoreBorders(buyers: readonly Buying[]): ScoreBorders | undefined {
  if (buyers.length < FEWEST_BUYERS) return undefined;
  return {
    buyers: buyers.length,
    recency: endsOf(
      buyers.map(({ lastAt }) => lastAt),
      isMore,
    ),
    frequency: endsOf(
      buyers.map(({ purchases }) => purchases),
      isMore,
    ),
    monetary: endsOf(
      buyers.map(({ spent }) => spent),
      isMoreMoney,
    ),
  };
}

/** Equal values have equal scores, the lower one: who bought once is in the first fifth, however many did. */
export function scoresOf(buying: Buying, { recency, frequency, monetary }: ScoreBorders): Scores {
  return {
    recency: scoreOf(buying.lastAt, recency, isMore),
    frequency: scoreOf(buying.purchases, frequency, isMore),
    monetary: scoreOf(buying.spent, monetary, isMoreMoney),
  };
}

type More<Value> = (one: Value, other: Value) => boolean;

function endsOf<Value>(values: readonly Value[], more: More<Value>): readonly Value[] {
  const sorted = [...values].sort((a, b) => Number(more(a, b)) - Number(more(b, a)));
  return Array.from(
    { length: FIFTHS - 1 },
    (_, fifth) => sorted[Math.ceil(((fifth + 1) * sorted.length) / FIFTHS) - 1] as Value,
  );
}

function scoreOf<Value>(value: Value, ends: readonly Value[], more: More<Value>): number {
  return 1 + ends.filter((end) => more(value, end)).length;
}

function isMore(one: number, other: number): boolean {
  return one > other;
}

function isMoreMoney(one: string, other: string): boolean {
  return !isAtLeast(other, one);
}
