import geo from '../../lib/core/contact/region.data.json' with { type: 'json' };
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

interface RawBody {
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
  const newest = new Map<string, RawBody>();
  for (const delivery of deliveries) {
    const body = parsed(delivery.body);
    if (body?.order?.mode !== 'live') continue;
    const known = newest.get(String(body.order.id));
    if (!known || rank(body) > rank(known)) newest.set(String(body.order.id), body);
  }
  const byEmail = Map.groupBy(newest.values(), ({ billing_address, customer }) =>
    (billing_address.email || customer.email || '').toLowerCase(),
  );
  byEmail.delete('');
  return new Map([...byEmail].map(([email, bodies]) => [email, contactOf(bodies)]));
}

/** What an order is before anybody has bought. */
const ATTEMPTS = ['pending', 'failed', 'cancelled', 'trash'];

function contactOf(bodies: readonly RawBody[]): ExpectedContact {
  const latest = [...bodies].sort((a, b) => (place(a) < place(b) ? 1 : -1))[0];
  if (!latest) throw new Error('a contact without an order');
  const counted = bodies.filter((body) => ['processing', 'completed'].includes(status(body)));
  const cents = counted
    .filter(({ order }) => order.currency === 'EUR')
    .reduce((sum, { order }) => sum + Number(order.total_amount) - Number(order.total_refund), 0);
  const isMore = bodies.some((body) => !ATTEMPTS.includes(status(body)));
  return {
    presence: isMore ? 'must' : 'never',
    fields: {
      ...identity(latest),
      mautic_woo_total_spent: cents / 100 || null,
      mautic_woo_order_count: counted.length || null,
    },
    orderData: orderData(latest),
    tags: [`status:${status(latest)}`],
  };
}

function place({ order }: RawBody): string {
  return `${order.created_at} ${String(order.id).padStart(10, '0')}`;
}

function identity({ billing_address: bill, customer }: RawBody) {
  const countries: Record<string, string> = geo.countries;
  const states: Record<string, Record<string, string>> = geo.states;
  const at = bill.address_1 ? bill : customer;
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

function orderData(body: RawBody) {
  const { order } = body;
  return {
    order_id: String(order.id),
    status: status(body),
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

function status({ order }: RawBody): string {
  if (order.status === 'canceled') return 'cancelled';
  if (order.status === 'failed') return 'failed';
  const { payment_status: payment } = order;
  if (payment === 'refunded' || payment === 'pending' || payment === 'failed') return payment;
  return Number(order.total_paid) === 0 || payment === 'partially_paid' ? 'on-hold' : order.status;
}

const PAYMENTS = [
  'pending',
  'failed',
  'authorized',
  'partially_paid',
  'paid',
  'partially_refunded',
  'refunded',
];
const SHIPPINGS = ['', 'unshipped', 'shipped', 'delivered'];
const STATUSES = ['on-hold', 'processing', 'completed'];

/** A text that sorts like the design's version: greatest date, cancelled, refunds, payment, shipping, status. */
function rank({ order, transactions, order_items, billing_address, shipping_address }: RawBody): string {
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
    refunds.length,
    PAYMENTS.indexOf(order.payment_status),
    SHIPPINGS.indexOf(order.shipping_status ?? ''),
    STATUSES.indexOf(order.status),
  ].join(' ');
}

/** `undefined` for a body without an order: chosen fields. */
function parsed(text: string): RawBody | undefined {
  const body = (text.startsWith('{') ? JSON.parse(text) : fromForm(text)) as Partial<RawBody>;
  if (!body.order) return undefined;
  return { transactions: {}, order_items: {}, ...body } as RawBody;
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
