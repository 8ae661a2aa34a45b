import type { Policy } from '../../policy/policy.ts';
import type { FieldInfo } from '../contact-write.ts';
import { couponOf } from '../coupon.ts';
import type { Facts } from '../facts/facts.ts';
import { tagText } from '../text/plain-text.ts';
import { tagKey } from '../text/tag-key.ts';
import { cartStanding, hasRecovered } from './abandoned.ts';
import { awaitsCoupon } from './cart-coupon.ts';
import { cartValues } from './cart-fields.ts';
import type { Checkout } from './checkout.ts';

/** What Mautic should hold, as far as carts add to it. */
interface Holding {
  readonly fields: Readonly<Record<string, string | null>>;
  readonly tags: readonly string[];
  readonly segments: readonly number[];
}

export interface CartOptions {
  readonly policy: Policy;
  readonly fields: ReadonlyMap<string, FieldInfo>;
  /** Epoch ms. */
  readonly now: number;
  /** Store id → its address, where links into it begin. */
  readonly sites?: ReadonlyMap<string, string>;
}

/** What of a contact's carts Mautic should hold. */
export interface CartPart {
  /** It is a contact by this alone. */
  readonly abandoned: Checkout | undefined;
  /** The same with what carts add; as it is where the policy has none. */
  join<Rest extends Holding>(rest: Rest): Rest;
}

/**
 * The part of the carts. What rules put a contact into and tag it with is one set, whichever rule asks for it: one that
 * no longer holds takes nothing away that another one wants.
 */
export function cartPartOf(facts: Facts, { policy, fields, now, sites }: CartOptions): CartPart {
  const { carts } = policy;
  if (!carts) return { abandoned: undefined, join: (rest) => rest };
  const { abandoned } = cartStanding(facts, { policy, now });
  const shown = abandoned && {
    checkout: abandoned,
    coupon: couponOf(abandoned, now)?.code,
    site: sites?.get(abandoned.ref.store),
  };
  const { recovered } = carts;
  const hasCome = recovered !== undefined && hasRecovered(facts, policy);
  // The fields come first: whatever begins by segment or tag finds the code there.
  const told =
    abandoned && awaitsCoupon(abandoned, { facts, carts, now }) === undefined ? abandoned : undefined;
  const tags = [...(told ? tagsFor(carts.tag, told) : []), ...(hasCome ? [recovered.tag] : [])];
  const segments = [...(told ? [carts.segment] : []), ...(hasCome ? [recovered.segment] : [])];
  return {
    abandoned,
    join: (rest) => ({
      ...withMore(rest, { tags: defined(tags), segments: defined(segments) }),
      fields: { ...rest.fields, ...cartValues(policy, fields, shown) },
    }),
  };
}

/** The same with more tags and segments. */
export function withMore<Rest extends Pick<Holding, 'tags' | 'segments'>>(
  rest: Rest,
  { tags, segments }: Pick<Holding, 'tags' | 'segments'>,
): Rest {
  return {
    ...rest,
    tags: joinedTags(rest.tags, tags),
    segments: [...new Set([...rest.segments, ...segments])].sort((a, b) => a - b),
  };
}

function defined<Value>(values: readonly (Value | undefined)[]): readonly Value[] {
  return values.filter((value) => value !== undefined);
}

/** An empty SKU gives no tag. A function replacement: `$` in a SKU is no pattern. */
function tagsFor(template: string | undefined, { lines }: Checkout): readonly string[] {
  if (template === undefined) return [];
  if (!template.includes('{')) return [template];
  const skus = lines.map(({ sku }) => sku).filter((sku) => sku.trim() !== '');
  return skus.map((sku) => template.replace(/\{sku\}/g, () => sku));
}

/** As Mautic compares them; sorted. */
function joinedTags(tags: readonly string[], more: readonly string[]): readonly string[] {
  if (more.length === 0) return tags;
  const joined = new Map(tags.map((tag) => [tagKey(tag), tag]));
  for (const text of more) {
    const tag = tagText(text);
    const key = tagKey(tag);
    if (key !== '' && !tag.startsWith('-') && !joined.has(key)) joined.set(key, tag);
  }
  return [...joined.values()].sort();
}
