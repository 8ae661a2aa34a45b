import { formBody } from '../../../lib/simulators/fluentcart/feeds/form-body.ts';
import { type FeedRecording, feedFixture, feedRecordings } from '../../support/fluentcart.ts';
import * as bodies from './body-mutations.ts';
import { flipped, seasoned, truncated } from './byte-mutations.ts';
import type { Dice } from './dice.ts';
import type { Input, Request } from './input.ts';
import { jsonText } from './json-text.ts';
import { oddValue } from './odd-values.ts';
import { SECRETS } from './secrets.ts';
import { PEOPLE } from './shop.ts';

type Fields = Record<string, unknown>;

/** What the bridge reads of an order of FluentCart: half of all mutations happen here. */
const READ: readonly (readonly string[])[] = [
  ...[
    'id',
    'status',
    'payment_status',
    'shipping_status',
    'mode',
    'invoice_no',
    'currency',
    'total_amount',
    'total_paid',
    'total_refund',
    'coupon_discount_total',
    'customer_id',
    'created_at',
    'completed_at',
    'type',
    'parent_id',
    'config',
  ].map((name) => ['order', name]),
  ...['email', 'first_name', 'city', 'country', 'updated_at', 'meta', 'order', 'vat_number'].map((name) => [
    'billing_address',
    name,
  ]),
  ['billing_address', 'order', 'updated_at'],
  ...['email', 'first_name', 'state', 'updated_at'].map((name) => ['customer', name]),
  ...['post_id', 'object_id', 'post_title', 'quantity', 'line_total', 'payment_type', 'updated_at'].map(
    (name) => ['order_items', '0', name],
  ),
  ...['transaction_type', 'status', 'created_at', 'updated_at', 'subscription_id'].map((name) => [
    'transactions',
    '0',
    name,
  ]),
  ...['order', 'customer', 'order_items', 'transactions', 'billing_address', 'subscriptions', 'data'].map(
    (name) => [name],
  ),
];

const ORDERS = feedRecordings().filter(({ body }) => body.startsWith('{"order":{'));
const STATUSES = ['processing', 'completed', 'on-hold', 'canceled', 'failed', 'constructor', '__proto__'];
const PAYMENTS = ['pending', 'paid', 'partially_paid', 'failed', 'refunded', 'authorized', 'succeeded', 'x'];
const NOON = Date.parse('2026-11-22T12:00:00Z');

/** A body of a feed of a store with some dozens of orders, of the same people as the shop's. */
function feedBody(dice: Dice, { body }: FeedRecording): Fields {
  const made: Fields = JSON.parse(body);
  const order: Fields = { ...(made['order'] as Fields) };
  if (dice.chance(0.8)) order['id'] = 5000 + dice.below(40);
  if (dice.chance(0.6)) order['status'] = dice.pick(STATUSES);
  if (dice.chance(0.6)) order['payment_status'] = dice.pick(PAYMENTS);
  order['created_at'] = `${stamp(NOON - dice.below(48) * 3_600_000)}+00:00`;
  const email = dice.pick(PEOPLE);
  const person = { email, first_name: 'Markgiven Frida', last_name: 'Markfamily Gast' };
  made['order'] = order;
  made['customer'] = { ...(made['customer'] as Fields), ...person };
  for (const name of ['billing_address', 'shipping_address'])
    if (!Array.isArray(made[name]))
      made[name] = {
        ...(made[name] as Fields),
        ...person,
        address_1: 'Markstreet Gasse 2',
        company_name: 'Markfirm',
        meta: { other_data: person },
        order: { updated_at: `${stamp(NOON + dice.below(3600) * 1000)}+00:00` },
      };
  return made;
}

function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19);
}

function changed(dice: Dice, made: Fields): unknown {
  const what = dice.below(10);
  if (what < 5) {
    for (let time = dice.below(3); time >= 0; time -= 1) bodies.putAt(made, dice.pick(READ), oddValue(dice));
    return made;
  }
  if (what < 7) return bodies.values(dice, made) ?? made;
  if (what < 8) return bodies.keys(dice, made) ?? made;
  if (what < 9) return bodies.shapes(dice, made) ?? made;
  return dice.pick<unknown>([made, { success: true, data: made }, { data: { data: made } }, { order: made }]);
}

/** One request of a feed; the secret goes along as it is. */
export function feedRequest(dice: Dice): Request {
  const recording = dice.pick(ORDERS);
  const body = changed(dice, feedBody(dice, recording));
  const isForm = dice.chance(0.2) && typeof body === 'object' && body !== null;
  const text = Buffer.from(isForm ? formBody(plain(body) as object) : jsonText(body));
  const spoilt = dice.chance(0.15) ? dice.pick([flipped, truncated, seasoned])(dice, text) : text;
  return {
    store: 'fluent',
    headers: [
      ['x-bridge-secret', SECRETS['fluent']?.[0] ?? ''],
      [
        'x-fluentcart-event',
        dice.chance(0.9) ? recording.event : dice.pick(['', 'order.created', '__proto__']),
      ],
      ['user-agent', 'WordPress/7.0.4; https://fluent.example.test'],
      ['content-type', isForm ? 'application/x-www-form-urlencoded; charset=utf-8' : 'application/json'],
      ['content-length', String(spoilt.length)],
    ],
    body: spoilt,
  };
}

/** What a form can carry: no number that JSON does not know. */
function plain(body: unknown): unknown {
  return JSON.parse(jsonText(body), (_name, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  ) as unknown;
}

export function feedWithWrongSecret(dice: Dice): Request {
  const right = SECRETS['fluent']?.[0] ?? '';
  const wrong = dice.pick([
    undefined,
    '',
    ' ',
    right.slice(0, dice.below(right.length)),
    `${right} `.repeat(2),
    right.toUpperCase(),
    SECRETS['demo']?.[0] ?? '',
    'undefined',
    'null',
    '__proto__',
    'é'.repeat(44),
  ]);
  const request = feedRequest(dice);
  const headers = request.headers.filter(([name]) => name !== 'x-bridge-secret');
  return { ...request, headers: wrong === undefined ? headers : [...headers, ['x-bridge-secret', wrong]] };
}

type Reading = Extract<Input, { type: 'reading' }>;
type Answers = Extract<Input, { type: 'answers' }>;

const THINGS = {
  order: ['rest.orders.list', 'orders'],
  customer: ['rest.customers.list', 'customers'],
  product: ['free-1.5.2/rest.products.list.with_categories', 'products'],
} as const;
const KINDS = ['order', 'order', 'customer', 'product'] as const;

/** An object of the REST API, spoilt. */
export function feedReading(dice: Dice): Omit<Reading, 'kind'> {
  const thing = dice.pick(KINDS);
  const [file, name] = THINGS[thing];
  const list = (feedFixture(file)[name] as { data: Fields[] }).data;
  const item = structuredClone(dice.pick(list));
  for (let time = dice.below(3); time >= 0; time -= 1) {
    const keys = Object.keys(item);
    if (dice.chance(0.7)) item[dice.pick(keys)] = oddValue(dice);
    else bodies.shapes(dice, item);
  }
  return { type: 'reading', thing, text: jsonText(item) };
}

/** What a store answers to every question from now on. */
export function feedAnswers(dice: Dice): Omit<Answers, 'kind'> {
  const thing = dice.pick(KINDS);
  const [file, name] = THINGS[thing];
  const answer = structuredClone(feedFixture(file));
  const page = answer[name] as Fields;
  const what = dice.below(6);
  if (what === 0) page['total'] = oddValue(dice);
  else if (what === 1) page['data'] = oddValue(dice);
  else if (what === 2) answer[name] = oddValue(dice);
  else if (what === 3) bodies.shapes(dice, answer);
  else if (what === 4 && Array.isArray(page['data'])) page['data'].push(oddValue(dice));
  else Object.assign(answer, { success: dice.chance(0.5), data: [], pagination: { total: oddValue(dice) } });
  const text = jsonText(answer);
  return {
    type: 'answers',
    thing,
    status: dice.pick([200, 200, 200, 200, 201, 204, 401, 403, 404, 429, 500, 503]),
    text: dice.chance(0.1) ? text.slice(0, dice.below(text.length)) : text,
  };
}
