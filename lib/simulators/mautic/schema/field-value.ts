import type { ClosedLists } from '../database/closed-lists.ts';
import { parseDate, toDay, toMinute } from '../database/dates.ts';
import { asText, DIGITS, entriesOf, isMap, mapAt, type PhpValue } from '../database/php-value.ts';
import type { Field, Stored } from '../database/rows.ts';
import { cleanHtml, cleanText, cleanUrl, emailFault, sanitizeEmail } from '../database/text-cleaning.ts';

/** A sent value after Mautic's form has read it: blank, a value, refused, or a crash of the whole request. */
export type ReadValue =
  | { readonly type: 'blank' }
  | { readonly type: 'value'; readonly value: Stored }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'crash' };

/** What reading a value depends on. */
export type Reading = {
  readonly isInList: ClosedLists;
  readonly choiceError: string;
  readonly numberError: string;
};

const BLANK: ReadValue = { type: 'blank' };
const NOT_VALID = 'This value is not valid.';
const TEXT_LIMIT = 191;
/** The form takes PHP's largest integer and more for infinity (recording 246; 5.2.1: 116). */
const INFINITY = 2 ** 63;
const TRUE_WORDS = new Set(['1', 'true', 'yes', 'on', 'y']);

/** Reads one value of a contact payload for one field (recordings 058-088, 209-310). */
export function readValue(field: Field, sent: PhpValue, reading: Reading): ReadValue {
  if (field.type === 'multiselect') return readMultiselect(field, sent, reading);
  if (field.type === 'boolean') return readBoolean(sent);
  const text = asText(sent);
  if (text === undefined) return refuse(NOT_VALID);
  if (field.type === 'number') return readNumber(field, cleanText(text), reading);
  if (field.type === 'date' || field.type === 'datetime' || field.type === 'time')
    return readDate(field, sent, text);
  return readText(field, text, reading);
}

function readText(field: Field, text: string, reading: Reading): ReadValue {
  const clean = cleanedText(field, text);
  if (clean === '') return BLANK;
  const fault = textFault(field, clean, reading);
  return fault === undefined ? { type: 'value', value: clean } : refuse(fault);
}

function cleanedText(field: Field, text: string): string {
  if (field.type === 'email') return sanitizeEmail(text);
  if (field.type === 'html') return cleanHtml(text);
  return field.type === 'url' ? cleanUrl(text) : cleanText(text);
}

function textFault(field: Field, text: string, { isInList, choiceError }: Reading): string | undefined {
  if (field.type === 'email') return emailFault(text) ?? lengthFault(field, text);
  if (field.type === 'select') return optionsOf(field).has(text) ? undefined : choiceError;
  if (!isInList(field.type, text)) return choiceError;
  return lengthFault(field, text);
}

function lengthFault(field: Field, text: string): string | undefined {
  const length = Array.from(text).length;
  const limit = limitOf(field, length);
  return length > limit ? `This value is too long. It should have ${limit} characters or less.` : undefined;
}

/** `text` and `lookup` stop at 191 whatever the field allows, and name that limit first (078-080, 213, 278). */
function limitOf(field: Field, length: number): number {
  if (field.type === 'textarea' || field.type === 'html') return Number.POSITIVE_INFINITY;
  if (field.type === 'lookup') return TEXT_LIMIT;
  if (field.type === 'text' && (length > TEXT_LIMIT || field.charLengthLimit > TEXT_LIMIT)) return TEXT_LIMIT;
  return field.charLengthLimit;
}

/** A comma is taken for a decimal point, so "12,5" passes and "1,234.50" does not (recordings 238-246). */
function readNumber(field: Field, text: string, { numberError }: Reading): ReadValue {
  if (text === '') return BLANK;
  const plain = text.replaceAll(',', '.');
  const value = Number(plain);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(E-\d+)?$/i.test(plain) || Math.abs(value) >= INFINITY)
    return refuse(numberError);
  return { type: 'value', value: roundHalfEven(value, scaleOf(field)) };
}

/** The digits behind the point a number field keeps; undefined: stored as sent, shown as an integer (recording 313). */
export function scaleOf(field: Field): number | undefined {
  const properties = isMap(field.properties) ? field.properties : {};
  const scale = Number(properties.scale ?? Number.NaN);
  return scale > 0 ? scale : undefined;
}

function roundHalfEven(value: number, scale: number | undefined): number {
  if (scale === undefined) return value;
  // PHP prints the number in between, with 14 digits: large amounts lose their last ones.
  const shifted = Number((value * 10 ** scale).toPrecision(DIGITS));
  const floor = Math.floor(shifted);
  const isHalf = shifted - floor === 0.5;
  const rounded = isHalf && floor % 2 === 0 ? floor : Math.round(shifted);
  return rounded / 10 ** scale;
}

/** Anything that is not a word for true is false (recordings 258-263). */
function readBoolean(sent: PhpValue): ReadValue {
  if (sent === null || sent === '') return BLANK;
  const text = asText(sent);
  if (text === undefined) return refuse(NOT_VALID);
  return { type: 'value', value: TRUE_WORDS.has(text.toLowerCase()) };
}

function readDate(field: Field, sent: PhpValue, text: string): ReadValue {
  if (text === '') return BLANK;
  // A Unix time is echoed but leaves an unusable row (recording 254).
  if (typeof sent === 'number') return { type: 'value', value: sent };
  if (field.type === 'time') return { type: 'value', value: cleanText(text) };
  const parsed = parseDate(text.trim());
  if (parsed === 'crash') return { type: 'crash' };
  if (parsed === 'unreadable') return BLANK;
  return { type: 'value', value: field.type === 'date' ? toDay(parsed.local) : toMinute(parsed.utc) };
}

function readMultiselect(field: Field, sent: PhpValue, { choiceError }: Reading): ReadValue {
  const texts =
    typeof sent === 'object' && sent !== null
      ? entriesOf(sent).map(([, item]) => asText(item))
      : (asText(sent) ?? '').split('|');
  const chosen = texts.filter((text) => text !== '');
  if (chosen.length === 0) return BLANK;
  const options = optionsOf(field);
  const areKnown = chosen.every((text) => text !== undefined && options.has(text));
  return areKnown ? { type: 'value', value: chosen.join('|') } : refuse(choiceError);
}

/** The options of a select field: value to label. */
export function optionsOf(field: Field): ReadonlyMap<string, string> {
  const list = isMap(field.properties) ? (field.properties.list ?? []) : [];
  return new Map(entriesOf(list).map(([, item]) => optionOf(item)));
}

function optionOf(item: PhpValue): [string, string] {
  if (!isMap(item)) {
    const text = asText(item) ?? '';
    return [text, text];
  }
  const value = asText(item.value) ?? '';
  return [value, asText(item.label) ?? value];
}

/** What a boolean field calls its values. */
export function wordFor(field: Field, value: boolean): string {
  const properties = mapAt({ properties: field.properties }, 'properties');
  return asText(properties[value ? 'yes' : 'no']) ?? '';
}

function refuse(message: string): ReadValue {
  return { type: 'refused', message };
}
