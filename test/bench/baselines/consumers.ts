import type { ShopDelivery } from '../support/shop.ts';

type Held = Readonly<Record<string, unknown>>;
type Contact = { readonly id: number; readonly fields: { readonly all: Held } };
type Reply = { readonly contacts?: Record<string, Contact>; readonly contact?: { readonly id: number } };

/** An order or a customer as a delivery shows it. */
export interface Body {
  readonly id?: number;
  readonly email?: string;
  readonly role?: string;
  readonly status?: string;
  readonly total?: string;
  readonly billing?: Readonly<Record<string, string>>;
}

interface Ways {
  readonly workers: number;
  /** What goes into the totals of a contact, by the order that came and what Mautic holds of it. */
  readonly totals: (order: Body, held: Held, topic: string) => Totals | undefined;
}

interface Totals {
  readonly count: number;
  readonly spent: number;
}

type Call = (method: string, path: string, body?: unknown) => Promise<Reply>;

const FIELDS = [
  { alias: 'mautic_woo_total_spent', label: 'Total Spent', type: 'number' },
  { alias: 'mautic_woo_order_count', label: 'Order Count', type: 'number' },
];

/** So many workers take deliveries off one queue; each searches the contact, creates or edits it, and adds a note. */
export async function consume(url: string, deliveries: readonly ShopDelivery[], ways: Ways): Promise<void> {
  const call = await signedIn(url);
  for (const field of FIELDS) await call('POST', 'fields/contact/new', field);
  const queue = deliveries.values();
  const work = async () => {
    for (const delivery of queue) await take(call, delivery, ways);
  };
  await Promise.all(Array.from({ length: ways.workers }, work));
}

async function signedIn(url: string): Promise<Call> {
  const form = { grant_type: 'client_credentials', client_id: 'local', client_secret: 'local-secret' };
  const token = await fetch(`${url}/oauth/v2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token } = (await token.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
  return async (method, path, body) => {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}/api/${path}`, { method, headers, ...content });
    return (await response.json()) as Reply;
  };
}

async function take(call: Call, { topic, body }: ShopDelivery, { totals }: Ways): Promise<void> {
  const order = JSON.parse(body) as Body;
  const { billing = {}, email = billing['email'], role = 'customer', status } = order;
  // Nobody without an address, no staff and no drafts.
  if (!email || role !== 'customer' || status === 'checkout-draft') return;
  const found = await call('GET', `contacts?search=email:${encodeURIComponent(email)}&limit=1`);
  const [known] = Object.values(found.contacts ?? {});
  const sums = topic.startsWith('order.') ? totals(order, known?.fields.all ?? {}, topic) : undefined;
  const fields = {
    email,
    firstname: billing['first_name'],
    lastname: billing['last_name'],
    city: billing['city'],
    ...(status !== undefined && { tags: [`status:${status}`] }),
    ...(sums && { mautic_woo_order_count: sums.count, mautic_woo_total_spent: sums.spent }),
  };
  const { contact } = await (known
    ? call('PATCH', `contacts/${String(known.id)}/edit`, fields)
    : call('POST', 'contacts/new', fields));
  if (!contact || status === undefined) return;
  const text = `Order ${String(order.id)} ${status}`;
  await call('POST', 'notes/new', { lead: contact.id, type: 'general', text });
}
