import { TEXT_LIMIT } from '../text/plain-text.ts';

/** A Custom Object by its alias or its id. */
type ObjectName = string | number;

/**
 * A value of a custom item and what it is meant as: what Mautic's plugin does not check, or breaks on, is checked
 * before it is sent. Moments and days are epoch ms.
 */
export type AttributeValue =
  | Meant<'text' | 'url' | 'email', string>
  | Meant<'integer' | 'moment' | 'day', number>
  | Meant<'list', readonly string[]>;

type Meant<As, Value> = As extends string ? { readonly as: As; readonly value: Value } : never;

/** One custom item to write; everything it does not say is emptied in Mautic, unless it has an id. */
export interface ItemWrite {
  readonly object: ObjectName;
  /** Of the item in Mautic. With it what is not sent stays; without, a unique attribute says whether it is new. */
  readonly id?: number;
  readonly name: string;
  /** By alias. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** The plugin's column has 32 bits; anything larger is a 500 after the contact was saved (recording 618). */
const MAX_INTEGER = 2 ** 31 - 1;
const ANYTHING = /^/;
const URL_SHAPE = /^https?:\/\/[^\s/?#]+\.?[^\s]*$/i;
const EMAIL_SHAPE = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;
const MAX_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59);

/** The value as it is sent; undefined when the plugin would break on it (recordings 529, 531, 533, 534, 618-621). */
export function sendableValue(attribute: AttributeValue): string | number | readonly string[] | undefined {
  if (attribute.as === 'list') return attribute.value;
  if (attribute.as === 'integer' || attribute.as === 'moment' || attribute.as === 'day')
    return sendableNumber(attribute.as, attribute.value);
  const shape = { text: ANYTHING, url: URL_SHAPE, email: EMAIL_SHAPE }[attribute.as];
  return attribute.value === '' || shape.test(attribute.value) ? attribute.value : undefined;
}

function sendableNumber(as: 'integer' | 'moment' | 'day', value: number): string | number | undefined {
  if (as === 'integer') return Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER ? value : undefined;
  if (!isMoment(value)) return undefined;
  const text = new Date(value).toISOString();
  return as === 'day' ? text.slice(0, 10) : `${text.slice(0, 19)}+00:00`;
}

function isMoment(value: number): boolean {
  return Number.isFinite(value) && value >= 0 && value <= MAX_MOMENT;
}

/** A name fits into 191 characters and is not blank (recordings 616, 617); undefined when nothing of it is left. */
export function sendableName(name: string): string | undefined {
  const line = name.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  const cut = Array.from(line).slice(0, TEXT_LIMIT).join('').trim();
  return cut === '' ? undefined : cut;
}
