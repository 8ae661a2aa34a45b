import reserved from './reserved-aliases.data.json' with { type: 'json' };

const ALL: ReadonlySet<string> = new Set([...reserved.keywords, ...reserved.filters, ...reserved.columns]);

/**
 * Whether Mautic, of whatever version, keeps this alias of a contact field for itself: words of SQL become another one
 * (`f_limit`, then `f_limit1`, …), columns of its own and filters of segments are refused or fail (recordings 202, 204;
 * 5.2.1 and 7.0.0: 033 to 040).
 */
export function isReservedAlias(alias: string): boolean {
  return ALL.has(alias);
}
