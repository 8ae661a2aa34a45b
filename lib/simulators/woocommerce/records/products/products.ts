import { found, type Records } from '../records.ts';
import type { ShopProduct } from './product-state.ts';

interface NewProduct {
  readonly name: string;
  readonly sku?: string;
  /** `10.00` by default. */
  readonly price?: string;
  readonly categories?: readonly string[];
  /** `publish` by default. */
  readonly status?: 'publish' | 'draft';
  readonly stock?: number;
}

/** What each action sends is recorded (facts/woocommerce §2, "Deliveries per step"). */
export interface ShopProducts {
  /** product.published unless it is a draft, product.created. Answers the id. */
  create(product: NewProduct): number;
  /** product.updated, after product.published when it leaves the drafts. */
  update(id: number, change: Partial<NewProduct>): void;
  /** product.deleted and, because no page set the post type, coupon.deleted of the same id (recordings 0036, 0037). */
  trash(id: number): void;
  /** product.published, product.updated, product.restored (recordings 0190-0192). */
  restore(id: number): void;
  /** For good; sends nothing, and order lines lose its id and SKU (recording 0146). */
  erase(id: number): void;
  get(id: number): ShopProduct | undefined;
}

export function createProducts(records: Records): ShopProducts {
  return {
    create: (product) => create(records, product),
    update: (id, change) => update(records, id, change),
    trash: (id) => trash(records, id),
    restore: (id) => restore(records, id),
    erase: (id) => erase(records, id),
    get: (id) => records.products.get(id),
  };
}

function create(records: Records, product: NewProduct): number {
  const { status = 'publish', categories = [], ...rest } = product;
  const id = records.nextId();
  const now = records.now();
  const dates = { createdAt: now, modifiedAt: now };
  records.products.set(id, { sku: '', price: '10.00', ...rest, ...dates, id, status, categories });
  if (status === 'publish') records.tell('product.published', id);
  records.tell('product.created', id);
  return id;
}

function update(records: Records, id: number, change: Partial<NewProduct>): void {
  const product = found(records.products, id);
  records.products.set(id, { ...product, ...change, modifiedAt: records.now() });
  if (product.status === 'draft' && change.status === 'publish') records.tell('product.published', id);
  records.tell('product.updated', id);
}

function trash(records: Records, id: number): void {
  const product = found(records.products, id);
  records.products.set(id, { ...product, status: 'trash', modifiedAt: records.now() });
  records.tell('coupon.deleted', id);
  records.tell('product.deleted', id);
}

function restore(records: Records, id: number): void {
  const product = found(records.products, id);
  records.products.set(id, { ...product, status: 'publish', modifiedAt: records.now() });
  records.tell('product.published', id);
  records.tell('product.updated', id);
  records.tell('product.restored', id);
}

function erase(records: Records, id: number): void {
  found(records.products, id);
  records.products.delete(id);
  for (const order of records.orders.values()) {
    if (!order.lines.some(({ productId }) => productId === id)) continue;
    const lines = order.lines.map((line) =>
      line.productId === id ? { ...line, productId: 0, sku: null } : line,
    );
    records.orders.set(order.id, { ...order, lines });
  }
}
