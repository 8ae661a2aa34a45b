import { type OrderLine, type Ref, refName } from '../ledger/snapshot.ts';
import { type Policy, placeholderOf } from '../policy/policy.ts';
import type { Facts } from './facts.ts';
import { type KnownOrder, newest, newestFirst } from './known-order.ts';
import { tagText } from './plain-text.ts';
import { slugText } from './slug.ts';
import { subscriptionTags } from './subscriptions.ts';
import { tagKey } from './tag-key.ts';

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
    BOUGHT.has(placeholderOf(template)) ? 'bought' : 'general',
  );
  for (const template of general) {
    if (placeholderOf(template) === 'status') yield fill(template, newest(facts.orders)?.data.status ?? '');
    else if (counted.length > 0) yield template;
  }
  yield* subscriptionTags(facts.subscriptions, policy);
  for (const order of bought.length > 0 ? newestFirst(counted) : [])
    yield* bought.flatMap((template) =>
      boughtIn(order, template, facts).map((value) => fill(template, value)),
    );
}

const BOUGHT: ReadonlySet<ReturnType<typeof placeholderOf>> = new Set(['sku', 'slug']);

function boughtIn(order: KnownOrder, template: string, { products }: Facts): readonly string[] {
  const { lines } = order.data;
  if (placeholderOf(template) === 'sku') return lines.map(({ sku }) => sku);
  return lines
    .flatMap((line) => products.get(refName(productRef(order, line)))?.categories ?? [])
    .map(slugText);
}

/** An empty value gives no tag. A function replacement: `$` in a SKU is no pattern. */
function fill(template: string, value: string): string {
  return value.trim() === '' ? '' : template.replace(/\{[^}]*\}/, () => value);
}

export function productRef(order: KnownOrder, line: OrderLine): Ref {
  return { kind: 'product', store: order.ref.store, id: line.productId };
}
