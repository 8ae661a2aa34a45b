import { cartBody } from '../records/carts/carts.ts';
import { customerBody } from '../records/customers/customer-body.ts';
import { orderBody } from '../records/orders/order-body.ts';
import type { ShopOrder } from '../records/orders/order-state.ts';
import { productBody } from '../records/products/product-body.ts';
import type { Records } from '../records/records.ts';
import type { Site } from '../records/site.ts';
import type { ApiVersion } from './webhooks.ts';

/** The orders one run of the queue has loaded: PHP keeps them, however old they get (facts/woocommerce §1.7). */
export type LoadedOrders = Map<number, ShopOrder>;

/** What a webhook tells, and in which form. */
export interface ShopEvent {
  readonly topic: string;
  readonly id: number;
  readonly apiVersion: ApiVersion;
}

interface Told {
  readonly records: Records;
  readonly site: Site;
}

/** What a webhook of this topic carries when it is sent now; for an erased thing the error REST would answer. */
export function eventBody(told: Told, event: ShopEvent, loaded: LoadedOrders): unknown {
  const body = newestBody(told, event, loaded);
  return event.apiVersion === 'wp_api_v1' ? withoutGmt(body) : body;
}

function withoutGmt(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !name.endsWith('_gmt')));
}

function newestBody(
  { records, site }: Told,
  { topic, id }: ShopEvent,
  loaded: LoadedOrders,
): Readonly<Record<string, unknown>> {
  if (topic.endsWith('.deleted')) return { id };
  const [kind] = topic.split('.');
  if (kind === 'cart') return cartBody(records, id, site);
  if (kind === 'product') {
    const product = records.products.get(id);
    return product === undefined ? GONE.product : productBody(product, site);
  }
  if (kind === 'customer') {
    const customer = records.customers.get(id);
    return customer === undefined ? GONE.customer : customerBody(customer, site);
  }
  const order = loaded.get(id) ?? records.orders.get(id);
  if (order === undefined) return GONE.order;
  loaded.set(id, order);
  return orderBody(order, site);
}

function gone(code: string, message = 'Invalid ID.') {
  return { code, message, data: { status: 404 } };
}

/** Recordings 0152 and 0142; that of a customer is not recorded. */
export const GONE = {
  order: gone('woocommerce_rest_shop_order_invalid_id'),
  product: gone('woocommerce_rest_product_invalid_id'),
  customer: gone('woocommerce_rest_invalid_id', 'Invalid resource ID.'),
};
