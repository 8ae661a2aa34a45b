import { createHash } from 'node:crypto';
import { domainToASCII, domainToUnicode } from 'node:url';

/** A hash of the normalised address: no address appears in a key, a queue group or a log. */
export type ContactKey = string & { readonly __brand: 'ContactKey' };

/** An address that Mautic stores unchanged, or the reason why it would not. */
export type Address =
  | { readonly usable: true; readonly email: string; readonly key: ContactKey }
  | { readonly usable: false; readonly reason: RefusedAddress };

export type RefusedAddress =
  | 'no-email'
  | 'no-domain'
  | 'domain-malformed'
  /** Nobody's: WooCommerce writes `deleted@site.invalid` where it erased a person. */
  | 'domain-reserved'
  /** The person asked the bridge to forget them. */
  | 'erased'
  | 'local-part-non-ascii'
  | 'local-part-malformed'
  | 'local-part-too-long'
  | 'too-long';

/** What survives PHP's FILTER_SANITIZE_EMAIL and Mautic's own ban on ^ & * % (facts/mautic-source §1.5). */
const LOCAL_PART = /^[a-z0-9!#$'+\-=?_`{|}~]+(?:\.[a-z0-9!#$'+\-=?_`{|}~]+)*$/;
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Punycode conversion parses a URL's host: it would decode, cut or renumber what holds one of these. */
const NOT_IN_A_DOMAIN = /[^a-z0-9.\-\u0080-\uffff]/i;
const MAX_LOCAL_PART = 64;
/** Mautic cuts at 254 silently. */
const MAX_ADDRESS = 254;

/**
 * Normalises an address (trimmed, lower case, domain in punycode) and refuses what Mautic would change into
 * somebody else's: it deletes spaces and non-ASCII characters (recordings 083, 084).
 */
export function normaliseEmail(raw: string): Address {
  const trimmed = raw.trim();
  if (trimmed === '') return refuse('no-email');
  const at = trimmed.lastIndexOf('@');
  if (at <= 0 || at === trimmed.length - 1) return refuse('no-domain');
  const [rawLocal, rawDomain] = [trimmed.slice(0, at), trimmed.slice(at + 1)];
  // Before lower-casing: that turns a Kelvin sign into a k.
  if (/[^\x20-\x7e]/.test(rawLocal)) return refuse('local-part-non-ascii');
  if (NOT_IN_A_DOMAIN.test(rawDomain)) return refuse('domain-malformed');
  const local = rawLocal.toLowerCase();
  const domain = domainToASCII(rawDomain).toLowerCase();
  const reason = refusalOf(local, domain);
  if (reason) return refuse(reason);
  const email = `${local}@${domain}`;
  return { usable: true, email, key: contactKey(email) };
}

/** How a normalised address may stand in a store, which keeps what was typed: its domain in ASCII or in letters. */
export function spellingsOf(email: string): readonly string[] {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  const letters = domainToUnicode(domain);
  return letters === '' || letters === domain ? [email] : [email, `${email.slice(0, at)}@${letters}`];
}

function refusalOf(local: string, domain: string): RefusedAddress | undefined {
  if (local.length > MAX_LOCAL_PART) return 'local-part-too-long';
  if (!LOCAL_PART.test(local)) return 'local-part-malformed';
  if (!DOMAIN.test(domain)) return 'domain-malformed';
  // RFC 6761: no address ends in it. All erased persons would become one contact.
  if (domain.endsWith('.invalid')) return 'domain-reserved';
  return local.length + 1 + domain.length > MAX_ADDRESS ? 'too-long' : undefined;
}

function refuse(reason: RefusedAddress): Address {
  return { usable: false, reason };
}

/** 128 bits of SHA-256, URL-safe: short enough for a message group id, long enough never to collide. */
function contactKey(email: string): ContactKey {
  return createHash('sha256').update(email).digest('base64url').slice(0, 22) as ContactKey;
}
