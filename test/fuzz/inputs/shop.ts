import { type Recording, recordedDeliveries } from '../../support/woocommerce.ts';
import type { Dice } from './dice.ts';
import type { Header, Request } from './input.ts';
import { jsonText } from './json-text.ts';
import { SECRETS, signatureOf } from './secrets.ts';

type Fields = Record<string, unknown>;

/** A delivery before it is signed. */
export interface Parcel {
  readonly topic: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Fields;
}

/** These words are in names and addresses only, so that they can be looked for in logs. */
export const MARKERS = /mark(?:given|family|street|mail|firm)/i;

const RECORDED = recordedDeliveries().filter(({ body }) => body.startsWith('{'));
const ORDERS = RECORDED.filter(({ topic }) => topic.startsWith('order.'));
const CUSTOMERS = RECORDED.filter(({ topic }) => topic.startsWith('customer.'));
const PRODUCTS = RECORDED.filter(({ topic }) => topic.startsWith('product.'));

const STATUSES = [
  'pending',
  'failed',
  'on-hold',
  'processing',
  'processing',
  'cancelled',
  'completed',
  'completed',
  'refunded',
  'trash',
  'packed',
  'checkout-draft',
  'constructor',
  '__proto__',
] as const;

export const PEOPLE: readonly string[] = Array.from(
  { length: 14 },
  (_, person) => `markmail${String(person)}@example.test`,
);

/** Times of changes lie in this hour, so that newer and older ones meet. */
const NOON = Date.parse('2026-11-22T12:00:00Z');

/** A recorded delivery of a shop with some customers and some dozens of orders. */
export function parcel(dice: Dice): Parcel {
  const recording = pickRecording(dice);
  const body: Fields = JSON.parse(recording.body);
  if (recording.topic.startsWith('order.')) moveOrder(dice, body);
  if (recording.topic.startsWith('customer.')) moveCustomer(dice, body);
  const headers = { ...recording.headers, 'x-wc-webhook-delivery-id': hex(dice, 32) };
  return { topic: recording.topic, headers, body };
}

/** An order of one of the people, in full. */
export function orderParcel(dice: Dice): Parcel {
  for (;;) {
    const made = parcel(dice);
    if (made.topic === 'order.created' || made.topic === 'order.updated') return made;
  }
}

/** The recordings as they are, signed by the store that sends now. */
export function recordedRequests(): readonly Request[] {
  return RECORDED.map(recordedRequest);
}

function recordedRequest(recording: Recording): Request {
  const body = Buffer.from(recording.body);
  return { store: 'demo', body, headers: headersOf(recording.headers, body) };
}

/** The parcel as its store sends it. */
export function signed({ headers, topic, body }: Parcel, text: string | Buffer = jsonText(body)): Request {
  const bytes = Buffer.from(text);
  return { store: 'demo', body: bytes, headers: headersOf({ ...headers, [TOPIC]: topic }, bytes) };
}

export const TOPIC = 'x-wc-webhook-topic';
export const SIGNATURE = 'x-wc-webhook-signature';

/** The request with these headers in place of those of the same name; `undefined` leaves one out. */
export function withHeaders(
  request: Request,
  changes: Readonly<Record<string, string | undefined>>,
): Request {
  const kept = request.headers.filter(([name]) => !Object.hasOwn(changes, name));
  const changed = Object.entries(changes).flatMap(([name, value]): Header[] =>
    value === undefined ? [] : [[name, value]],
  );
  return { ...request, headers: [...kept, ...changed] };
}

/** The request with another body, signed for it. */
export function withBody(request: Request, body: Buffer): Request {
  const [secret = ''] = SECRETS[request.store] ?? [];
  return withHeaders({ ...request, body }, { [SIGNATURE]: signatureOf(body, secret) });
}

function headersOf(headers: Readonly<Record<string, string>>, body: Buffer): readonly Header[] {
  const [secret = ''] = SECRETS.demo ?? [];
  const signature = signatureOf(body, secret);
  return Object.entries({ ...headers, [SIGNATURE]: signature, 'content-length': String(body.length) });
}

function pickRecording(dice: Dice): Recording {
  const throwOf = dice.below(100);
  if (throwOf < 62) return dice.pick(ORDERS);
  if (throwOf < 78) return dice.pick(CUSTOMERS);
  return dice.pick(throwOf < 94 ? PRODUCTS : RECORDED);
}

function moveOrder(dice: Dice, body: Fields): void {
  if (dice.chance(0.8)) body['id'] = 100 + dice.below(40);
  if (typeof body['billing'] !== 'object' || body['billing'] === null) return;
  const billing: Fields = { ...body['billing'] };
  if (billing['email'] !== '') billing['email'] = dice.pick(PEOPLE);
  body['billing'] = { ...billing, ...named(billing) };
  if (dice.chance(0.7)) body['status'] = dice.pick(STATUSES);
  body['date_created_gmt'] = stamp(NOON - dice.below(48) * 3_600_000);
  body['date_modified_gmt'] = stamp(NOON + dice.below(3600) * 1000);
}

function moveCustomer(dice: Dice, body: Fields): void {
  if (dice.chance(0.6)) body['id'] = 10 + dice.below(12);
  if (!Object.hasOwn(body, 'email')) return;
  body['email'] = dice.pick(PEOPLE);
  Object.assign(body, named(body));
  if (typeof body['billing'] === 'object' && body['billing'] !== null) {
    const billing: Fields = { ...body['billing'] };
    body['billing'] = { ...billing, ...named(billing) };
  }
  body['date_modified_gmt'] = stamp(NOON + dice.below(3600) * 1000);
}

/** Every name and street carries a marker. */
function named(person: Fields): Fields {
  const marked = Object.entries(MARKED).filter(([field]) => Object.hasOwn(person, field));
  return Object.fromEntries(marked.map(([field, marker]) => [field, `${marker} ${String(person[field])}`]));
}

const MARKED = {
  first_name: 'Markgiven',
  last_name: 'Markfamily',
  company: 'Markfirm',
  address_1: 'Markstreet',
} as const;

function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19);
}

function hex(dice: Dice, digits: number): string {
  return Array.from({ length: digits }, () => dice.below(16).toString(16)).join('');
}
