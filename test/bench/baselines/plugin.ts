import type { ShopDelivery } from '../support/shop.ts';

type Reply = { readonly contacts?: Record<string, unknown>; readonly contact: { readonly id: number } };
type Body = { email?: string; role?: string; status?: string; billing?: Record<string, string> };

/** What a plugin in the shop does for every delivery: search the contact, create or edit it, add a note. */
export async function syncAsPlugin(url: string, deliveries: readonly ShopDelivery[]): Promise<void> {
  const form = { grant_type: 'client_credentials', client_id: 'local', client_secret: 'local-secret' };
  const token = await fetch(`${url}/oauth/v2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token } = (await token.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };

  async function call(method: string, path: string, body?: unknown): Promise<Reply> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}/api/${path}`, { method, headers, ...content });
    return (await response.json()) as Reply;
  }

  for (const { topic, body } of deliveries) {
    const { billing = {}, email = billing.email, role = 'customer', status } = JSON.parse(body) as Body;
    // Nobody without an address, no staff and no drafts.
    if (!email || role !== 'customer' || status === 'checkout-draft') continue;
    const found = await call('GET', `contacts?search=email:${encodeURIComponent(email)}&limit=1`);
    const [known] = Object.keys(found.contacts ?? {});
    const { first_name: firstname, last_name: lastname, city } = billing;
    const fields = { email, firstname, lastname, city, tags: [`status:${status}`] };
    const { contact } = await (known === undefined
      ? call('POST', 'contacts/new', fields)
      : call('PATCH', `contacts/${known}/edit`, fields));
    const note = { lead: contact.id, type: 'general', text: `Order ${status}` };
    if (topic.startsWith('order.')) await call('POST', 'notes/new', note);
  }
}
