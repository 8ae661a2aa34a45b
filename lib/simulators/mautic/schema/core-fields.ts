import type { PhpValue } from '../database/php-value.ts';
import type { Field, FieldGroup, FieldType } from '../database/rows.ts';

/** Contact fields 1-28 exist on every installation; 29-43 belong to companies (recordings 176, 472). */
export const FIRST_CREATED_FIELD_ID = 44;

type CoreField = readonly [alias: string, label: string, type: FieldType];

const CORE: readonly CoreField[] = [
  ['title', 'Title', 'lookup'],
  ['firstname', 'First Name', 'text'],
  ['lastname', 'Last Name', 'text'],
  ['company', 'Primary company', 'text'],
  ['position', 'Position', 'text'],
  ['email', 'Email', 'email'],
  ['mobile', 'Mobile', 'tel'],
  ['phone', 'Phone', 'tel'],
  ['points', 'Points', 'number'],
  ['fax', 'Fax', 'tel'],
  ['address1', 'Address Line 1', 'text'],
  ['address2', 'Address Line 2', 'text'],
  ['city', 'City', 'text'],
  ['state', 'State', 'region'],
  ['zipcode', 'Zip Code', 'text'],
  ['country', 'Country', 'country'],
  ['preferred_locale', 'Preferred Locale', 'locale'],
  ['timezone', 'Preferred Timezone', 'timezone'],
  ['last_active', 'Date Last Active', 'datetime'],
  ['attribution_date', 'Attribution Date', 'datetime'],
  ['attribution', 'Attribution', 'number'],
  ['website', 'Website', 'url'],
];

const SOCIAL: readonly CoreField[] = [
  ['facebook', 'Facebook', 'text'],
  ['foursquare', 'Foursquare', 'text'],
  ['instagram', 'Instagram', 'text'],
  // Mautic 5.2 forgot this translation (recording 176).
  ['linkedin', 'mautic.lead.field.linkedin', 'text'],
  ['skype', 'Skype', 'text'],
  ['twitter', 'Twitter', 'text'],
];

const COMPANY_FIELDS = 15;
const NOT_FIXED = new Set(['fax', 'website', ...SOCIAL.map(([alias]) => alias)]);
const SHORT = new Set(['firstname', 'lastname', 'email']);
const PROPERTIES: Readonly<Record<string, PhpValue>> = {
  title: { list: ['Mr', 'Mrs', 'Miss'] },
  attribution: { roundmode: 4, scale: 2 },
};

/** The contact fields of a fresh installation (recording 176). */
export function coreFields(charLengthLimit: number): Field[] {
  const core = CORE.map((field) => ['core', field] as const);
  const social = SOCIAL.map((field) => ['social', field] as const);
  return [...core, ...social].map(([group, field], index) =>
    coreField(group, field, { id: index + 1, charLengthLimit }),
  );
}

function coreField(
  group: FieldGroup,
  [alias, label, type]: CoreField,
  { id, charLengthLimit }: { id: number; charLengthLimit: number },
): Field {
  return {
    id,
    label,
    alias,
    type,
    group,
    order: id,
    charLengthLimit,
    isPublished: true,
    dateAdded: null,
    dateModified: null,
    createdBy: null,
    createdByUser: null,
    modifiedBy: null,
    modifiedByUser: null,
    defaultValue: alias === 'points' ? '0' : null,
    isRequired: false,
    isFixed: !NOT_FIXED.has(alias),
    isListable: true,
    isVisible: true,
    isShortVisible: SHORT.has(alias),
    isUniqueIdentifier: alias === 'email',
    isPubliclyUpdatable: false,
    properties: PROPERTIES[alias] ?? [],
  };
}

/**
 * The order a field shows. The first created field makes Mautic renumber all fields, contact and company ones
 * interleaved, and puts created fields in front (recordings 184-208, 472, 603).
 */
export function orderOf(field: Field, createdFields: number): number {
  const isCore = field.id < FIRST_CREATED_FIELD_ID;
  if (!isCore || createdFields === 0) return field.order;
  const interleaved = field.order <= COMPANY_FIELDS ? 2 * field.order - 1 : field.order + COMPANY_FIELDS;
  return createdFields + interleaved;
}
