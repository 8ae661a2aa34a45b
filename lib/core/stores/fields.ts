import * as v from 'valibot';

/**
 * Fields as stores with many plugins send them. Each takes anything and gives a usable value, because an order must not
 * be lost over one strange field; only an id can fail.
 */

/** A JSON object of which nothing is known yet. */
export type Body = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Positive whole number, as a number or in digits; as a string that is the same for both. */
export const Id = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]),
  v.safeInteger(),
  v.minValue(1),
  v.transform(String),
);

/** As `Id`, with "0" for none: a guest, an erased product (recording 0146 of WooCommerce). */
export const IdOrNone = v.fallback(Id, '0');

/** Longer than any real value; a buyer may send a megabyte, and the ledger must be able to keep the order. */
const LONGEST_TEXT = 1000;

const AnyText = v.pipe(
  v.union([v.string(), v.pipe(v.number(), v.finite(), v.transform(String))]),
  v.transform((text) => cut(text.toWellFormed().trim(), LONGEST_TEXT)),
);

/** Trimmed text, cut at 1000 characters; empty when there is none. */
export const Text = v.fallback(AnyText, '');

/** As `Text`, for what is nothing without it. */
export const SomeText = v.pipe(AnyText, v.nonEmpty());

export const Quantity = v.fallback(
  v.pipe(v.union([v.number(), v.pipe(v.string(), v.decimal(), v.transform(Number))]), v.finite()),
  0,
);

/** Epoch ms; absent when it is null, missing or no date. */
export const Moment = v.optional(v.fallback(v.pipe(v.string(), v.transform(epochOf)), undefined));

/** The usable ones of a list; PHP sends a list with gaps as an object, and so do forms. */
export function many<Item extends v.GenericSchema>(item: Item) {
  return v.fallback(
    v.pipe(
      v.union([v.array(v.unknown()), v.record(v.string(), v.unknown())]),
      v.transform((values) => Object.values(values).flatMap((value) => usable(item, value))),
    ),
    [],
  );
}

/**
 * As many of a list as fit into so many characters of JSON. A ledger item holds 400 KB: an order that does not fit
 * whole is kept with what does, rather than lost.
 */
export function within<Value>(values: readonly Value[], characters: number): readonly Value[] {
  let left = characters;
  return values.filter((value) => {
    left -= JSON.stringify(value).length;
    return left >= 0;
  });
}

function usable<Item extends v.GenericSchema>(item: Item, value: unknown): v.InferOutput<Item>[] {
  const result = v.safeParse(item, value);
  return result.success ? [result.output] : [];
}

const STAMP = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/** A date without a zone is UTC: WooCommerce's `*_gmt` (recording 0057), and all of FluentCart's (facts/fluentcart A1). */
function epochOf(text: string): number | undefined {
  const match = STAMP.exec(text.trim());
  if (!match) return undefined;
  const stamp = match[0].replace(' ', 'T');
  const at = Date.parse(match[1] === undefined ? `${stamp}Z` : stamp);
  return at >= 0 ? at : undefined;
}

/** Leaves no half of a surrogate pair: lone ones do not survive UTF-8, and what is stored must be what was hashed. */
export function cut(text: string, length: number): string {
  return text.length > length ? text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '') : text;
}
