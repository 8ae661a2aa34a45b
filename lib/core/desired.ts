import { decodeEntities } from './entities.ts';
import { type Facts, identityOf, type KnownOrder, newest } from './facts.ts';
import { isAtLeast, isZero, sum } from './money.ts';
import { orderDataJson } from './order-data.ts';
import { type Policy, placeholderOf, type SegmentRule } from './policy.ts';
import type { FieldInfo, NeededField } from './ports.ts';
import { countryName, stateName } from './region.ts';
import { type Identity, type OrderLine, type Ref, refName } from './snapshot.ts';

/** What Mautic should hold of a contact. */
export interface Desired {
  /** Alias → value; `null`: blank. */
  readonly fields: Readonly<Record<string, string | null>>;
  /** Lower case, sorted, without duplicates. */
  readonly tags: readonly string[];
  /** Ids of the segments the policy puts it into, ascending. */
  readonly segments: readonly number[];
  readonly totals: Totals;
}

interface Totals {
  readonly orderCount: number;
  /** Currency → sum of total plus refunds over counted orders, decimal string. */
  readonly spent: Readonly<Record<string, string>>;
}

export interface DesireOptions {
  readonly policy: Policy;
  /** Store id → its base currency. */
  readonly currencies: ReadonlyMap<string, string>;
  /** Fields of this Mautic that the bridge writes; an alias that is not there is left out. */
  readonly fields: ReadonlyMap<string, FieldInfo>;
}

/** Mautic never takes more in a text field (recordings 080, 215). */
const TEXT_LIMIT = 191;
const TAG_LIMIT = 191;

/**
 * Computes what Mautic should hold, from the ledger alone: the same facts always give the same answer, whatever
 * order they came in. `undefined`: this is no contact (nothing of it is ours to write).
 */
export function desiredContact(facts: Facts, options: DesireOptions): Desired | undefined {
  const identity = identityOf(facts);
  if (!identity) return undefined;
  const counted = countedOrders(facts, options.policy);
  const totals = totalsOf(counted);
  const latest = newest(facts.orders);
  return {
    fields: {
      ...identityFields(identity, options),
      ...orderFields({ latest, totals, base: baseCurrency(facts, options) }, options),
    },
    tags: tagsOf(facts, counted, options.policy),
    segments: segmentsOf({ latest, totals, base: baseCurrency(facts, options) }, options.policy),
    totals,
  };
}

/** Products whose categories the policy asks for, over counted orders. */
export function neededProducts(facts: Facts, policy: Policy): readonly Ref[] {
  if (!policy.tags.some((template) => placeholderOf(template) === 'slug')) return [];
  const refs = countedOrders(facts, policy).flatMap((order) =>
    order.data.lines.map((line) => productRef(order, line)),
  );
  return [...new Map(refs.filter((ref) => ref.id !== '0').map((ref) => [refName(ref), ref])).values()];
}

/** The custom fields this policy writes, with what they must be able to hold. */
export function neededFields(policy: Policy): readonly NeededField[] {
  const { orderData, totalSpent, orderCount } = policy.aliases;
  const fields: NeededField[] = [];
  if (orderData) fields.push({ alias: orderData, label: 'Last Order Data', type: 'textarea' });
  if (totalSpent) fields.push({ alias: totalSpent, label: 'Total Spent', type: 'number', scale: 2 });
  if (orderCount) fields.push({ alias: orderCount, label: 'Order Count', type: 'number', scale: 0 });
  return fields;
}

function countedOrders(facts: Facts, policy: Policy): readonly KnownOrder[] {
  return facts.orders.filter(({ data }) => policy.countedStatuses.includes(data.status));
}

function totalsOf(counted: readonly KnownOrder[]): Totals {
  const amounts = Map.groupBy(counted, ({ data }) => data.currency);
  const spent = [...amounts].map(([currency, orders]): [string, string] => [
    currency,
    sum(orders.flatMap(({ data }) => [data.total, data.refunded])),
  ]);
  return {
    orderCount: counted.length,
    spent: Object.fromEntries(spent.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Of the store the newest order came from: a contact may shop in two stores with two currencies. */
function baseCurrency(facts: Facts, { currencies }: DesireOptions): string | undefined {
  const order = newest(facts.orders);
  return order && (currencies.get(order.ref.store) ?? order.data.currency);
}

function identityFields(
  identity: Identity,
  { policy, fields }: DesireOptions,
): Record<string, string | null> {
  const values: Record<string, string> = {
    firstname: identity.firstName,
    lastname: identity.lastName,
    phone: identity.phone,
    address1: identity.address1,
    city: identity.city,
    zipcode: identity.postcode,
    state: stateName(identity.country, identity.state) ?? '',
    country: countryName(identity.country) ?? '',
  };
  if (policy.company) values['company'] = identity.company;
  if (policy.address2) values['address2'] = identity.address2;
  return Object.fromEntries(
    Object.entries(values).map(([alias, value]) => [
      alias,
      fieldText(value, fields.get(alias)?.limit) || null,
    ]),
  );
}

interface OrderFacts {
  readonly latest: KnownOrder | undefined;
  readonly totals: Totals;
  readonly base: string | undefined;
}

function orderFields(order: OrderFacts, { policy, fields }: DesireOptions): Record<string, string | null> {
  const { orderData, totalSpent, orderCount } = policy.aliases;
  const values: readonly (readonly [string | false, string | null])[] = [
    [orderData, order.latest && orderData ? latestJson(order.latest, fields.get(orderData)) : null],
    [totalSpent, zeroAsNull((order.base && order.totals.spent[order.base]) ?? '0.00')],
    [orderCount, zeroAsNull(String(order.totals.orderCount))],
  ];
  return Object.fromEntries(values.filter(([alias]) => alias !== false && fields.has(alias)));
}

function latestJson(latest: KnownOrder, field: FieldInfo | undefined): string | null {
  return orderDataJson(latest, jsonLimit(field)) ?? null;
}

/** Mautic drops a zero silently, and its NULL means 0 (recordings 314, 339, 702). */
function zeroAsNull(amount: string): string | null {
  return isZero(amount) ? null : amount;
}

function segmentsOf(order: OrderFacts, { segments }: Policy): readonly number[] {
  const held = segments.filter((rule) => holds(rule, order)).map(({ segment }) => segment);
  return [...new Set(held)].sort((a, b) => a - b);
}

function holds(
  { statuses, minOrders, minSpent }: SegmentRule,
  { latest, totals, base }: OrderFacts,
): boolean {
  const spent = (base && totals.spent[base]) ?? '0.00';
  return (
    latest !== undefined &&
    (statuses === undefined || statuses.includes(latest.data.status)) &&
    totals.orderCount >= (minOrders ?? 0) &&
    (minSpent === undefined || isAtLeast(spent, minSpent))
  );
}

/** A textarea has no limit; the plugin's short `text` type has (recordings 209–217). */
function jsonLimit(field: FieldInfo | undefined): number | undefined {
  if (!field || field.type === 'textarea' || field.type === 'html') return field?.limit;
  return field.limit ?? TEXT_LIMIT;
}

/**
 * One line without what Mautic would cut out of it: control characters, and everything after a lone `<`, also one
 * that is written as an entity, because Mautic decodes before it cuts (recordings 081, 222).
 */
function fieldText(value: string, limit = TEXT_LIMIT): string {
  const line = decodeEntities(value)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/</g, '‹')
    .replace(/>/g, '›')
    .trim();
  return cut(line, limit);
}

/** Cuts by code points, as Mautic counts (recording 212), never through a surrogate pair. */
function cut(text: string, limit: number): string {
  const points = Array.from(text);
  return points.length <= limit ? text : points.slice(0, limit).join('').trim();
}

function tagsOf(facts: Facts, counted: readonly KnownOrder[], policy: Policy): readonly string[] {
  const tags = policy.tags.flatMap((template) => {
    const placeholder = placeholderOf(template);
    if (placeholder === undefined || placeholder === 'unknown') return counted.length > 0 ? [template] : [];
    return placeholderValues(placeholder, facts, counted).map((value) => fill(template, value));
  });
  return [...new Set(tags.map(tagText).filter((tag) => tag !== '' && !tag.startsWith('-')))].sort();
}

function placeholderValues(
  placeholder: 'status' | 'sku' | 'slug',
  facts: Facts,
  counted: readonly KnownOrder[],
): readonly string[] {
  if (placeholder === 'status') return [newest(facts.orders)?.data.status ?? ''];
  const lines = counted.flatMap((order) => order.data.lines.map((line) => ({ order, line })));
  if (placeholder === 'sku') return lines.map(({ line }) => line.sku);
  return lines.flatMap(
    ({ order, line }) => facts.products.get(refName(productRef(order, line)))?.categories ?? [],
  );
}

/** An empty value gives no tag. A function replacement: `$` in a SKU is no pattern. */
function fill(template: string, value: string): string {
  return value.trim() === '' ? '' : template.replace(/\{[^}]*\}/, () => value);
}

/** As Mautic keeps it: one line, no tags, at most 191 characters (192 makes it answer 500, recording 147). */
function tagText(tag: string): string {
  return cut(fieldText(tag.toLowerCase()), TAG_LIMIT);
}

function productRef(order: KnownOrder, line: OrderLine): Ref {
  return { kind: 'product', store: order.ref.store, id: line.productId };
}
