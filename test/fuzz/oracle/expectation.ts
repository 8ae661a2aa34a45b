import { domainToASCII } from 'node:url';
import { STORES } from '../bridge/fuzz-world.ts';
import type { Request } from '../inputs/input.ts';
import { SECRETS, signatureOf } from '../inputs/secrets.ts';
import { SIGNATURE, TOPIC } from '../inputs/shop.ts';
import { parsedForm } from './form.ts';

/** What has to become of a request, worked out from the words of the design and not from the code. */
export interface Expectation {
  readonly status: 200 | 401 | 404 | 413;
  /** It goes into the queue. */
  readonly taken: boolean;
}

const MOST_BYTES = 4 * 1024 * 1024;
const LONGEST_PING = 40;
const SHOP_HOST = 'shop.example.test';
const TAKEN =
  /^(?:order\.(?:created|updated|restored|deleted)|customer\.(?:created|updated|deleted)|product\.(?:created|updated|published|restored|deleted)|subscription\.(?:created|updated|switched|deleted))$/;

export function expectationOf(request: Request): Expectation {
  const { body } = request;
  const store = storeIn(request.store);
  if (!STORES.some(({ id }) => id === store)) return { status: 404, taken: false };
  if (body.length > MOST_BYTES) return { status: 413, taken: false };
  if (store === 'fluent') return expectationOfFeed(request);
  const signature = headerOf(request, SIGNATURE);
  const isPing = body.length <= LONGEST_PING && /^webhook_id=\d+$/.test(body.toString('latin1'));
  if (signature === undefined && isPing) return { status: 200, taken: false };
  const isRight = (SECRETS[store] ?? []).some((secret) => signatureOf(body, secret) === signature);
  if (!isRight) return { status: 401, taken: false };
  const isOurs = store !== 'shop' || isShop(headerOf(request, 'x-wc-webhook-source') ?? '');
  return { status: 200, taken: isOurs && TAKEN.test(headerOf(request, TOPIC) ?? '') };
}

/** Nothing is signed: the secret itself comes along, and an event that nobody knows tells of an order all the same. */
function expectationOfFeed(request: Request): Expectation {
  const secret = headerOf(request, 'x-bridge-secret') ?? '';
  const isRight = (SECRETS['fluent'] ?? []).includes(secret);
  return isRight ? { status: 200, taken: true } : { status: 401, taken: false };
}

/** People copy the address with a slash at its end. */
function storeIn(path: string): string {
  return path.replace(/\/$/, '');
}

/** A header as API Gateway passes it on: repeated ones joined. */
export function headerOf({ headers }: Request, name: string): string | undefined {
  const values = headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(',');
}

function isShop(source: string): boolean {
  const url = URL.parse(source);
  return [SHOP_HOST, `www.${SHOP_HOST}`].includes(url?.host ?? '') && !/staging/.test(url?.pathname ?? '');
}

/** Whom and what a delivery speaks of: nothing else may change because of it. */
export interface Named {
  /** Its name in the ledger. */
  readonly thing?: string;
  /** Normalised. */
  readonly email?: string;
  /** Names of what stands beside it: subscriptions that began with an order. */
  readonly beside?: readonly string[];
}

export interface Spoken {
  readonly store: string;
  readonly topic: string;
  readonly body: Uint8Array;
}

export function namedBy({ store, topic, body }: Spoken): Named {
  if (storeIn(store) === 'fluent') return namedByFeed(body);
  const kind = TAKEN.test(topic) ? topic.split('.')[0] : undefined;
  const said = parsed(body);
  const id = idOf(said?.['id']);
  if (!said || kind === undefined || id === undefined) return {};
  const person = kind === 'order' ? said['billing'] : said;
  const email = isFields(person) && kind !== 'product' ? addressOf(person['email']) : undefined;
  return { thing: `${kind}/${storeIn(store)}/${id}`, ...(email !== undefined && { email }) };
}

/** The order, which stands at the top or in an envelope or two, and whom its bill or else its customer names. */
function namedByFeed(body: Uint8Array): Named {
  const text = new TextDecoder().decode(body);
  let said = parsed(body) ?? fieldsOf(text);
  while (isFields(said['data']) && !isFields(said['order']) && idOf(said['id']) === undefined)
    said = said['data'];
  const order = isFields(said['order']) ? said['order'] : said;
  const id = idOf(order['id']);
  if (id === undefined) return {};
  const of = (name: string) => said[name] ?? order[name];
  const bill = of('billing_address');
  const other = isFields(bill) && isFields(bill['meta']) ? bill['meta']['other_data'] : undefined;
  const typed = [bill, other, of('customer')].map((one) => (isFields(one) ? textOf(one['email']) : ''));
  const email = addressOf(typed.find((one) => one !== ''));
  const listed = of('subscriptions');
  const subscriptions = isFields(listed) ? Object.values(listed) : [];
  const beside = subscriptions.flatMap((one) => (isFields(one) ? (idOf(one['id']) ?? []) : []));
  return {
    thing: `order/fluent/${id}`,
    beside: beside.map((own) => `subscription/fluent/${own}`),
    ...(email !== undefined && { email }),
  };
}

function textOf(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? value.trim().slice(0, 1000) : '';
}

function fieldsOf(form: string): Record<string, unknown> {
  try {
    return parsedForm(form) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function parsed(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function idOf(id: unknown): string | undefined {
  const number = typeof id === 'string' && /^\d+$/.test(id) ? Number(id) : id;
  return Number.isSafeInteger(number) && Number(number) >= 1 ? String(number) : undefined;
}

function addressOf(email: unknown): string | undefined {
  if (typeof email !== 'string') return undefined;
  const text = email.trim();
  const at = text.lastIndexOf('@');
  if (at < 1) return undefined;
  return `${text.slice(0, at)}@${domainToASCII(text.slice(at + 1))}`.toLowerCase();
}
