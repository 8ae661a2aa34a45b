/**
 * The fields that every Mautic has of its own (recording 176): what the bridge calculates must not be written over what
 * people keep there. Identity goes into some of them by itself.
 */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'title',
  'firstname',
  'lastname',
  'company',
  'position',
  'email',
  'mobile',
  'phone',
  'points',
  'fax',
  'address1',
  'address2',
  'city',
  'state',
  'zipcode',
  'country',
  'preferred_locale',
  'timezone',
  'last_active',
  'attribution_date',
  'attribution',
  'website',
  'facebook',
  'foursquare',
  'instagram',
  'linkedin',
  'skype',
  'twitter',
]);

/** Whether every Mautic has a contact field of this alias. */
export function isOwnField(alias: string): boolean {
  return OWN_FIELDS.has(alias);
}

/** What the bridge fills from who the person is; `company` and `address2` where the policy says so. */
export const IDENTITY_FIELDS = [
  'firstname',
  'lastname',
  'phone',
  'address1',
  'city',
  'zipcode',
  'state',
  'country',
] as const;

/** Whether the bridge fills this field, or knows the contact by it. */
export function isIdentityField(alias: string): boolean {
  return alias === 'email' || IDENTITY_FIELDS.some((known) => known === alias);
}

/** Mautic counts in them, and what it finds there is not what was written. */
const COUNTERS: ReadonlySet<string> = new Set(['points', 'last_active']);

/** Whether nothing may be mapped into this field. */
export function isKeptFromMap(alias: string): boolean {
  return COUNTERS.has(alias);
}

/** Those of Mautic's own fields that are no texts (recording 176). */
const TYPES: ReadonlyMap<string, string> = new Map([
  ['attribution', 'number'],
  ['attribution_date', 'date'],
  ['preferred_locale', 'locale'],
  ['timezone', 'timezone'],
  ['website', 'url'],
]);

/** What one of Mautic's own fields takes. */
export function ownFieldType(alias: string): string {
  return TYPES.get(alias) ?? 'text';
}
