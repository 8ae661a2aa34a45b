import type { Kept } from '../ledger/kept.ts';
import { metaOf } from './consent.ts';
import { mapSourceOf } from './map-source.ts';
import type { Policy } from './policy.ts';
import { attributeOf } from './tag-template.ts';

/** Where WPML notes the language an order was placed in. */
export const LANGUAGE_META = 'wpml_language';

type KeepingPolicy = Pick<Policy, 'map' | 'consent' | 'tags' | 'followUps' | 'itemLinks' | 'carts'>;

/** What stores have to keep of orders and customers for this policy, and no more. */
export function keptOf({ map = {}, consent, tags, followUps = [], itemLinks, carts }: KeepingPolicy): Kept {
  const sources = Object.keys(map).flatMap((name) => mapSourceOf(name) ?? []);
  const language = sources.some((source) => source.of === 'orders' && source.value === 'language');
  const keys = (of: 'meta' | 'customerMeta') =>
    sources.flatMap((source) => (source.of === of ? [source.key] : []));
  const answers = (consent?.fields ?? []).flatMap((field) => metaOf(field) ?? []);
  return {
    orderMeta: [...new Set([...keys('meta'), ...(language ? [LANGUAGE_META] : []), ...answers])].sort(),
    customerMeta: [...new Set(keys('customerMeta'))].sort(),
    attributes: [...new Set(tags.flatMap((template) => attributeOf(template) ?? []))].sort(),
    shipping: sources.some(({ of }) => of === 'shipping'),
    shippingMethods: followUps.some(({ when }) => when?.shippingMethods !== undefined),
    registered: followUps.some(({ on }) => on === 'signup'),
    productLinks: itemLinks === true,
    drafts: carts?.unpaid === true,
    cartTries: carts !== undefined,
  };
}
