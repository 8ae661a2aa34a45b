import type { ItemValue, ObjectField } from '../database/custom-rows.ts';
import { parseDate, toAtom, toDay } from '../database/dates.ts';
import { asText, entriesOf, type PhpValue } from '../database/php-value.ts';
import { emailFault } from '../database/text-cleaning.ts';

/** Why the plugin does not take a value; `database`: MySQL refuses the row. */
export type ValueFault = { readonly message: string } | 'database';

/** The 32 bits of a column for integers. */
const MAX_INTEGER = 2 ** 31 - 1;
const URL_SHAPE = /^[a-z][a-z0-9+.-]*:\/\/[^\s/]+\S*$/i;
const PHONE_SHAPE = /^\+?[\d\s()/-]+$/;
/** Derived: a number of fewer digits is nobody's (623). */
const PHONE_DIGITS = 8;

/** What a field holds that was not sent: 0, nothing, no option, or "" (513). */
export function emptyValue({ type }: ObjectField): ItemValue {
  if (type === 'int') return 0;
  if (type === 'date' || type === 'datetime') return null;
  return type === 'multiselect' ? [] : '';
}

/**
 * A value as the plugin takes it: numbers are cast by PHP, without their fraction (527, 528), moments are kept as they
 * are written, whatever their zone (508, 532). Undefined: a date nobody can read (531).
 */
export function readValue(field: ObjectField, value: PhpValue): ItemValue | undefined {
  if (value === null) return emptyValue(field);
  if (field.type === 'int') return integerOf(value);
  if (field.type === 'multiselect') return optionsOf(value);
  const text = asText(value) ?? '';
  if (field.type !== 'date' && field.type !== 'datetime') return text;
  if (text === '') return null;
  const moment = parseDate(text);
  if (typeof moment === 'string') return undefined;
  return field.type === 'date' ? toDay(moment.local) : toAtom(moment.local);
}

function integerOf(value: PhpValue): number {
  const number = Number.parseFloat(asText(value) ?? '');
  return Number.isFinite(number) ? Math.trunc(number) : 0;
}

function optionsOf(value: PhpValue): string[] {
  if (typeof value === 'object' && value !== null)
    return entriesOf(value).map(([, one]) => asText(one) ?? '');
  const text = asText(value) ?? '';
  return text === '' ? [] : text.split(',').map((option) => option.trim());
}

/** What is wrong with a value, seen only once the contact and the item's row are saved (557, 558, 618, 620-625). */
export function valueFault(field: ObjectField, value: ItemValue): ValueFault | undefined {
  const isEmpty = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (isEmpty)
    return field.isRequired
      ? { message: `Field ${field.label} (${field.alias}) is required. Fill in some value.` }
      : undefined;
  if (typeof value === 'number') return Math.abs(value) > MAX_INTEGER ? 'database' : undefined;
  return typeof value === 'string' ? textFault(field, value) : optionFault(field, value);
}

/** The words of the first are recorded (557), the others derived. */
function textFault({ type }: ObjectField, text: string): ValueFault | undefined {
  if (type === 'url' && !URL_SHAPE.test(text))
    return {
      message: `'${text}' is not a valid URL address. Maybe you forgot to add the protocol like https://?`,
    };
  if (type === 'email' && emailFault(text) !== undefined)
    return { message: `'${text}' is not a valid email address.` };
  const isPhone = PHONE_SHAPE.test(text) && text.replace(/\D/g, '').length >= PHONE_DIGITS;
  return type === 'phone' && !isPhone ? { message: `'${text}' is not a valid phone number.` } : undefined;
}

/** Read in the source; the option of a select is not looked at (530). */
function optionFault({ options, label }: ObjectField, values: readonly string[]): ValueFault | undefined {
  const unknown = values.find((value) => options.length > 0 && !options.includes(value));
  return unknown === undefined ? undefined : { message: `'${unknown}' is not an option of ${label}.` };
}
