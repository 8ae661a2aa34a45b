import { gmtDates, links, type Site, siteDates } from '../site.ts';
import type { ShopProduct } from './product-state.ts';

/** `GET /wc/v3/products/<id>`, which is also the body of a webhook: the fields of recording 0020, in their order. */
export function productBody(product: ShopProduct, site: Site): Record<string, unknown> {
  const { id, name, status } = product;
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return {
    id,
    name,
    slug,
    permalink: `${site.home}product/${slug}/`,
    ...datesOf(product, site),
    type: 'simple',
    status,
    featured: false,
    catalog_visibility: 'visible',
    description: '',
    short_description: '',
    sku: product.sku,
    price: product.price,
    regular_price: product.price,
    ...NOT_ON_SALE,
    purchasable: status === 'publish',
    ...NO_DOWNLOAD,
    ...stockOf(product),
    ...NOTHING_SPECIAL,
    categories: product.categories.map((category) => ({
      id: idOf(category),
      name: category,
      slug: category,
    })),
    ...NOTHING_MORE,
    price_html: '',
    related_ids: [],
    meta_data: [],
    stock_status: product.stock === 0 ? 'outofstock' : 'instock',
    has_options: false,
    post_password: '',
    global_unique_id: '',
    _links: links(site, 'products', id),
  };
}

function datesOf({ createdAt, modifiedAt }: ShopProduct, site: Site) {
  const dates = { date_created: createdAt, date_modified: modifiedAt };
  const local = siteDates(site, dates);
  const gmt = gmtDates(dates);
  return {
    date_created: local.date_created,
    date_created_gmt: gmt.date_created_gmt,
    date_modified: local.date_modified,
    date_modified_gmt: gmt.date_modified_gmt,
  };
}

function stockOf({ stock }: ShopProduct) {
  return {
    tax_status: 'taxable',
    tax_class: '',
    manage_stock: stock !== undefined,
    stock_quantity: stock ?? null,
    backorders: 'no',
    backorders_allowed: false,
    backordered: false,
    low_stock_amount: null,
  };
}

/** Any number will do, as long as a slug keeps its own. */
function idOf(slug: string): number {
  let hash = 7;
  for (let index = 0; index < slug.length; index += 1) hash = (hash * 31 + slug.charCodeAt(index)) % 9973;
  return hash + 15;
}

const NOT_ON_SALE = {
  sale_price: '',
  date_on_sale_from: null,
  date_on_sale_from_gmt: null,
  date_on_sale_to: null,
  date_on_sale_to_gmt: null,
  on_sale: false,
};

const NO_DOWNLOAD = {
  total_sales: 0,
  virtual: false,
  downloadable: false,
  downloads: [],
  download_limit: -1,
  download_expiry: -1,
  external_url: '',
  button_text: '',
};

const NOTHING_SPECIAL = {
  sold_individually: false,
  weight: '',
  dimensions: { length: '', width: '', height: '' },
  shipping_required: true,
  shipping_taxable: true,
  shipping_class: '',
  shipping_class_id: 0,
  reviews_allowed: true,
  average_rating: '0.00',
  rating_count: 0,
  upsell_ids: [],
  cross_sell_ids: [],
  parent_id: 0,
  purchase_note: '',
};

const NOTHING_MORE = {
  brands: [],
  tags: [],
  images: [],
  attributes: [],
  default_attributes: [],
  variations: [],
  grouped_products: [],
  menu_order: 0,
};
