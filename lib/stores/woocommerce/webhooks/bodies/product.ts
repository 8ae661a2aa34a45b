import * as v from 'valibot';
import type { ProductData, Snapshot } from '../../../../core/ledger/snapshot.ts';
import { version } from '../../../../core/ledger/version.ts';
import { Id, Moment, many, SomeText, Text, within } from '../../../../core/stores/fields.ts';
import { timesOf, type Witness } from './witness.ts';

/** A product, or a variation under its own id, which has no categories of its own (recording 0027). */
export const Product = v.object({
  id: Id,
  name: Text,
  sku: Text,
  date_created_gmt: Moment,
  date_modified_gmt: Moment,
  date_modified: Moment,
  categories: many(v.object({ slug: SomeText })),
  permalink: Text,
  images: many(v.object({ src: Text })),
});
export type Product = v.InferOutput<typeof Product>;

const SCHEMA = 1;
/** With links, which the same version of a product was stored without before the policy asked. */
const SCHEMA_OF_LINKS = 2;
/** Characters of JSON, as in an order; more categories than any product has. */
const LONGEST_CATEGORIES = 80_000;

export function productSnapshot(product: Product, witness: Witness): Snapshot {
  const { store, kept } = witness;
  const data: ProductData = {
    name: product.name,
    sku: product.sku,
    categories: within(
      product.categories.map(({ slug }) => slug),
      LONGEST_CATEGORIES,
    ),
    ...(kept?.productLinks && { url: linkIn(product.permalink), image: linkIn(product.images[0]?.src) }),
  };
  const { date_modified_gmt: modified, date_modified: local, date_created_gmt: created } = product;
  const gmt = modified ?? (local === undefined ? created : undefined);
  return {
    type: 'product',
    ref: { kind: 'product', store, id: product.id },
    version: version({
      ...timesOf({ gmt, local }, witness),
      schema: kept?.productLinks ? SCHEMA_OF_LINKS : SCHEMA,
      rank: [],
      content: { data },
    }),
    data,
  };
}

/** Texts are cut there, and a link that is cut leads nowhere. */
const LONGEST_LINK = 1000;

/** Nothing but a whole address on the web. */
export function linkIn(text: string | undefined): string {
  return text !== undefined && text.length < LONGEST_LINK && /^https?:\/\/[^\s"<>]+$/.test(text) ? text : '';
}
