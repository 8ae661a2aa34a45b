import entities from './html-entities.data.json' with { type: 'json' };

/** Those of HTML 4. */
const ENTITIES: ReadonlyMap<string, string> = new Map(Object.entries(entities));
const EMAIL_FORBIDDEN = /[^A-Za-z0-9!#$%&'*+\-=?^_`{|}~@.[\]]/g;
const EMAIL_SHAPE =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/;
const MAX_LOCAL_PART = 64;
const MAX_EMAIL = 254;

const FORM_EDGES = /^[\p{Z}\p{Cc}\p{Cf}]+|[\p{Z}\p{Cc}\p{Cf}]+$/gu;
const PHP_EDGES = /^[ \t\n\r\0\v]+|[ \t\n\r\0\v]+$/g;

/**
 * Text as Mautic's input filter and form leave it: entities decoded, tags removed, a lone `<` taken for a tag that
 * ends at the next `>` or at the end, spaces, controls and invisible characters gone at both ends (recordings 081,
 * 219, 222-225, 228).
 */
export function cleanText(text: string): string {
  return stripTags(decodeEntities(text)).replace(FORM_EDGES, '');
}

/** A tag of a contact payload goes through no form: only PHP's own spaces go at the ends (145). */
export function cleanTag(text: string): string {
  return stripTags(decodeEntities(text.replace(PHP_EDGES, '')));
}

/** HTML keeps its tags but loses event handlers (recording 220). */
export function cleanHtml(html: string): string {
  return html.replace(/\son[a-z]+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, '').trim();
}

/** Removes what is not allowed in an address, silently: `user@müller.de` becomes `user@mller.de` (recordings 083, 084). */
export function sanitizeEmail(text: string): string {
  return text.replace(EMAIL_FORBIDDEN, '').slice(0, MAX_EMAIL);
}

/** What is wrong with a sanitised address, if anything (recordings 052, 085-088, 095, 322). */
export function emailFault(address: string): string | undefined {
  if (!isEmail(address)) return `${address} is invalid.`;
  return /[\^&*%]/.test(address) ? `${address} has characters not allowed in email addresses.` : undefined;
}

/** Prefixes an address without a scheme by `http://`; anything else passes (recordings 229-235). */
export function cleanUrl(text: string): string {
  const url = cleanText(text);
  return url === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `http://${url}`;
}

/** Escapes as PHP's `htmlspecialchars` with quotes does. */
export function escapeHtml(text: string): string {
  const escapes: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

function isEmail(address: string): boolean {
  return EMAIL_SHAPE.test(address) && address.indexOf('@') <= MAX_LOCAL_PART;
}

function stripTags(text: string): string {
  return text.includes('<') ? text.replace(/<[^>]*(>|$)/g, '') : text;
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(#x[0-9a-f]+|#\d+|[a-z][a-z0-9]*);/gi,
    (whole, name: string) => decodeEntity(name) ?? whole,
  );
}

function decodeEntity(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES.get(name);
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  // PHP leaves halves of surrogate pairs as they are.
  const isCharacter = code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
