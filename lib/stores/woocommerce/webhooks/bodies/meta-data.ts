import * as v from 'valibot';
import { many, SomeText } from '../../../../core/stores/fields.ts';

/** Its order changes between deliveries and a key may stand twice, so only keys and ids may be relied on. */
export const MetaData = many(
  v.object({ id: v.fallback(v.pipe(v.number(), v.safeInteger()), 0), key: SomeText, value: v.unknown() }),
);
export type MetaData = v.InferOutput<typeof MetaData>;

const CONSENT = '_wc_other/';
const ATTRIBUTION = '_wc_order_attribution_';

const ANSWERS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ['1', true],
  ['0', false],
  [1, true],
  [0, false],
  [true, true],
  [false, false],
]);

/** Whether the order continues a subscription, or takes one up again: it names the subscription it belongs to. */
export function isRenewal(meta: MetaData): boolean {
  return meta.some(({ key, value }) => CONTINUES.test(key) && value !== '' && value !== null);
}

const CONTINUES = /^_subscription_(?:renewal|resubscribe|switch)$/;

/** Additional checkout fields answered with yes or no, by field id. */
export function consentIn(meta: MetaData): Record<string, boolean> {
  return newest(meta, CONSENT, (value) => ANSWERS.get(value));
}

/** Where the buyer came from, as WooCommerce's order attribution saw it. */
export function attributionIn(meta: MetaData): Record<string, string> {
  return newest(meta, ATTRIBUTION, readText);
}

/** The text under exactly this key, of the greatest id. */
export function textIn(meta: MetaData, name: string): string | undefined {
  const own = meta.filter(({ key }) => key === name);
  return newest(own, name.slice(0, 1), readText)[name.slice(1)];
}

function readText(value: unknown): string | undefined {
  const text = v.safeParse(SomeText, value);
  return text.success ? text.output : undefined;
}

/** What the policy maps of a thing's meta, by key; of a list its texts, joined by commas. What is no text is left out. */
export function metaIn(meta: MetaData, keys: readonly string[]): Record<string, string> {
  if (keys.length === 0) return {};
  const wanted = new Set(keys);
  const found = newest(
    meta.filter(({ key }) => wanted.has(key)),
    '',
    textOf,
  );
  // Of one order whatever order the meta came in.
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (Array.isArray(value)) return textOf(value.flatMap((item) => textOf(item) ?? []).join(', '));
  const text = v.safeParse(SomeText, value);
  return text.success ? text.output : undefined;
}

/** By what follows the prefix, the value of the greatest id; left out when that one cannot be read. */
function newest<Value extends string | boolean>(
  meta: MetaData,
  prefix: string,
  read: (value: unknown) => Value | undefined,
): Record<string, Value> {
  const found = meta
    .filter(({ key }) => key.startsWith(prefix))
    .map(({ id, key, value }) => ({ id, key, value: read(value) }));
  found.sort((a, b) => a.id - b.id || (String(a.value ?? '') < String(b.value ?? '') ? -1 : 1));
  const byName = new Map(found.map(({ key, value }) => [key.slice(prefix.length), value]));
  return Object.fromEntries([...byName].filter(isRead));
}

/** `__proto__` is left out because it would not survive being copied. */
function isRead<Value>(entry: [string, Value | undefined]): entry is [string, Value] {
  return entry[1] !== undefined && entry[0] !== '' && entry[0] !== '__proto__';
}
