import type { Dice } from './dice.ts';
import { jsonText, Raw, setKey } from './json-text.ts';
import { oddValue, PROTOTYPE_NAMES } from './odd-values.ts';

type Fields = Record<string, unknown>;
/** Changes a body in place, or answers another one. */
type Mutation = (dice: Dice, body: Fields) => unknown;

/** What the bridge reads: half of all mutations happen here. */
const READ: readonly (readonly string[])[] = [
  ...[
    'id',
    'status',
    'number',
    'currency',
    'total',
    'discount_total',
    'date_created_gmt',
    'date_modified_gmt',
    'date_paid_gmt',
    'date_completed_gmt',
    'payment_method',
    'payment_method_title',
    'customer_id',
    'billing',
    'line_items',
    'coupon_lines',
    'refunds',
    'meta_data',
    'email',
    'first_name',
    'last_name',
    'role',
    'is_paying_customer',
    'name',
    'sku',
    'categories',
  ].map((name) => [name]),
  ...[
    'first_name',
    'last_name',
    'company',
    'phone',
    'address_1',
    'address_2',
    'city',
    'state',
    'postcode',
    'country',
    'email',
    'email',
  ].map((name) => ['billing', name]),
  ...['product_id', 'sku', 'sku', 'name', 'quantity', 'total'].map((name) => ['line_items', '0', name]),
  ['coupon_lines', '0', 'code'],
  ['refunds', '0', 'total'],
  ['refunds', '1', 'total'],
  ['meta_data', '0', 'key'],
  ['meta_data', '0', 'value'],
  ['categories', '0', 'slug'],
];

/** One to three values, at any depth, are others. */
export const values: Mutation = (dice, body) => {
  const times = 1 + dice.below(3);
  for (let time = 0; time < times; time += 1) {
    if (dice.chance(0.5)) putAt(body, dice.pick(READ), oddValue(dice));
    else changeSomewhere(dice, body);
  }
};

/** Keys that prototypes have, keys that are gone, keys that changed places. */
export const keys: Mutation = (dice, body) => {
  const place = dice.chance(0.5) ? body : objectIn(dice, body);
  const names = Object.keys(place);
  const name = names.length > 0 ? dice.pick(names) : 'id';
  const what = dice.below(4);
  if (what === 0) setKey(place, dice.pick(PROTOTYPE_NAMES), dice.chance(0.5) ? { ...place } : oddValue(dice));
  else if (what === 1) Reflect.deleteProperty(place, name);
  else if (what === 2) {
    setKey(place, `${name}\u0000`, place[name]);
    Reflect.deleteProperty(place, name);
  } else putAt(body, dice.pick(READ), dice.pick(PROTOTYPE_NAMES));
};

/** Lists for objects and objects for lists, up to the whole body. */
export const shapes: Mutation = (dice, body) => {
  if (dice.chance(0.2))
    return dice.pick<unknown>([[body], { 0: body }, { data: body }, [[[]]], null, 'x', 7]);
  for (const name of Object.keys(body)) {
    if (dice.chance(0.7)) continue;
    const value = body[name];
    if (Array.isArray(value)) body[name] = Object.assign({}, value);
    else body[name] = typeof value === 'object' ? Object.values(value ?? {}) : [value];
  }
  return undefined;
};

/** More than ten thousand levels where one value was. */
export const deep: Mutation = (dice, body) => {
  const levels = dice.pick([10_000, 30_000, 100_000]);
  const [open, close] = dice.pick([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"value":', '}]'],
  ] as const);
  const text = `${open.repeat(levels)}1${dice.chance(0.8) ? close.repeat(levels) : ''}`;
  putAt(body, dice.pick(READ), new Raw(text));
};

/** A hundred thousand of what there were a few. */
export const wide: Mutation = (dice, body) => {
  const item = dice.pick<unknown>([
    {},
    null,
    { code: 'x' },
    { total: '9'.repeat(30) },
    { slug: 'tea' },
    { product_id: 1, sku: 'a', name: '', quantity: 1, total: '1' },
    { id: 1, key: '_wc_order_attribution_utm_source', value: 'x' },
  ]);
  const list = ['line_items', 'coupon_lines', 'refunds', 'meta_data', 'categories', 'unknown'] as const;
  body[dice.pick(list)] = Array.from({ length: 100_000 }, () => item);
};

/** As much of everything as fits into a body. */
export const fat: Mutation = (dice, body) => {
  const filler = dice.pick(['a', '\u7dd1', '\u0001', '&#65;']);
  const length = dice.pick([3, 40, 900]);
  const count = Math.min(2_000, Math.ceil(200_000 / length));
  const tag = dice.below(1_000_000).toString(36);
  const text = (index: number) => `${tag}${index.toString(36)}${filler.repeat(length)}`.slice(0, length + 8);
  const all = <Item>(make: (index: number) => Item) =>
    Array.from({ length: count }, (_, index) => make(index));
  const whole = filler.repeat(1000);
  body['line_items'] = all((index) => ({ product_id: index + 1, sku: text(index), quantity: 1, total: '1' }));
  body['coupon_lines'] = all((index) => ({ code: text(index) }));
  body['categories'] = all((index) => ({ slug: text(index) }));
  body['refunds'] = all(() => ({ total: '-0.01' }));
  const prefix = dice.pick(['_wc_other/', '_wc_order_attribution_']);
  body['meta_data'] = all((index) => ({ id: index, key: `${prefix}${text(index)}`, value: '1' }));
  for (const name of ['first_name', 'last_name', 'city', 'phone', 'postcode', 'state', 'company'])
    putAt(body, ['billing', name], whole);
  body['number'] = whole;
  body['payment_method_title'] = whole;
};

/** Sums that outgrow every number: as long as an amount may be. */
export const amounts: Mutation = (dice, body) => {
  const most = '9'.repeat(30);
  const amount = () => dice.pick([most, `-${most}`, `${most}.${'9'.repeat(12)}`, '1e30', '-0', '+1']);
  body['total'] = amount();
  body['discount_total'] = amount();
  body['refunds'] = Array.from({ length: dice.below(4) }, () => ({ total: amount() }));
  if (dice.chance(0.5)) body['status'] = 'processing';
};

/** Text in which a key stands twice, with another value. */
export function withDuplicateKeys(dice: Dice, body: Fields): string {
  const names = Object.keys(body);
  const extra = Array.from({ length: 1 + dice.below(4) }, () => {
    const name = dice.pick([...names, 'id', 'billing', '__proto__']);
    return `${JSON.stringify(name)}:${jsonText(dice.chance(0.5) ? oddValue(dice) : body[name])}`;
  });
  const text = jsonText(body);
  return dice.chance(0.5) ? `{${extra.join()},${text.slice(1)}` : `${text.slice(0, -1)},${extra.join()}}`;
}

/** Puts a value at a path, through whatever stands in the way of it. */
/** Puts a value at a path, as far as the path is there. */
export function putAt(body: Fields, path: readonly string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    setKey(body, name, value);
    return;
  }
  const inner = body[name];
  const next = isFields(inner) ? inner : {};
  if (next !== inner) setKey(body, name, next);
  putAt(next, rest, value);
}

function changeSomewhere(dice: Dice, body: Fields): void {
  const place = objectIn(dice, body);
  const names = Object.keys(place);
  if (names.length > 0) setKey(place, dice.pick(names), oddValue(dice));
}

/** Any object or list of the body, itself included. */
function objectIn(dice: Dice, body: Fields): Fields {
  let place = body;
  while (dice.chance(0.65)) {
    const inner = Object.values(place).filter(isFields);
    if (inner.length === 0) break;
    place = dice.pick(inner);
  }
  return place;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !(value instanceof Raw);
}
