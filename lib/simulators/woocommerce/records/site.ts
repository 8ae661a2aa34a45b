import { gmtText, siteText } from './site-time.ts';

/** What bodies say of the shop itself. */
export interface Site {
  /** With a slash at the end; also the source of webhooks. */
  readonly home: string;
  /** IANA name, as `Europe/Paris`. */
  readonly zone: string;
}

/** The version every recording was made with. */
export const VERSION = '10.9.1';

/** Each date by the site's clock; null when there is none. */
export function siteDates(site: Site, dates: Readonly<Record<string, number | undefined>>) {
  return mapped(dates, (ms) => siteText(ms, site.zone));
}

/** Each date in UTC under its name with `_gmt`. */
export function gmtDates(dates: Readonly<Record<string, number | undefined>>) {
  const named = Object.entries(dates).map(([name, ms]) => [`${name}_gmt`, ms] as const);
  return mapped(Object.fromEntries(named), gmtText);
}

function mapped(
  dates: Readonly<Record<string, number | undefined>>,
  text: (ms: number) => string,
): Record<string, string | null> {
  const texts = Object.entries(dates).map(
    ([name, ms]) => [name, ms === undefined ? null : text(ms)] as const,
  );
  return Object.fromEntries(texts);
}

const ALLOW = { allow: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] };

/** The `_links` of one thing. */
export function links(site: Site, collection: string, id: number) {
  const href = `${site.home}wp-json/wc/v3/${collection}`;
  return {
    self: [{ href: `${href}/${String(id)}`, targetHints: ALLOW }],
    collection: [{ href }],
  };
}
