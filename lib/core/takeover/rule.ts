import { isAtLeast } from '../ledger/money.ts';
import { ORDER_STATUSES } from '../ledger/order-status.ts';
import type { OldEmail, OldRequirement } from './old-follow-ups.ts';

/** What stands in `followUps` of bridge.config.ts for an e-mail; `send` is added once its template is there. */
export interface NewRule {
  readonly id: string;
  readonly store: string;
  readonly on: string | object;
  readonly after: string;
  readonly when?: Readonly<Record<string, unknown>>;
}

/** A rule, or why the e-mail stays where it is. */
export type Verdict = { readonly rule: NewRule } | { readonly stays: string };

export interface RuleOptions {
  readonly store: string;
  /** Number of a category → its slug, as far as they are known. */
  readonly categories: ReadonlyMap<string, string>;
}

const TRIGGERS: Readonly<Record<string, string>> = {
  first_purchase: 'first-purchase',
  product_purchase_above_one: 'product',
  purchase_above_one: 'repeat-purchase',
  after_last_purchase: 'last-purchase',
  coupon: 'coupon',
  refund_manual: 'refund',
  refund_successful: 'refund',
};

/** Triggers for which there are rules here, whose queued items cannot be moved. */
const WITHOUT_ORDER: Readonly<Record<string, string>> = { signup: 'signup', cart: 'cart' };

/** Triggers whose number no answer of the API has. */
const BY_HAND = new Set(['order_total_above', 'order_total_below', 'total_orders', 'total_purchases']);

/** The rule's id of an e-mail: it names its effects in the ledger for good. */
export function ruleIdOf({ id }: Pick<OldEmail, 'id'>): string {
  return `fue-${id}`;
}

/** What becomes of an e-mail. A condition that cannot be kept would widen its audience, so the e-mail stays then. */
export function verdictOn(email: OldEmail, { store, categories }: RuleOptions): Verdict {
  const { trigger } = email;
  const obstacle = obstacleOf(email);
  if (obstacle !== undefined) return stays(obstacle);
  const on = ORDER_STATUSES.includes(trigger) ? { status: trigger } : TRIGGERS[trigger];
  if (on === undefined) return stays(`nothing tells the bridge of its trigger ${trigger}`);
  const after = afterOf(email);
  if (after === undefined) return stays('it has no interval: write its rule by hand');
  const conditions = conditionsOf(email, categories);
  if (typeof conditions === 'string') return stays(conditions);
  const hasAny = Object.keys(conditions).length > 0;
  return { rule: { id: ruleIdOf(email), store, on, after, ...(hasAny && { when: conditions }) } };
}

/** Units of which so many are one of the next. */
const UNITS: readonly (readonly [string, number])[] = [
  ['minutes', 60],
  ['hours', 24],
  ['days', Number.POSITIVE_INFINITY],
];
/** The policy takes numbers of four digits. */
const MOST = 9999;

/** Ten thousand minutes and more are told in hours or days, where that is the same. */
function afterOf({ interval, duration }: Pick<OldEmail, 'interval' | 'duration'>): string | undefined {
  if (interval === undefined || !/^(minute|hour|day|week|month|year)s$/.test(duration)) return undefined;
  if (interval <= MOST) return `${String(interval)} ${duration}`;
  const at = UNITS.findIndex(([unit]) => unit === duration);
  const [, each = Number.POSITIVE_INFINITY] = UNITS[at] ?? [];
  const [next] = UNITS[at + 1] ?? [];
  if (next === undefined || interval % each !== 0) return undefined;
  return afterOf({ interval: interval / each, duration: next });
}

/** Why it cannot be moved, whatever else it says. */
function obstacleOf({ status, type, trigger }: OldEmail): string | undefined {
  if (status !== 'active' && status !== 'inactive') return `it is ${status}`;
  const byHand = Object.hasOwn(WITHOUT_ORDER, trigger) ? WITHOUT_ORDER[trigger] : undefined;
  if (byHand !== undefined)
    return `what it has queued carries no order: write a rule on: '${byHand}' by hand, and archive it there once its queue is empty`;
  if (type !== 'storewide' && type !== 'customer') return `e-mails of type ${type} follow no order`;
  return BY_HAND.has(trigger)
    ? `the number of its trigger ${trigger} is in no answer: write its rule by hand`
    : undefined;
}

type Conditions = Readonly<Record<string, unknown>>;

function conditionsOf(
  { productId, categoryId, requirements }: OldEmail,
  categories: ReadonlyMap<string, string>,
): Conditions | string {
  if (productId !== undefined && !PRODUCT.test(productId))
    return `its product ${productId} is no number of a product`;
  const slug = categoryId === undefined ? undefined : categories.get(categoryId);
  if (categoryId !== undefined && slug === undefined)
    return `its category ${categoryId} is not known by its slug`;
  const found: Record<string, unknown> = {
    ...(productId !== undefined && { products: [productId] }),
    ...(slug !== undefined && { categories: [slug] }),
  };
  for (const requirement of requirements) {
    const condition = conditionOf(requirement, categories);
    if (condition === undefined) return `its requirement ${requirement.condition} cannot be kept`;
    for (const [name, value] of Object.entries(condition)) found[name] = joined(name, found[name], value);
  }
  return found;
}

const PRODUCT = /^[1-9]\d{0,19}$/;

/** Of two of a kind both must hold. */
function joined(name: string, one: unknown, other: unknown): unknown {
  const isAbove = name.endsWith('Above');
  if (typeof one === 'number' && typeof other === 'number')
    return isAbove ? Math.max(one, other) : Math.min(one, other);
  if (typeof one === 'string' && typeof other === 'string')
    return isAtLeast(one, other) === isAbove ? one : other;
  return isList(one) && isList(other) ? { all: [...new Set([...one.all, ...other.all])] } : other;
}

function isList(value: unknown): value is { readonly all: readonly string[] } {
  return typeof value === 'object' && value !== null && 'all' in value && Array.isArray(value.all);
}

const AMOUNTS: Readonly<Record<string, string>> = {
  order_total_above: 'orderTotalAbove',
  order_total_below: 'orderTotalBelow',
  total_purchases_above: 'totalPurchasesAbove',
  total_purchases_below: 'totalPurchasesBelow',
};
const NUMBERS: Readonly<Record<string, string>> = {
  total_orders_above: 'totalOrdersAbove',
  total_orders_below: 'totalOrdersBelow',
};

function categoriesOf(
  values: readonly string[],
  categories: ReadonlyMap<string, string>,
): Conditions | undefined {
  const slugs = values.flatMap((id) => categories.get(id) ?? []);
  return slugs.length === values.length && slugs.length > 0
    ? { boughtCategories: { all: slugs } }
    : undefined;
}

/** All of a list, as 4.9.38 looks at it, not any as the page says. */
function conditionOf(
  { condition, values }: OldRequirement,
  categories: ReadonlyMap<string, string>,
): Conditions | undefined {
  const [value = ''] = values;
  if (condition === 'first_purchase') return { firstPurchase: true };
  if (condition === 'bought_products')
    return values.length > 0 && values.every((id) => PRODUCT.test(id))
      ? { boughtProducts: { all: values } }
      : undefined;
  if (condition === 'bought_categories') return categoriesOf(values, categories);
  if (values.length !== 1) return undefined;
  const amount = AMOUNTS[condition];
  if (amount !== undefined) return /^\d+(\.\d+)?$/.test(value) ? { [amount]: value } : undefined;
  const number = NUMBERS[condition];
  return number !== undefined && /^\d+$/.test(value) ? { [number]: Number(value) } : undefined;
}

function stays(why: string): { readonly stays: string } {
  return { stays: why };
}
