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
