import { refName } from '../ledger/snapshot.ts';
import type { Policy } from '../policy/policy.ts';
import type { Facts } from './facts/facts.ts';
import type { KnownOrder } from './facts/known-order.ts';
import { productRef } from './tags.ts';
import { slugText } from './text/slug.ts';

type OnlyPolicy = Pick<Policy, 'only'>;

/** The facts without orders that the policy neither counts nor tags: they hold nothing of what it names. */
export function onlyWanted(facts: Facts, { only }: OnlyPolicy): Facts {
  if (!only) return facts;
  const skus = new Set(only.skus.map(plain));
  const categories = new Set(only.categories.map((slug) => plain(slugText(slug))));
  const isWanted = (order: KnownOrder) =>
    order.data.lines.some((line) => {
      const slugs = facts.products.get(refName(productRef(order, line)))?.categories ?? [];
      return skus.has(plain(line.sku)) || slugs.some((slug) => categories.has(plain(slugText(slug))));
    });
  return {
    ...facts,
    orders: facts.orders.filter(isWanted),
    parts: facts.parts.filter(({ order }) => isWanted(order)),
  };
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}

/** Whether products say which orders are wanted: by their categories, or by SKUs that no order names. */
export function needsProducts({ only }: OnlyPolicy): {
  readonly categories: boolean;
  readonly skus: boolean;
} {
  return { categories: (only?.categories.length ?? 0) > 0, skus: (only?.skus.length ?? 0) > 0 };
}
