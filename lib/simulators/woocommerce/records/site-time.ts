/** WordPress knows two clocks: UTC, and the site's, which is written without an offset. All times are epoch ms. */

const QUARTER_HOUR = 900_000;

/** The last whole second: the resolution of every date WooCommerce stores. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** `2026-11-21T23:07:47`, as the fields in `_gmt` show it. */
export function gmtText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

/** The same moment by the site's clock, as the fields without `_gmt` show it. */
export function siteText(ms: number, zone: string): string {
  return gmtText(ms + offsetAt(ms, zone));
}

const DATE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z)?$/;

/**
 * What moment WooCommerce takes a date filter for, by its form and `dates_are_gmt` (facts/woocommerce §1.8): only
 * the naive form with the flag, and `Z` without fraction and flag, mean what they say in every zone.
 * `undefined` when it is no date.
 */
export function filterMoment(
  text: string,
  { gmt, zone }: { gmt: boolean; zone: string },
): number | undefined {
  const [, seconds, fraction, zulu] = DATE.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const said = Date.parse(`${seconds}Z`);
  if (Number.isNaN(said)) return undefined;
  if (gmt) return zulu === undefined ? said : said + offsetAt(said, zone);
  return zulu === undefined || fraction !== undefined ? fromSite(said, zone) : said;
}

/**
 * What moment a date is saved as, by its form (facts/carts 29): with `Z` or an offset the one it says; with a fraction of
 * a second, or without a zone, that of the site's clock; a day alone is its first moment; anything else is 1970.
 */
export function savedMoment(text: string, zone: string): number {
  const naive = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d))?(?:\.\d+Z?)?$/.exec(text);
  const said = Date.parse(naive ? `${naive[1] ?? ''}T${naive[2] ?? '00:00:00'}Z` : text);
  if (Number.isNaN(said)) return 0;
  return naive ? fromSite(said, zone) : wholeSecond(said);
}

function fromSite(said: number, zone: string): number {
  return said - offsetAt(said - offsetAt(said, zone), zone);
}

const offsets = new Map<string, number>();

/** How far the zone is ahead of UTC; zones change on quarter hours only. */
function offsetAt(ms: number, zone: string): number {
  const quarter = Math.floor(ms / QUARTER_HOUR) * QUARTER_HOUR;
  const key = `${zone} ${String(quarter)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const offset = Date.parse(`${format.format(quarter).replace(' ', 'T')}Z`) - quarter;
  offsets.set(key, offset);
  return offset;
}
