import geo from '../../lib/core/contact/text/region.data.json' with { type: 'json' };
import type { ExpectedContact } from './oracle.ts';

/**
 * An independent calculation of what Mautic must hold after a set of FluentCart deliveries, straight from their raw
 * bodies and the words of the design: default policy, base currency EUR, no keys for REST. It shares no code with the
 * bridge (the list of country names is data).
 */

export interface RawFeedDelivery {
  readonly body: string;
}

interface RawPerson {
  first_name?: string | null;
  last_name?: string | null;
  email?: string | null;
  phone?: string | null;
  address_1?: string | null;
  city?: string | null;
  state?: string | null;
  postcode?: string | null;
  country?: string | null;
  updated_at?: string;
  order?: { updated_at?: string };
}

export interface RawFeedBody {
  order: {
    id: number | string;
    status: string;
    payment_status: string;
    shipping_status?: string;
    mode: string;
    currency: string;
    total_amount: number | string;
    total_paid: number | string;
    total_refund: number | string;
    manual_discount_total: number | string;
    coupon_discount_total: number | string;
    payment_method_title: string;
    payment_method: string;
    created_at: string;
  };
  customer: RawPerson;
  billing_address: RawPerson;
  shipping_address: RawPerson;
  transactions: Record<string, { transaction_type: string; updated_at: string }>;
  order_items: Record<
    string,
    {
      post_id: string;
      object_id: string;
      post_title: string;
      title: string;
      quantity: string;
      line_total: number;
      updated_at: string;
    }
  >;
}

/** E-mail in lower case → what Mautic must hold. */
export function expectedFromFeeds(
  deliveries: readonly RawFeedDelivery[],
): ReadonlyMap<string, ExpectedContact> {
  const newest = new Map<string, RawFeedBody>();
  /** Orders that were ever more than an attempt to buy. */
  const placed = new Set<string>();
  for (const delivery of deliveries) {
    const body = parsedFeed(delivery.body);
    if (body?.order?.mode !== 'live') continue;
    if (!ATTEMPTS.includes(statusOfFeed(body)) || Number(body.order.total_paid) > 0)
      placed.add(String(body.order.id));
    const known = newest.get(String(body.order.id));
    if (!known || rankOfFeed(body) > rankOfFeed(known)) newest.set(String(body.order.id), body);
  }
  const byEmail = Map.groupBy(newest.values(), ({ billing_address, customer }) =>
    (billing_address.email || customer.email || '').toLowerCase(),
  );
  byEmail.delete('');
  const buyers = [...byEmail].filter(([, bodies]) =>
    bodies.some(({ order }) => placed.has(String(order.id))),
  );
  return new Map(buyers.map(([email, bodies]) => [email, contactOf(bodies)]));
}

/** What an order is before anybody has bought. */
const ATTEMPTS = ['pending', 'failed', 'cancelled', 'trash'];

function contactOf(bodies: readonly RawFeedBody[]): ExpectedContact {
  const latest = [...bodies].sort((a, b) => (place(a) < place(b) ? 1 : -1))[0];
  if (!latest) throw new Error('a contact without an order');
  const counted = bodies.filter((body) => ['processing', 'completed'].includes(statusOfFeed(body)));
  const cents = counted
    .filter(({ order }) => order.currency === 'EUR')
    .reduce((sum, { order }) => sum + Number(order.total_amount) - Number(order.total_refund), 0);
  return {
    presence: 'must',
    fields: {
      ...identity(latest),
      mautic_woo_total_spent: cents / 100 || null,
      mautic_woo_order_count: counted.length || null,
    },
    orderData: orderData(latest),
    tags: [`status:${statusOfFeed(latest)}`],
  };
}

function place({ order }: RawFeedBody): string {
  return `${order.created_at} ${String(order.id).padStart(10, '0')}`;
}

function identity({ billing_address: bill, customer }: RawFeedBody) {
  const countries: Record<string, string> = geo.countries;
  const states: Record<string, Record<string, string>> = geo.states;
  const at = placeOf({ bill, customer });
  return {
    firstname: bill.first_name || customer.first_name || null,
    lastname: bill.last_name || customer.last_name || null,
    phone: bill.phone || null,
    address1: bill.address_1 || null,
    city: at.city || null,
    zipcode: at.postcode || null,
    country: countries[at.country ?? ''] ?? null,
    state: states[at.country ?? '']?.[at.state ?? ''] ?? null,
  };
}

/** An address as a whole, never half of the bill and half of the customer's record. */
export function placeOf({ bill, customer }: { bill: RawPerson; customer: RawPerson }): RawPerson {
  return bill.address_1 || bill.city || bill.postcode || bill.country ? bill : customer;
}

function orderData(body: RawFeedBody) {
  const { order } = body;
  return {
    order_id: String(order.id),
    status: statusOfFeed(body),
    total: money(order.total_amount),
    discount: money(Number(order.manual_discount_total) + Number(order.coupon_discount_total)),
    currency: order.currency,
    date: order.created_at.replace('+00:00', 'Z'),
    payment_method: order.payment_method_title || order.payment_method,
    coupons: [],
    line_items: Object.values(body.order_items).map((item) => ({
      product_id: item.post_id,
      sku: '',
      name: `${item.post_title} - ${item.title}`,
      quantity: Number(item.quantity),
      total: money(item.line_total),
    })),
  };
}

function money(cents: number | string): string {
  return (Number(cents) / 100).toFixed(2);
}

export function statusOfFeed({ order }: RawFeedBody): string {
  if (order.status === 'canceled') return 'cancelled';
  if (order.status === 'failed') return 'failed';
  const { payment_status: payment } = order;
  if (payment === 'refunded' || payment === 'pending' || payment === 'failed') return payment;
  const isOpen = payment === 'partially_paid' || payment === 'authorized';
  return Number(order.total_paid) === 0 || isOpen ? 'on-hold' : order.status;
}

const PAYMENTS = [
  'pending',
  'failed',
  'authorized',
  'succeeded',
  'partially_paid',
  'paid',
  'partially_refunded',
  'refunded',
];
const SHIPPINGS = ['', 'unshipped', 'shipped', 'delivered'];
const STATUSES = ['on-hold', 'processing', 'completed'];

/** A text that sorts like the design's version: greatest date, cancelled, refunds, payment, shipping, status. */
export function rankOfFeed({
  order,
  transactions,
  order_items,
  billing_address,
  shipping_address,
}: RawFeedBody): string {
  const parts = [...Object.values(transactions), ...Object.values(order_items)];
  const dates = [
    ...parts.map(({ updated_at }) => updated_at),
    ...[billing_address, shipping_address].flatMap((address) => [
      address.updated_at,
      address.order?.updated_at,
    ]),
  ].filter((date) => date !== undefined);
  const refunds = Object.values(transactions).filter(({ transaction_type }) => transaction_type === 'refund');
  return [
    dates.sort().at(-1) ?? '',
    order.status === 'canceled' ? 1 : 0,
    String(refunds.length).padStart(4, '0'),
    PAYMENTS.indexOf(order.payment_status),
    SHIPPINGS.indexOf(order.shipping_status ?? ''),
    STATUSES.indexOf(order.status),
  ].join(' ');
}

/** `undefined` for a body without an order: chosen fields. */
export function parsedFeed(text: string): RawFeedBody | undefined {
  const body = (text.startsWith('{') ? JSON.parse(text) : fromForm(text)) as Partial<RawFeedBody>;
  if (!body.order) return undefined;
  return { transactions: {}, order_items: {}, ...body } as RawFeedBody;
}

/** Each name in brackets as a path into objects. */
function fromForm(text: string): object {
  const root: Record<string, unknown> = {};
  for (const pair of text.split('&')) {
    const [name = '', value = ''] = pair
      .split('=')
      .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
    const path = name.replaceAll(']', '').split('[');
    let node = root;
    for (const step of path.slice(0, -1)) {
      node[step] ??= {};
      node = node[step] as Record<string, unknown>;
    }
    node[path.at(-1) ?? ''] = value;
  }
  return root;
}
