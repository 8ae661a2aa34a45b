import names from './region.data.json' with { type: 'json' };

const COUNTRIES: ReadonlyMap<string, string> = new Map(Object.entries(names.countries));
const STATES: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map(Object.entries(names.states));

/**
 * The name Mautic accepts for an ISO 3166-1 alpha-2 country code, or `undefined` where it has none (its list is
 * closed: one wrong name rejects the whole contact, recordings 059, 060).
 */
export function countryName(code: string): string | undefined {
  return COUNTRIES.get(code.trim().toUpperCase());
}

/**
 * The region name Mautic accepts for a WooCommerce state of a country: a code (`CA`, `DE-BY`), or free text that
 * is one of that country's names. `undefined` where there is none, then the state is left out.
 */
export function stateName(country: string, state: string): string | undefined {
  const states = STATES.get(country.trim().toUpperCase());
  const wanted = state.trim();
  if (!states || wanted === '') return undefined;
  const byCode = Object.hasOwn(states, wanted.toUpperCase()) ? states[wanted.toUpperCase()] : undefined;
  return byCode ?? Object.values(states).find((name) => name.toLowerCase() === wanted.toLowerCase());
}
