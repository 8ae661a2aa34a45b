/** Longest name of an address in a log. */
const MOST_CHARACTERS = 200;

/** How copies of a shop in a folder below it are called; a language or a shop page is called none of these. */
const COPIES =
  /(?:^|[-_.])(?:staging|stage|stg|dev|develop|development|test|testing|clone|copy|backup|sandbox)\d*(?:[-_.]|$)/;

/**
 * Whether an address that a store gives for itself is that of the configured store: the same host but for `www.`, and
 * the same path or one below it. Plugins rewrite the rest: they put the language behind the path, and a redirect takes
 * `www.` away; a proxy that ends TLS changes the scheme. What calls itself a copy of the shop is none.
 */
export function isSameOrigin(configured: string, claimed: string): boolean {
  const [own, other] = [partsOf(configured), partsOf(claimed)];
  if (!own || !other || own.host !== other.host) return false;
  const below = other.folders.slice(own.folders.length);
  const isWithin = own.folders.every((folder, index) => folder === other.folders[index]);
  return isWithin && !below.some((folder) => COPIES.test(folder));
}

/** Host and path of an address, for a log: nothing else of it, and no more than 200 characters. */
export function originName(address: string): string {
  const parts = partsOf(address);
  if (!parts) return 'no address';
  const name = [URL.parse(address)?.host, ...parts.folders].join('/');
  return name.replace(/[^\w.~:%/-]/g, '?').slice(0, MOST_CHARACTERS);
}

interface Origin {
  /** Without `www.` and the ports of http and https. */
  readonly host: string;
  /** Lower case. */
  readonly folders: readonly string[];
}

function partsOf(address: string): Origin | undefined {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const port = ['', '80', '443'].includes(url.port) ? '' : `:${url.port}`;
  const folders = url.pathname
    .toLowerCase()
    .split('/')
    .filter((folder) => folder !== '');
  return { host: `${url.hostname.replace(/^www\./, '')}${port}`, folders };
}
