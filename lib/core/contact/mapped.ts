import { normaliseEmail } from '../ledger/email.ts';
import { decimal, roundsToZero } from '../ledger/money.ts';
import { isOwnField, ownFieldType } from '../policy/aliases/own-fields.ts';
import {
  addsUpPast,
  isScore,
  kindOf,
  type MapSource,
  mapSourceOf,
  type ValueKind,
} from '../policy/map-source.ts';
import type { Policy } from '../policy/policy.ts';
import type { FieldInfo, NeededField } from './contact-write.ts';
import { answerIn } from './facts/answer-word.ts';
import { type MappedValue, mappedValue, type Sources } from './mapped-value.ts';
import { fieldText } from './text/plain-text.ts';

interface Mapping {
  readonly source: MapSource;
  readonly alias: string;
}

/** What the policy maps, and what of it does not fit the field it is mapped to. */
export interface Mapped {
  readonly fields: Readonly<Record<string, string | null>>;
  /** Aliases whose value is left out: blank is less wrong than false. */
  readonly unfit: readonly string[];
}

type MapPolicy = Pick<Policy, 'map'>;

function mappingsOf({ map = {} }: MapPolicy): readonly Mapping[] {
  return Object.entries(map).flatMap(([name, alias]) => {
    const source = mapSourceOf(name);
    return source ? [{ source, alias }] : [];
  });
}

/** Values of the policy's sources, fitted to what their fields take. */
export function mappedFields(
  sources: Sources,
  { policy, fields }: { readonly policy: MapPolicy; readonly fields: ReadonlyMap<string, FieldInfo> },
): Mapped {
  const values: Record<string, string | null> = {};
  const unfit: string[] = [];
  for (const { source, alias } of mappingsOf(policy)) {
    const field = fieldOf(alias, fields.get(alias));
    if (!field) continue;
    const value = mappedValue(source, sources);
    const fitted = value === undefined ? null : fittedTo(field, value);
    if (fitted === undefined) unfit.push(alias);
    values[alias] = fitted ?? null;
  }
  return { fields: values, unfit };
}

/** One of Mautic's own is there unless it is known to be left out; one of our own only if it is known. */
function fieldOf(alias: string, known: FieldInfo | undefined): FieldInfo | undefined {
  if (!isOwnField(alias)) return known;
  if (known?.leftOut) return undefined;
  const type = ownFieldType(alias);
  return known?.limit === undefined ? { type } : { type, limit: known.limit };
}

/** The value as a field of this type takes it, `null` for nothing, `undefined` where it cannot be. */
function fittedTo(field: FieldInfo, value: MappedValue): string | null | undefined {
  const fitting = FITTING[field.type];
  return fitting ? fitting(value) : asText(value, field);
}

const FITTING: Readonly<Record<string, (value: MappedValue) => string | null | undefined>> = {
  number: asNumber,
  boolean: asAnswer,
  date: (value) => dayOf(value),
  datetime: asMoment,
  time: () => undefined,
  email: asAddress,
  url: asUrl,
  multiselect: asChoices,
  locale: (value) => asText(value, {})?.replace('-', '_'),
};

/** Long texts stay long only where the field has room. */
const LONG_TEXT = 8_000;

function asText(value: MappedValue, { type, limit }: Partial<FieldInfo>): string | null {
  const isLong = type === 'textarea' || type === 'html';
  const most = limit ?? (isLong ? LONG_TEXT : undefined);
  switch (value.as) {
    case 'text':
      return fieldText(value.text, most) || null;
    case 'list':
      return fieldText(value.texts.join(', '), most) || null;
    case 'date':
      return dayOf(value) ?? null;
    case 'number':
      return isNothing(value.number) ? null : value.number;
  }
}

/** Mautic drops a zero in silence, and its NULL means 0 (`desired.ts`). */
function isNothing(number: string): boolean {
  return roundsToZero(number, 2);
}

/** Of a text with a comma Mautic keeps what stands before it (recording 241). */
function asNumber(value: MappedValue): string | null | undefined {
  if (value.as !== 'number' && value.as !== 'text') return undefined;
  const number = decimal(value.as === 'number' ? value.number : value.text);
  if (number === undefined) return undefined;
  return isNothing(number) ? null : number;
}

/** Mautic takes any other word for no (recordings 258 to 263). */
function asAnswer(value: MappedValue): string | undefined {
  const answer = value.as === 'text' ? answerIn(value.text) : undefined;
  return answer === undefined ? undefined : answer ? 'yes' : 'no';
}

const DAY = /^\d{4}-\d\d-\d\d(?=$|[T ])/;

/** A day in another shape is dropped in silence, or answered 500 (recordings 248, 249). */
function dayOf(value: MappedValue): string | undefined {
  if (value.as === 'date') return new Date(value.at).toISOString().slice(0, 10);
  const day = value.as === 'text' ? DAY.exec(value.text)?.[0] : undefined;
  if (day === undefined || Number.isNaN(Date.parse(`${day}T00:00:00Z`))) return undefined;
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? day : undefined;
}

function asMoment(value: MappedValue): string | undefined {
  if (value.as === 'date') return new Date(value.at).toISOString().slice(0, 19).replace('T', ' ');
  const day = dayOf(value);
  return day === undefined ? undefined : `${day} 00:00:00`;
}

function asAddress(value: MappedValue): string | undefined {
  const address = value.as === 'text' ? normaliseEmail(value.text) : undefined;
  return address?.usable ? address.email : undefined;
}

function asUrl(value: MappedValue): string | undefined {
  return value.as === 'text' && /^https?:$/.test(URL.parse(value.text)?.protocol ?? '')
    ? value.text
    : undefined;
}

/** Options are told apart by a line. */
function asChoices(value: MappedValue): string | null | undefined {
  if (value.as === 'list') return value.texts.map((one) => fieldText(one)).join('|') || null;
  return value.as === 'text' ? asText(value, {}) : undefined;
}

const TYPES: Readonly<Record<ValueKind, Pick<NeededField, 'type' | 'scale'>>> = {
  text: { type: 'text' },
  list: { type: 'textarea' },
  date: { type: 'date' },
  amount: { type: 'number', scale: 2 },
  count: { type: 'number', scale: 0 },
};

/** The fields of one's own that the policy maps something to, with what they must be able to hold. */
export function mappedFieldsNeeded(policy: MapPolicy): readonly NeededField[] {
  return mappingsOf(policy)
    .filter(({ alias }) => !isOwnField(alias))
    .map(({ source, alias }) => ({ alias, label: labelOf(alias), ...TYPES[kindOf(source)] }));
}

function labelOf(alias: string): string {
  return alias.replace(
    /(?:^|_)([a-z0-9])/g,
    (found, letter: string) => (found.startsWith('_') ? ' ' : '') + letter.toUpperCase(),
  );
}

/** Those of Mautic's own fields that the policy maps something to. */
export function mappedOwnAliases(policy: MapPolicy): readonly string[] {
  return mappingsOf(policy).flatMap(({ alias }) => (isOwnField(alias) ? [alias] : []));
}

/** Aliases of mapped values that add up a contact's past. */
export function mappedTotals(policy: MapPolicy): readonly string[] {
  return mappingsOf(policy).flatMap(({ source, alias }) => (addsUpPast(source) ? [alias] : []));
}

/** Whether the policy maps how buyers stand among the others of their shop. */
export function mapsScores(policy: MapPolicy): boolean {
  return mappingsOf(policy).some(({ source }) => isScore(source));
}

/** Whether products say what the policy maps. */
export function mapsCategories(policy: MapPolicy): boolean {
  return mappingsOf(policy).some(
    ({ source }) => source.of === 'orders' && source.value === 'favouriteCategory',
  );
}
