import { type OrderLine, type Ref, refName } from '../ledger/snapshot.ts';
import type { Policy } from '../policy/policy.ts';
import { attributeOf, placeholderOf } from '../policy/tag-template.ts';
import type { Facts } from './facts/facts.ts';
import { type KnownOrder, newest, newestFirst } from './facts/known-order.ts';
import { subscriptionTags } from './facts/subscriptions.ts';
import { tagText } from './text/plain-text.ts';
import { slugText } from './text/slug.ts';
import { tagKey } from './text/tag-key.ts';

/** The tags Mautic should hold of a contact. */
export interface Tags {
  /** Lower case, sorted, without any two that Mautic holds equal. */
  readonly tags: readonly string[];
  /** There would be more than are kept. */
  readonly tagsLeftOut: boolean;
}

/** A contact that has bought whatever a shop sells has less. */
export const MOST_TAGS = 500;
/** The ledger keeps all that may be in Mautic in one item of 400 KB: those there are, and those that shall be. */
const MOST_BYTES = 100_000;

const utf8 = new TextEncoder();

/**
 * As many tags as one contact may have, those first that say most of it: what the newest order's status and the fixed
 * templates give, then what was bought, the newest orders before the older ones. The same facts give the same choice.
 */
export function tagsOf(facts: Facts, counted: readonly KnownOrder[], policy: Policy): Tags {
  const chosen = new Map<string, string>();
  let bytes = 0;
  for (const text of candidates(facts, counted, policy)) {
    const tag = tagText(text);
    const key = tagKey(tag);
    if (key === '' || tag.startsWith('-') || chosen.has(key)) continue;
    bytes += utf8.encode(tag).length;
    if (chosen.size === MOST_TAGS || bytes > MOST_BYTES)
      return { tags: [...chosen.values()].sort(), tagsLeftOut: true };
    chosen.set(key, tag);
  }
  return { tags: [...chosen.values()].sort(), tagsLeftOut: false };
}

function* candidates(facts: Facts, counted: readonly KnownOrder[], policy: Policy): Generator<string> {
  const { general = [], bought = [] } = Object.groupBy(policy.tags, (template) =>
    placeholderOf(template) === undefined || isOfLatest(template) ? 'general' : 'bought',
  );
  const latest = newest(facts.orders);
  for (const template of general) {
    if (isOfLatest(template)) yield fill(template, latest ? (latestIn(latest, template) ?? '') : '');
    else if (counted.length > 0) yield template;
  }
  yield* subscriptionTags(facts.subscriptions, policy);
  for (const order of bought.length > 0 ? newestFirst(counted) : [])
    yield* bought.flatMap((template) =>
      boughtIn(order, template, facts).map((value) => fill(template, value)),
    );
}

function isOfLatest(template: string): boolean {
  const placeholder = placeholderOf(template);
  return placeholder === 'status' || placeholder === 'currency' || placeholder === 'country';
}

function latestIn({ data }: KnownOrder, template: string): string | undefined {
  const placeholder = placeholderOf(template);
  if (placeholder === 'status') return data.status;
  return placeholder === 'currency' ? data.currency : data.identity.country;
}

function boughtIn(order: KnownOrder, template: string, facts: Facts): readonly string[] {
  const { lines, coupons } = order.data;
  const placeholder = placeholderOf(template);
  if (placeholder === 'coupon') return coupons;
  if (placeholder === 'slug') return categoriesOf(order, facts);
  return lines.map((line) => lineValue(line, template));
}

function lineValue({ sku, name, productId, attributes = {} }: OrderLine, template: string): string {
  const placeholder = placeholderOf(template);
  if (placeholder === 'sku') return sku;
  if (placeholder === 'product') return name;
  if (placeholder === 'product_id') return productId === '0' ? '' : productId;
  return valueIn(attributes, attributeOf(template));
}

function categoriesOf(order: KnownOrder, { products }: Facts): readonly string[] {
  return order.data.lines
    .flatMap((line) => products.get(refName(productRef(order, line)))?.categories ?? [])
    .map(slugText);
}

function valueIn(values: Readonly<Record<string, string>>, name: string | undefined): string {
  return name !== undefined && Object.hasOwn(values, name) ? (values[name] ?? '') : '';
}

/** An empty value gives no tag. A function replacement: `$` in a SKU is no pattern. */
function fill(template: string, value: string): string {
  return value.trim() === '' ? '' : template.replace(/\{[^}]*\}/, () => value);
}

export function productRef(order: KnownOrder, line: OrderLine): Ref {
  return { kind: 'product', store: order.ref.store, id: line.productId };
}
