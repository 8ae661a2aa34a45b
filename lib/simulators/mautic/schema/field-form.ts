import type { Database } from '../database/database.ts';
import { asText, entriesOf, isMap, isTruthy, type PhpMap, type PhpValue } from '../database/php-value.ts';
import {
  type Authorship,
  FIELD_TYPES,
  type Field,
  type FieldGroup,
  type FieldType,
} from '../database/rows.ts';
import { cleanText } from '../database/text-cleaning.ts';
import type { Refusal } from '../http/answer.ts';
import type { VersionTraits } from '../version.ts';
import { fieldAlias } from './field-alias.ts';

/** What a payload says about a field, beside its alias and type. */
export type FieldDetails = Omit<
  Field,
  'id' | 'alias' | 'type' | 'order' | 'isFixed' | Exclude<keyof Authorship, 'isPublished'>
>;

/** A new field as its form read it, or what the form refuses. */
export type FieldForm =
  | {
      readonly type: 'valid';
      readonly alias: string;
      readonly fieldType: FieldType;
      readonly details: FieldDetails;
    }
  | { readonly type: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly type: 'crash' };

const GROUPS: readonly FieldGroup[] = ['core', 'social', 'personal', 'professional'];
const NEW_FIELD: Omit<FieldDetails, 'label' | 'charLengthLimit' | 'properties' | 'defaultValue'> = {
  group: 'core',
  isPublished: true,
  isRequired: false,
  isListable: true,
  isVisible: true,
  isShortVisible: false,
  isUniqueIdentifier: false,
  isPubliclyUpdatable: false,
};
const FLAGS = [
  'isPublished',
  'isRequired',
  'isListable',
  'isVisible',
  'isShortVisible',
  'isPubliclyUpdatable',
] as const;
/** Fields whose text has a limit of characters. */
export const LIMITED_TYPES: ReadonlySet<FieldType> = new Set<FieldType>([
  'text',
  'select',
  'url',
  'email',
  'tel',
]);
const UNLIMITED = 191;

/** Reads a new field's payload (recordings 184-208, 306-312). */
export function readNewField(db: Database, payload: PhpMap, traits: VersionTraits): FieldForm {
  const type = typeOf(payload);
  const label = cleanText(asText(payload.label) ?? '');
  const alias = fieldAlias(db, traits, { posted: asText(payload.alias) ?? '', label });
  const refusals = [
    ...(label === '' ? [refused('label', 'A label is required.')] : []),
    ...('message' in alias ? [refused('alias', alias.message)] : []),
    ...typeRefusals(type, payload, traits),
  ];
  if (refusals.length > 0 || type === undefined || 'message' in alias) return { type: 'refused', refusals };
  if ('crashes' in alias) return { type: 'crash' };
  const base: Partial<FieldDetails> = {
    label,
    charLengthLimit: LIMITED_TYPES.has(type) ? traits.charLengthLimit : UNLIMITED,
    properties: [],
    defaultValue: type === 'multiselect' ? '' : null,
  };
  const details = { ...NEW_FIELD, ...base, ...sentDetails(payload) } as FieldDetails;
  return { type: 'valid', alias: alias.alias, fieldType: type, details };
}

/** What an edit may change: not the alias, not the type (recordings 599-603). */
export function readFieldEdit(
  payload: PhpMap,
  traits: VersionTraits,
): {
  readonly details: Partial<FieldDetails>;
  readonly refusals: readonly Refusal[];
} {
  const isUnnamed = payload.label !== undefined && (asText(payload.label) ?? '').trim() === '';
  const refusals = isUnnamed ? [refused('label', 'A label is required.')] : [];
  return { details: sentDetails(payload), refusals: [...refusals, ...limitRefusals(payload, traits)] };
}

function typeOf(payload: PhpMap): FieldType | undefined {
  const type = payload.type === undefined ? 'text' : asText(payload.type);
  return FIELD_TYPES.find((known) => known === type);
}

/** A type nobody knows has no default limit either (recording 205). */
function typeRefusals(type: FieldType | undefined, payload: PhpMap, traits: VersionTraits): Refusal[] {
  if (type === undefined) {
    return [
      refused('type', traits.choiceError),
      refused('charLengthLimit', 'This value should not be blank.'),
    ];
  }
  const properties = isMap(payload.properties) ? payload.properties : {};
  if ((type === 'select' || type === 'multiselect') && entriesOf(properties.list ?? []).length === 0) {
    return [refused('properties', 'The list of options cannot be empty.')];
  }
  if (type === 'boolean' && (properties.yes === undefined || properties.no === undefined)) {
    return [refused('properties', 'The labels of yes and no are required.')];
  }
  return limitRefusals(payload, traits);
}

/** 1 to 255 (recording 306), in later versions to 191 (7.0.0: 022, 025). */
function limitRefusals(payload: PhpMap, { maxCharLengthLimit: max }: VersionTraits): Refusal[] {
  const sent = payload.charLengthLimit;
  if (sent === undefined || sent === null) return [];
  const limit = Number(sent);
  return limit >= 1 && limit <= max
    ? []
    : [refused('charLengthLimit', `This value should be between 1 and ${max}.`)];
}

function sentDetails(payload: PhpMap): Partial<FieldDetails> {
  const { label, group, properties, defaultValue, charLengthLimit } = payload;
  // Mautic misspelt its own key and accepts both.
  const unique = payload.isUniqueIdentifier ?? payload.isUniqueIdentifer;
  const flags = FLAGS.filter((flag) => payload[flag] !== undefined).map((flag) => [
    flag,
    isTruthy(payload[flag]),
  ]);
  return {
    ...Object.fromEntries(flags),
    ...(label === undefined ? {} : { label: cleanText(asText(label) ?? '') }),
    ...(unique === undefined ? {} : uniqueness(isTruthy(unique))),
    ...(GROUPS.includes(group as FieldGroup) ? { group: group as FieldGroup } : {}),
    ...(properties === undefined || properties === null ? {} : { properties: scalarsAsText(properties) }),
    ...(defaultValue === undefined || defaultValue === null
      ? {}
      : { defaultValue: asText(defaultValue) ?? '' }),
    ...(charLengthLimit === undefined || charLengthLimit === null
      ? {}
      : { charLengthLimit: Number(charLengthLimit) }),
  };
}

function uniqueness(isUniqueIdentifier: boolean): Partial<FieldDetails> {
  return isUniqueIdentifier ? { isUniqueIdentifier, isIndex: true } : { isUniqueIdentifier };
}

/** The form turns a scale of 2 into "2" (recordings 311, 605). */
function scalarsAsText(value: PhpValue): PhpValue {
  if (Array.isArray(value)) return value.map(scalarsAsText);
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scalarsAsText(item)]));
  return asText(value) ?? '';
}

function refused(field: string, message: string): Refusal {
  return { field, message, status: 400 };
}
