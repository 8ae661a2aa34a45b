/** A value as PHP sees a parsed request: scalars, lists, and maps. */
export type PhpMap = { [key: string]: PhpValue };
export type PhpValue = string | number | boolean | null | PhpMap | PhpValue[];

const SAFE_KEY = /^(?!__proto__$)/;

/** True for a plain map (not a list, not null). */
export function isMap(value: unknown): value is PhpMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** PHP's `is_numeric`: numbers, and strings that are a decimal number with optional spaces around. */
export function isNumeric(value: unknown): boolean {
  if (typeof value === 'number') return true;
  return typeof value === 'string' && /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(value);
}

/** PHP's truth: false for "", "0", 0, null, false and an empty list. */
export function isTruthy(value: PhpValue | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return Boolean(value) && value !== '0';
}

/** A scalar as PHP prints it (`true` is "1", `false` and null are ""); undefined for lists and maps. */
export function asText(value: PhpValue | undefined): string | undefined {
  if (value === null || value === undefined || value === false) return '';
  if (value === true) return '1';
  if (typeof value === 'number') return numberText(value);
  return typeof value === 'object' ? undefined : value;
}

/** PHP's `precision`: what a float is printed with. */
export const DIGITS = 14;

/** Whole numbers as they are; what has a fraction is a float to PHP, and keeps 14 digits. */
function numberText(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS)));
}

/** The map under a key, or an empty one. */
export function mapAt(value: PhpValue | undefined, key: string): PhpMap {
  const found = isMap(value) ? value[key] : undefined;
  return isMap(found) ? found : {};
}

/** The entries of a list or a map, in order, with their keys as text. */
export function entriesOf(value: PhpValue): [string, PhpValue][] {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item]);
  return isMap(value) ? Object.entries(value) : [];
}

/** Parses a query string or form body with PHP's brackets: `where[0][col]=email`, `tags[]=a`. */
export function parseForm(text: string): PhpMap {
  const result: PhpMap = {};
  for (const [name, value] of new URLSearchParams(text)) place(result, keysOf(name), value);
  return result;
}

function keysOf(name: string): string[] {
  const head = name.split('[', 1)[0] ?? '';
  const rest = [...name.slice(head.length).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '');
  return [head, ...rest];
}

function place(target: PhpMap, keys: readonly string[], value: string): void {
  let here = target;
  for (const [depth, key] of keys.entries()) {
    const name = key === '' ? String(Object.keys(here).length) : key;
    if (!SAFE_KEY.test(name)) return;
    if (depth === keys.length - 1) {
      here[name] = value;
      return;
    }
    const next = here[name];
    const map: PhpMap = isMap(next) ? next : {};
    here[name] = map;
    here = map;
  }
}

/** PHP's JSON of an array: a list when the keys are 0..n-1 in order, else an object (recordings 157, 178, 179). */
export function listOrObject<Item>(
  entries: readonly (readonly [string, Item])[],
): Item[] | Record<string, Item> {
  const isList = entries.every(([key], index) => key === String(index));
  return isList ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

/** Rows keyed by their id; no rows are an empty list to PHP (recordings 368, 479). */
export function keyedById<Item>(rows: readonly (readonly [number, Item])[]): Record<string, Item> | [] {
  return rows.length === 0 ? [] : Object.fromEntries(rows);
}

/** PHP's `serialize` of a JSON value, as a loaded contact shows field properties (recording 039). */
export function serialize(value: PhpValue): string {
  if (value === null) return 'N;';
  if (typeof value === 'boolean') return `b:${value ? 1 : 0};`;
  if (typeof value === 'number') return Number.isInteger(value) ? `i:${value};` : `d:${value};`;
  if (typeof value === 'string') return `s:${Buffer.byteLength(value)}:"${value}";`;
  const isList = Array.isArray(value);
  const items = entriesOf(value).map(
    ([key, item]) => serialize(isList ? Number(key) : key) + serialize(item),
  );
  return `a:${items.length}:{${items.join('')}}`;
}
