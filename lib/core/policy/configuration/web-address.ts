import * as v from 'valibot';

/** Names of this machine, on which nothing is sent over a network. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|.*\.localhost)$/;

/** An address of a shop or of Mautic: https, or http on this machine, because keys and personal data go there. */
export const WebAddress = v.pipe(
  v.string(),
  v.check((text) => URL.canParse(text), 'must be a URL like https://www.yourshop.com'),
  v.check((text) => isWeb(text), 'must begin with https://'),
  v.check(
    (text) => isSafe(text),
    'must begin with https://: over http keys and personal data could be read on their way (on this machine http is taken)',
  ),
  v.check((text) => !hasUser(text), 'must hold no user name or password: they belong into Secrets Manager'),
);

/** Whoever copies an address from the browser or a manual has that of a page or of the API, which is put behind it anyway. */
export const ofShop = v.check(
  (url: string) => !/\/(wp-json|wp-admin|wc-api)(\/|$)/.test(pathOf(url)),
  "must be the shop's own address: leave /wp-json or /wp-admin and what follows it out",
);

/** The same of Mautic. */
export const ofMautic = v.check(
  (url: string) => !/\/api\/*$/.test(pathOf(url)),
  "must be Mautic's own address: leave the /api at its end out",
);

function pathOf(url: string): string {
  return URL.parse(url)?.pathname ?? '';
}

function isWeb(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === undefined || protocol === 'https:' || protocol === 'http:';
}

function isSafe(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol !== 'http:' || LOOPBACK.test(url.hostname);
}

function hasUser(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.username !== '' || url.password !== '');
}

/**
 * What two spellings of one address have in common: host without `www.`, port and path, without a slash at its end.
 * `undefined` when it is none.
 */
export function hostOf(address: unknown): string | undefined {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  if (!url) return undefined;
  return `${url.host.replace(/^www\./, '')}${url.pathname.replace(/\/+$/, '')}`;
}

/** Whether an address stands for one that nobody has put in yet (RFC 2606 keeps these names for examples). */
export function isPlaceholder(address: string): boolean {
  const host = (URL.parse(address)?.hostname ?? '').replace(/^www\./, '');
  return (
    /(^|\.)(example\.(com|org|net)|[^.]+\.example|example|invalid)$/.test(host) ||
    /^(your|my)-?(shop|store|mautic)\b/.test(host)
  );
}
