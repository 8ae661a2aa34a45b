import * as v from 'valibot';
import { isObject } from '../../../../core/stores/fields.ts';

/** "3390", "3390.00" and 3390: hundredths of the currency, also of yen. */
const HUNDREDTHS = /^([+-]?)(\d{1,30})(?:\.\d{1,12})?$/;

/** Hundredths as a decimal string: 3390 is "33.90"; absent when it is no number. */
export const Money = v.optional(v.fallback(v.pipe(v.unknown(), v.transform(moneyOf)), undefined));

function moneyOf(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(Math.round(value)) : value;
  const [, sign = '', whole] = (typeof text === 'string' && HUNDREDTHS.exec(text.trim())) || [];
  if (whole === undefined) return undefined;
  const digits = whole.replace(/^0+/, '').padStart(3, '0');
  return `${sign === '-' ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** What is found in an object; an empty one, `[]` or anything else is as good as nothing in it. */
export function part<Entries extends v.ObjectEntries>(entries: Entries) {
  const present = v.pipe(
    v.unknown(),
    v.transform((value) => (isObject(value) ? value : {})),
    v.object(entries),
  );
  return v.fallback(present, v.parse(present, {}));
}
