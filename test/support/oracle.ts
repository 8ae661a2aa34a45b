import geo from '../../lib/core/contact/text/region.data.json' with { type: 'json' };

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
  /**
   * `must`: something that belongs to the address now makes it a contact. `may`: only what belonged to it once does.
   * `never`: nothing that ever had this address was more than an attempt to buy.
   */
  readonly presence: 'must' | 'may' | 'never';
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
  /** How far the ids of its store were moved, so that two stores' never meet. */
  of?: number;
  /** Its goods went out, paid or not: then somebody has bought. */
  shipped?: boolean;
  /** Its store's own currency; EUR if not given. */
  base?: string;
  parent_id?: number;
  created_via?: string;
  meta_data?: { key: string; value: unknown }[];
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
/** Where in it a status of the shop's own lies. */
const OWN_RANK = STATUS_RANK.indexOf('on-hold') + 0.5;
const COUNTED = ['processing', 'completed'];

/** What of a policy decides fields and tags: counted statuses, and the kinds of tags there are. */
export interface Counting {
  readonly counted: readonly string[];
  readonly tags: readonly string[];
  /** Of customer records that make contacts; `customer` if not given. */
  readonly roles?: readonly string[];
}

export const DEFAULT_COUNTING: Counting = { counted: COUNTED, tags: ['status', 'sku', 'category'] };

/** E-mail in lower case → what Mautic must hold. Base currency EUR, default policy unless another is given. */
export function expectedContacts(
  deliveries: readonly RawDelivery[],
  counting: Counting = DEFAULT_COUNTING,
): ReadonlyMap<string, ExpectedContact> {
  const said = saidBy(deliveries, counting);
  const makers = makersOf(deliveries, said.orders, counting);
  const typed = [
    ...said.orders.map((order) => order.billing.email),
    ...said.customers.map(({ email }) => email),
  ];
  const emails = new Set(typed.filter((text) => text !== '').map(asAddress));
  return new Map([...emails].map((email) => [email, expectedContact(email, said, { counting, makers })]));
}

/** The newest state of everything, and what of it is gone. */
export function saidBy(deliveries: readonly RawDelivery[], counting: Counting) {
  const orders = newestBodies<RawOrder>(deliveries, 'order', orderRank).filter(
    ({ status }) => status !== 'checkout-draft',
  );
  return {
    orders,
    customers: newestBodies<RawCustomer>(deliveries, 'customer', customerRank).filter((customer) =>
      isCustomer(customer, counting),
    ),
    categories: categoriesByProduct(deliveries),
    gone: goneOrders(deliveries, orders),
    deletedCustomers: new Set(idsOf(deliveries, 'customer.deleted')),
  };
}

function expectedContact(
  email: string,
  { orders, customers, categories, gone, deletedCustomers }: ReturnType<typeof saidBy>,
  { counting, makers }: { counting: Counting; makers: Makers },
): ExpectedContact {
  const own = orders.filter((order) => asAddress(order.billing.email) === email).sort(byCreation);
  const alive = own.filter(({ id }) => !gone.has(id));
  const lineages = new Map(alive.map((order) => [order, lineageOf(order, alive)]));
  const kept = alive.filter((order) => lineages.get(order)?.length === 1);
  const customer = customers.find((candidate) => asAddress(candidate.email) === email);
  const newest = kept.at(-1);
  const books = booksOf(lineages).filter(({ order }) => isCounted(order, counting));
  const counted = books.map(({ order }) => order);
  const customerKept = customer && !deletedCustomers.has(customer.id) ? customer : undefined;
  return {
    presence: presenceOf(email, makers, { own, customer }),
    fields: {
      ...identity(newest ?? own.at(-1), customerKept, customer),
      mautic_woo_total_spent: newest ? spent(books, newest.base ?? 'EUR') || null : null,
      mautic_woo_order_count: new Set(books.map(({ root }) => root)).size || null,
    },
    orderData: newest ? orderData(newest) : null,
    tags: tags(newest, counted, categories).filter((tag) =>
      counting.tags.some((kind) => tag.startsWith(`${kind}:`)),
    ),
  };
}

function presenceOf(
  email: string,
  makers: Makers,
  { own, customer }: { own: readonly RawOrder[]; customer: RawCustomer | undefined },
): ExpectedContact['presence'] {
  if (customer !== undefined || own.some(({ id }) => makers.orders.has(id))) return 'must';
  return makers.addresses.has(email) ? 'may' : 'never';
}

type Makers = ReturnType<typeof makersOf>;

/** What an order is before anybody has bought: WooCommerce cancels by itself what is not paid. */
const ATTEMPTS = ['pending', 'failed', 'cancelled', 'trash'];

/** Orders that were ever more than an attempt, and every address that one of them or a customer ever had. */
function makersOf(deliveries: readonly RawDelivery[], newest: readonly RawOrder[], counting: Counting) {
  const bodies = <Body>(resource: string) =>
    deliveries
      .filter(({ topic }) => topic.startsWith(`${resource}.`) && !topic.endsWith('.deleted'))
      .map(({ body }) => JSON.parse(body) as Body & { code?: string })
      .filter(({ code }) => code === undefined);
  const states = bodies<RawOrder>('order').filter(({ status }) => status !== 'checkout-draft');
  const isMore = (order: RawOrder) => Boolean(order.date_paid_gmt) || isCounted(order, counting);
  const orders = new Set([
    ...states.filter((order) => order.shipped || !ATTEMPTS.includes(order.status)).map(({ id }) => id),
    ...newest.filter(isMore).map(({ id }) => id),
  ]);
  const customers = bodies<RawCustomer>('customer').filter((customer) => isCustomer(customer, counting));
  const typed = [
    ...states.filter(({ id }) => orders.has(id)).map(({ billing }) => billing.email),
    ...customers.map(({ email }) => email),
  ];
  return { orders, addresses: new Set(typed.map(asAddress)) };
}

function isCustomer({ role }: RawCustomer, { roles = ['customer'] }: Counting): boolean {
  return roles.some((one) => one === '*' || one === role);
}

/** Named by the policy; or paid, and in a status that no shop has of WooCommerce itself. */
function isCounted({ status, date_paid_gmt }: RawOrder, { counted }: Counting): boolean {
  return counted.includes(status) || (!STATUS_RANK.includes(status) && Boolean(date_paid_gmt));
}

/** Lower case, the domain in punycode. */
export function asAddress(text: string): string {
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

/** The order, what it names as its parent, and so on to an order that names none of this buyer's. */
function lineageOf(order: RawOrder, own: readonly RawOrder[]): readonly RawOrder[] {
  const lineage = [order];
  for (;;) {
    const last = lineage.at(-1) as RawOrder;
    const next = isRenewal(last) ? undefined : own.find(({ id }) => id === last.parent_id && id !== last.id);
    if (!next) return lineage;
    // Round in a circle, or towards one: nobody's part.
    if (lineage.includes(next)) return [order];
    lineage.push(next);
  }
}

function isRenewal({ created_via, meta_data = [] }: RawOrder): boolean {
  return created_via === 'subscription' || meta_data.some(({ key }) => key === '_subscription_renewal');
}

interface Book {
  readonly order: RawOrder;
  /** Of what was bought in one go. */
  readonly root: RawOrder;
  /** Cents, zero or negative. */
  readonly back: number;
}

/** What is booked: every order but those whose lines, all of them, stand in one that they are a part of. */
function booksOf(lineages: ReadonlyMap<RawOrder, readonly RawOrder[]>): readonly Book[] {
  const orders = [...lineages.keys()];
  const within = (order: RawOrder) =>
    lineages
      .get(order)
      ?.slice(1)
      .find((above) => copies(order, above));
  const copiesIn = (whole: RawOrder) => {
    const found = orders.filter((order) => within(order) === whole);
    const elsewhere = total(found.map((order) => order.total));
    const isLowered =
      elsewhere !== 0 &&
      total([whole.total]) + elsewhere === total(whole.line_items.map((line) => line.total));
    return isLowered ? [] : found;
  };
  const hidden = new Set(orders.flatMap(copiesIn));
  return orders
    .filter((order) => !hidden.has(order))
    .map((order) => ({
      order,
      root: lineages.get(order)?.at(-1) ?? order,
      back: Math.min(backOf([order]), backOf(copiesIn(order))),
    }));
}

function copies({ line_items: part }: RawOrder, { line_items: whole }: RawOrder): boolean {
  const left = [...whole];
  for (const line of part) {
    const index = left.findIndex(
      (other) =>
        (line.product_id && other.product_id
          ? line.product_id === other.product_id
          : line.name === other.name) &&
        line.quantity === other.quantity &&
        Math.abs(Number(line.total) - Number(other.total)) * 100 <= Math.abs(Number(line.total)),
    );
    if (index < 0) return false;
    left.splice(index, 1);
  }
  return true;
}

function backOf(orders: readonly RawOrder[]): number {
  return total(orders.flatMap(({ refunds }) => refunds.map((refund) => refund.total)));
}

function total(amounts: readonly string[]): number {
  return amounts.reduce((sum, amount) => sum + Math.round(Number(amount) * 100), 0);
}

function spent(books: readonly Book[], base: string): number {
  const inBase = books.filter(({ order }) => order.currency === base);
  return inBase.reduce((sum, { order, back }) => sum + total([order.total]) + back, 0) / 100;
}

function orderData(order: RawOrder) {
  const moved = order.of ?? 0;
  return {
    order_id: String(order.id - moved),
    status: order.status,
    total: order.total,
    discount: order.discount_total,
    currency: order.currency,
    date: `${order.date_created_gmt}Z`,
    payment_method: order.payment_method_title || order.payment_method,
    coupons: order.coupon_lines.map(({ code }) => code),
    line_items: order.line_items.map(({ product_id, sku, name, quantity, total }) => ({
      product_id: String(product_id - moved),
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
      (categories.get(product_id) ?? []).map((slug) => `category:${readable(slug)}`),
    ),
  ];
  return [...new Set(all.map((tag) => tag.toLowerCase()))].sort();
}

/** Byte by byte: whole characters of UTF-8 out of their escapes, everything else as it is. */
function readable(slug: string): string {
  const parts = slug.match(/(?:%[0-9a-fA-F]{2})+|%|[^%]+/g) ?? [];
  return parts.map((part) => (part.length < 3 || !part.startsWith('%') ? part : fromBytes(part))).join('');
}

function fromBytes(escapes: string): string {
  const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((some) => isCharacter(bytes.subarray(at, at + some)));
    text += length ? bytes.toString('utf8', at, at + length) : escapes.slice(at * 3, at * 3 + 3);
    at += length ?? 1;
  }
  return text;
}

function isCharacter(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  return Array.from(text).length === 1 && Buffer.from(text).equals(bytes);
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
    STATUS_RANK.includes(order.status) ? STATUS_RANK.indexOf(order.status) : OWN_RANK,
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
  const place = ({ date_created_gmt, id, of = 0 }: RawOrder) => [date_created_gmt, id - of, of];
  return compare(place(a), place(b));
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index];
    if (other !== undefined && value !== other) return value > other ? 1 : -1;
  }
  return 0;
}
