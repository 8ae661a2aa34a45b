import type { VersionTraits } from '../version.ts';
import geography from './geography.data.json' with { type: 'json' };
import type { FieldType } from './rows.ts';

/** Tells whether a country, region, locale or time zone is in Mautic's list (recordings 058-067, 209-310). */
export type ClosedLists = (type: FieldType, value: string) => boolean;

const REGIONS = new Set(geography.regions);
const ZONES = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);

/**
 * The closed lists of one version. Countries and regions are those known to be accepted, so a rare region Mautic
 * has may be refused here; locales and time zones come from this runtime's ICU data.
 */
export function closedLists(traits: VersionTraits): ClosedLists {
  const countries = new Set(geography.countries);
  for (const name of ['Türkiye', 'Turkey', 'Eswatini', 'Swaziland']) countries.delete(name);
  countries.add(traits.turkey).add(traits.eswatini);
  return (type, value) => {
    if (type === 'country') return countries.has(value);
    if (type === 'region') return REGIONS.has(value);
    if (type === 'timezone') return ZONES.has(value);
    return type !== 'locale' || isLocale(value);
  };
}

/** ICU spells locales with underscores: `de_DE` is one, `de-DE` and `xx_YY` are not (recordings 066, 287, 288). */
function isLocale(value: string): boolean {
  const match = /^([a-z]{2,3})(_[A-Z][a-z]{3})?(_[A-Z]{2}|_\d{3})?$/.exec(value);
  if (match === null) return false;
  const [, language = '', , region = ''] = match;
  const isRegion = region === '' || isNamed('region', region.slice(1));
  return isRegion && isNamed('language', language);
}

function isNamed(type: 'language' | 'region', code: string): boolean {
  return new Intl.DisplayNames('en', { type, fallback: 'none' }).of(code) !== undefined;
}
