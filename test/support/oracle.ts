import geo from '../../lib/core/contact/region.data.json' with { type: 'json' };

/**
 * An independent calculation of what Mautic must hold after a set of WooCommerce deliveries, straight from their
 * raw bodies and the words of the design. It shares no code with the bridge (the list of country names is data).
 */

export interface RawDelivery {
  readonly topic: string;
  readonly webhookId: string;
  readonly deliveryId: string;
  /** ISO 8601 UTC; decides where dates and progress are the same. */
  readonly receivedAt?: string;
  readonly body: string;
}

export interface ExpectedContact {
  readonly fields: Readonly<Record<string, string | number | null>>;
  /** The JSON of mautic_woo_order_data, parsed. */
  readonly orderData: unknown;
  readonly tags: readonly string[];
}

interface RawBilling {
  first_name: string;
  last_name: string;
  address_1: string;
  city: string;
  state: string;
  postcode: string;
  country: string;
  email: string;
  phone: string;
}

interface RawOrder {
  id: number;
  status: string;
  currency: string;
  total: string;
  discount_total: string;
  date_created_gmt: string;
  date_modified_gmt: string;
  date_paid_gmt: string | null;
  date_completed_gmt: string | null;
  payment_method: string;
  payment_method_title: string;
  billing: RawBilling;
  line_items: { product_id: number; sku: string | null; name: string; quantity: number; total: string }[];
  coupon_lines: { code: string }[];
  refunds: { total: string }[];
}

interface RawCustomer {
  id: number;
  email: string;
  role: string;
  first_name: string;
  last_name: string;
  date_created_gmt: string | null;
  date_modified_gmt: string | null;
  is_paying_customer: boolean;
  billing: RawBilling;
}

const STATUS_RANK = [
  'pending',
  'failed',
  'on-hold',
  'processing',
  'cancelled',
  'completed',
  'refunded',
  'trash',
];
const COUNTED = ['processing', 'completed'];

/** What of a policy decides fields and tags: counted statuses, and the kinds of tags there are. */
export interface Counting {
  readonly counted: readonly string[];
  readonly tags: readonly string[];
}

const DEFAULT_COUNTING: Counting = { counted: COUNTED, tags: ['status', 'sku', 'category'] };

/** E-mail in lower case → what Mautic must hold. Base currency EUR, default policy unless another is given. */
export function expectedContacts(
  deliveries: readonly RawDelivery[],
  counting: Counting = DEFAULT_COUNTING,
): ReadonlyMap<string, ExpectedContact> {
  const orders = newestBodies<RawOrder>(deliveries, 'order', orderRank).filter(
    ({ status }) => status !== 'checkout-draft',
  );
  const customers = newestBodies<RawCustomer>(deliveries, 'customer', customerRank).filter(
    ({ role }) => role === 'customer',
  );
  const categories = categoriesByProduct(deliveries);
  const gone = goneOrders(deliveries, orders);
  const deletedCustomers = new Set(idsOf(deliveries, 'customer.deleted'));
  const emails = new Set([
    ...orders.map((order) => order.billing.email),
    ...customers.map(({ email }) => email),
  ]);
  const contacts = new Map<string, ExpectedContact>();
  for (const email of new Set([...emails].filter((text) => text !== '').map(asAddress))) {
    const own = orders.filter((order) => asAddress(order.billing.email) === email).sort(byCreation);
    const kept = own.filter(({ id }) => !gone.has(id));
    const customer = customers.find((candidate) => asAddress(candidate.email) === email);
    const newest = kept.at(-1);
    const counted = kept.filter(({ status }) => counting.counted.includes(status));
    const customerKept = customer && !deletedCustomers.has(customer.id) ? customer : undefined;
    contacts.set(email, {
      fields: {
        ...identity(newest ?? own.at(-1), customerKept, customer),
        mautic_woo_total_spent: newest ? spent(counted) || null : null,
        mautic_woo_order_count: counted.length || null,
      },
      orderData: newest ? orderData(newest) : null,
      tags: tags(newest, counted, categories).filter((tag) =>
        counting.tags.some((kind) => tag.startsWith(`${kind}:`)),
      ),
    });
  }
  return contacts;
}

/** Lower case, the domain in punycode. */
function asAddress(text: string): string {
  const [local = '', domain = ''] = text.split('@');
  return domain === '' ? '' : `${local.toLowerCase()}@${new URL(`http://${domain}`).hostname}`;
}

function identity(
  order: RawOrder | undefined,
  customer: RawCustomer | undefined,
  anyCustomer: RawCustomer | undefined,
) {
  const fromCustomer = (record: RawCustomer): RawBilling => ({
    ...record.billing,
    first_name: record.billing.first_name || record.first_name,
    last_name: record.billing.last_name || record.last_name,
  });
  if (!order) return identityFields(anyCustomer ? fromCustomer(anyCustomer) : undefined);
  if (!customer || changedAt(customer) <= order.date_created_gmt) return identityFields(order.billing);
  const over = fromCustomer(customer);
  const hasAddress = Boolean(over.address_1 || over.city || over.postcode);
  return identityFields({
    ...(hasAddress ? over : order.billing),
    first_name: over.first_name || order.billing.first_name,
    last_name: over.last_name || order.billing.last_name,
    phone: over.phone || order.billing.phone,
  });
}

function identityFields(billing: RawBilling | undefined) {
  const countries: Record<string, string> = geo.countries;
  const states: Record<string, Record<string, string>> = geo.states;
  return {
    firstname: billing?.first_name || null,
    lastname: billing?.last_name || null,
    phone: billing?.phone || null,
    address1: billing?.address_1 || null,
    city: billing?.city || null,
    zipcode: billing?.postcode || null,
    country: (billing && countries[billing.country]) || null,
    state: (billing && states[billing.country]?.[billing.state]) || null,
  };
}

function spent(counted: readonly RawOrder[]): number {
  const cents = counted
    .filter(({ currency }) => currency === 'EUR')
    .flatMap((order) => [order.total, ...order.refunds.map(({ total }) => total)])
    .reduce((total, amount) => total + Math.round(Number(amount) * 100), 0);
  return cents / 100;
}

function orderData(order: RawOrder) {
  return {
    order_id: String(order.id),
    status: order.status,
    total: order.total,
    discount: order.discount_total,
    currency: order.currency,
    date: `${order.date_created_gmt}Z`,
    payment_method: order.payment_method_title || order.payment_method,
    coupons: order.coupon_lines.map(({ code }) => code),
    line_items: order.line_items.map(({ product_id, sku, name, quantity, total }) => ({
      product_id: String(product_id),
      sku: sku ?? '',
      name,
      quantity,
      total,
    })),
  };
}

function tags(
  newest: RawOrder | undefined,
  counted: readonly RawOrder[],
  categories: ReadonlyMap<number, readonly string[]>,
) {
  const lines = counted.flatMap((order) => order.line_items);
  const all = [
    ...(newest ? [`status:${newest.status}`] : []),
    ...lines.flatMap(({ sku }) => (sku ? [`sku:${sku}`] : [])),
    ...lines.flatMap(({ product_id }) =>
      (categories.get(product_id) ?? []).map((slug) => `category:${slug}`),
    ),
  ];
  return [...new Set(all.map((tag) => tag.toLowerCase()))].sort();
}

/** The body with the greatest rank of every thing; bodies without an id say nothing. */
function newestBodies<Body extends { id: number }>(
  deliveries: readonly RawDelivery[],
  resource: string,
  rank: (body: Body) => readonly (string | number)[],
): Body[] {
  const best = new Map<number, { readonly body: Body; readonly rank: readonly (string | number)[] }>();
  for (const delivery of deliveries) {
    if (!delivery.topic.startsWith(`${resource}.`) || delivery.topic.endsWith('.deleted')) continue;
    const body = JSON.parse(delivery.body) as Body & { code?: string; status?: string };
    if (body.code !== undefined || body.status === 'checkout-draft') continue;
    const known = best.get(body.id);
    const own = [...rank(body), delivery.receivedAt ?? ''];
    if (!known || compare(own, known.rank) > 0) best.set(body.id, { body, rank: own });
  }
  return [...best.values()].map(({ body }) => body);
}

function orderRank(order: RawOrder): readonly (string | number)[] {
  return [
    order.date_modified_gmt,
    order.refunds.length,
    order.date_completed_gmt ? 1 : 0,
    order.date_paid_gmt ? 1 : 0,
    STATUS_RANK.indexOf(order.status),
  ];
}

function customerRank(customer: RawCustomer): readonly (string | number)[] {
  return [changedAt(customer), customer.is_paying_customer ? 1 : 0];
}

function changedAt(customer: RawCustomer): string {
  return customer.date_modified_gmt ?? customer.date_created_gmt ?? '';
}

function goneOrders(deliveries: readonly RawDelivery[], orders: readonly RawOrder[]): ReadonlySet<number> {
  const marks = (topic: string, id: number) =>
    new Set(
      deliveries
        .filter(
          (delivery) => delivery.topic === topic && (JSON.parse(delivery.body) as { id: number }).id === id,
        )
        .map(({ webhookId, deliveryId }) => `${webhookId}/${deliveryId}`),
    ).size;
  const gone = orders.filter(
    ({ id, status }) => status === 'trash' || marks('order.deleted', id) > marks('order.restored', id),
  );
  return new Set(gone.map(({ id }) => id));
}

function categoriesByProduct(deliveries: readonly RawDelivery[]): ReadonlyMap<number, readonly string[]> {
  type Product = { id: number; date_modified_gmt: string; categories: { slug: string }[] };
  const products = newestBodies<Product>(deliveries, 'product', ({ date_modified_gmt }) => [
    date_modified_gmt,
  ]);
  return new Map(products.map(({ id, categories }) => [id, categories.map(({ slug }) => slug)]));
}

function idsOf(deliveries: readonly RawDelivery[], topic: string): number[] {
  return deliveries
    .filter((delivery) => delivery.topic === topic)
    .map(({ body }) => (JSON.parse(body) as { id: number }).id);
}

function byCreation(a: RawOrder, b: RawOrder): number {
  return compare([a.date_created_gmt, a.id], [b.date_created_gmt, b.id]);
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index];
    if (other !== undefined && value !== other) return value > other ? 1 : -1;
  }
  return 0;
}
