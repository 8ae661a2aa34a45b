import type { ShopProduct } from '../records/order-state.ts';
import { plain, zoned } from './dates.ts';

/** A product without what has to be asked for (facts/fluentcart D4). */
export function productBody(product: ShopProduct, home: string) {
  const slug = product.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return {
    ID: product.id,
    post_date: plain(product.createdAt),
    post_date_gmt: plain(product.createdAt),
    post_content: product.name,
    post_title: product.name,
    post_excerpt: '',
    post_status: 'publish',
    comment_status: 'closed',
    ping_status: 'closed',
    post_name: slug,
    post_modified: plain(product.modifiedAt),
    post_modified_gmt: plain(product.modifiedAt),
    guid: `${home}/item/${slug}/`,
    post_type: 'fluent-products',
  };
}

export function productRelations(product: ShopProduct) {
  return {
    variants: product.variations.map((variation, index) => ({
      id: variation.id,
      post_id: product.id,
      media_id: null,
      serial_index: index + 1,
      variation_title: variation.name,
      sku: variation.sku,
      item_price: variation.price,
      created_at: zoned(product.createdAt),
      updated_at: zoned(product.createdAt),
    })),
    categories: product.categories.map((slug, index) => ({
      term_id: String(index + 21),
      name: slug,
      slug,
      object_id: String(product.id),
    })),
  };
}
