import * as v from 'valibot';
import type { ProductData, Snapshot } from '../../../../core/ledger/snapshot.ts';
import { version } from '../../../../core/ledger/version.ts';
import { Id, Moment, many, SomeText, Text, within } from '../../../../core/stores/fields.ts';
import { timesOf, type Witness } from './witness.ts';

const Variant = v.object({ id: Id, sku: SomeText, updated_at: Moment });

/** A WordPress post with its variations and categories, which come only when asked for (facts/fluentcart D4). */
export const Product = v.object({
  ID: Id,
  post_title: Text,
  post_modified_gmt: Moment,
  post_date_gmt: Moment,
  variants: many(Variant),
  categories: many(v.object({ slug: SomeText })),
});
export type Product = v.InferOutput<typeof Product>;

const SCHEMA = 1;
/** Characters of JSON; more categories or variations than any product has. */
const LONGEST_LIST = 80_000;

export function productSnapshot(product: Product, witness: Witness): Snapshot {
  const modifiedAt = modifiedAtOf(product);
  const data = dataOf(product);
  return {
    type: 'product',
    ref: { kind: 'product', store: witness.store, id: product.ID },
    version: version({
      ...timesOf(modifiedAt, witness),
      schema: SCHEMA,
      rank: [],
      content: { data },
    }),
    data,
  };
}

/** A variation may be edited alone. Epoch ms. */
function modifiedAtOf({ variants, ...product }: Product): number {
  const dates = [product.post_modified_gmt, ...variants.map(({ updated_at }) => updated_at)];
  const known = dates.filter((at) => at !== undefined);
  return known.length > 0 ? Math.max(...known) : (product.post_date_gmt ?? 0);
}

function dataOf({ post_title: name, variants, categories }: Product): ProductData {
  const skus = within(
    variants.map(({ id, sku }): [string, string] => [id, sku]),
    LONGEST_LIST,
  );
  const slugs = categories.map(({ slug }) => slug);
  return {
    name,
    sku: '',
    skus: Object.fromEntries(skus),
    categories: within(slugs, LONGEST_LIST),
  };
}
