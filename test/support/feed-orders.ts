import { parsedFeed, placeOf, type RawFeedBody, rankOfFeed, statusOfFeed } from './fluentcart-oracle.ts';
import type { RawDelivery } from './oracle.ts';

/**
 * What a FluentCart store holds, in the words of the independent calculation of Mautic's contacts. Ids of two stores
 * are the same numbers, so those of this one are moved out of the way and moved back where they are shown.
 */
export const FEED_IDS = 1_000_000;

/** What is known of a FluentCart store beside the body. */
export interface FeedStore {
  /** Its currency in the bridge's configuration. */
  readonly currency: string;
  /** Id of a variation → SKU, where the store can be read. */
  readonly skus?: ReadonlyMap<string, string>;
}

/** The order in a feed's body or in an object of REST; `undefined` for chosen fields and orders of the test mode. */
export function orderSaid(text: string, store: FeedStore, receivedAt = ''): RawDelivery | undefined {
  const body = parsedFeed(text);
  if (body?.order.mode !== 'live') return undefined;
  return said('order.updated', orderOf(body, store), receivedAt);
}

export function productSaid(product: {
  readonly id: number;
  readonly categories: readonly string[];
}): RawDelivery {
  const categories = product.categories.map((slug) => ({ slug }));
  return said('product.updated', { id: FEED_IDS + product.id, date_modified_gmt: '', categories });
}

/** Whoever never paid only tried to buy; when the record was made is when it counts as changed. */
export function customerSaid(customer: FeedCustomer): RawDelivery {
  const { id, email, created_at, purchase_count, ...person } = customer;
  const at = withoutZone(created_at);
  return said('customer.updated', {
    id: FEED_IDS + id,
    email,
    role: Number(purchase_count) > 0 ? 'customer' : 'prospect',
    first_name: person.first_name,
    last_name: person.last_name,
    date_created_gmt: at,
    date_modified_gmt: at,
    is_paying_customer: false,
    billing: { ...NO_ADDRESS, ...person, first_name: '', last_name: '' },
  });
}

export interface FeedCustomer {
  readonly id: number;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly city: string;
  readonly state: string;
  readonly postcode: string;
  readonly country: string;
  readonly purchase_count: string;
  readonly created_at: string;
}

const NO_ADDRESS = { address_1: '', phone: '', email: '' };

function said(topic: string, body: object, receivedAt = ''): RawDelivery {
  return { topic, webhookId: 'feed', deliveryId: '', receivedAt, body: JSON.stringify(body) };
}

function orderOf(body: RawFeedBody, { currency: base, skus }: FeedStore): object {
  const { order, order_items: items } = body;
  const refunded = Number(order.total_refund);
  return {
    id: FEED_IDS + Number(order.id),
    of: FEED_IDS,
    base,
    shipped: ['shipped', 'delivered'].includes(order.shipping_status ?? ''),
    status: statusOfFeed(body),
    currency: order.currency,
    total: money(order.total_amount),
    discount_total: money(Number(order.manual_discount_total) + Number(order.coupon_discount_total)),
    date_created_gmt: withoutZone(order.created_at),
    // Only compared: everything by which FluentCart's states follow each other stands in it.
    date_modified_gmt: rankOfFeed(body),
    date_paid_gmt: Number(order.total_paid) > 0 ? withoutZone(order.created_at) : null,
    date_completed_gmt: null,
    payment_method: order.payment_method,
    payment_method_title: order.payment_method_title,
    billing: billingOf(body),
    line_items: Object.values(items).map((item) => ({
      product_id: FEED_IDS + Number(item.post_id),
      sku: skus?.get(item.object_id) ?? '',
      name: [item.post_title, ...(item.title === item.post_title ? [] : [item.title])].join(' - '),
      quantity: Number(item.quantity),
      total: money(item.line_total),
    })),
    coupon_lines: [],
    refunds: refunded > 0 ? [{ total: money(-refunded) }] : [],
  };
}

function billingOf({ billing_address: bill, customer }: RawFeedBody): object {
  const at = placeOf({ bill, customer });
  return {
    first_name: bill.first_name || customer.first_name || '',
    last_name: bill.last_name || customer.last_name || '',
    phone: bill.phone || '',
    address_1: bill.address_1 || '',
    city: at.city || '',
    state: at.state || '',
    postcode: at.postcode || '',
    country: at.country || '',
    email: bill.email || customer.email || '',
  };
}

function money(cents: number | string): string {
  return (Number(cents) / 100).toFixed(2);
}

function withoutZone(date: string): string {
  return date.replace('+00:00', '');
}
