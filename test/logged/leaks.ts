import * as v from 'valibot';
import { RECORDED_SECRET, recordedDeliveries } from '../support/woocommerce.ts';

/** What must stand in no line of a log and in no message of an error. */
export type Leak =
  | 'e-mail address'
  | 'secret'
  | 'token'
  | 'authorisation'
  | 'consumer key'
  | 'name, address or phone number'
  | 'body';

/** The secrets that fixtures, tests and simulators use. */
const SECRETS = [
  RECORDED_SECRET,
  'local-secret',
  'local-development-secret',
  'hunter2',
  // admin:mautic
  'YWRtaW46bWF1dGlj',
];

/** Made up by tests; the rest is read from the recordings. */
const MADE_UP = ['Anna', 'Berg', 'Hauptstraße 1', '+49 221 1'];
/** Names that people have, and the code too. */
const ORDINARY = new Set(['Admin', 'Nice']);

/** One character on each side is enough to tell an address from a package in a path. */
const ADDRESS = /[^\s"'`<>()[\]{}:;,=&?/\\|@]@[^\s"'`<>()[\]{}:;,=&?/\\|@]/;
const HEADER = /\bBearer\s+(?=[^\s"]*\d)[\w.~+/=-]{12,}|"authorization"\s*:\s*"(?!\w+ \[secret\])/i;
const BASIC = /\bBasic\s+([\w+/=-]{6,})/gi;
const NAMED_TOKEN = /(?:access|refresh)_?token\\?["']?\s*[:=]\s*\\?["']?(?!\[secret\])[\w.-]{6,}/i;
const CONSUMER_KEY = /\bc[ks]_[0-9a-f]{8,}/i;
const BODY = /\\*"(?:billing|shipping|meta_data|coupon_lines|base64)\\*"\s*:|line_items|\beyJ[\w+/-]{60,}/;
const BASE64 = /[\w+/-]{40,}={0,2}/g;

/** The kinds of things in a text that should not be there. */
export function leaksIn(text: string): readonly Leak[] {
  const all = [...new Set([text, withoutEscapes(text), withoutPercents(text)])].join('\n');
  const found: Readonly<Record<Leak, boolean>> = {
    'e-mail address': ADDRESS.test(all),
    secret: SECRETS.some((secret) => all.includes(secret)),
    token: NAMED_TOKEN.test(all) || (all.match(BASE64) ?? []).some(isToken),
    authorisation: HEADER.test(all) || [...all.matchAll(BASIC)].some(([, pair = '']) => isPair(pair)),
    'consumer key': CONSUMER_KEY.test(all),
    'name, address or phone number': PERSONAL.test(all),
    body: BODY.test(all),
  };
  return (Object.keys(found) as Leak[]).filter((leak) => found[leak]);
}

function withoutEscapes(text: string): string {
  return text.replace(/\\+u([0-9a-f]{4})/gi, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function withoutPercents(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(),
  );
}

/** Mautic's tokens, and the simulator's, are hexadecimal digits in base64. */
function isToken(word: string): boolean {
  return /^[0-9a-f]{30,}$/.test(Buffer.from(word, 'base64').toString('latin1'));
}

/** "Basic authentication" is no header. */
function isPair(word: string): boolean {
  return /^[\x20-\x7e]+:[\x20-\x7e]*$/.test(Buffer.from(word, 'base64').toString('latin1'));
}

const text = v.optional(v.unknown());
const Person = v.object({
  first_name: text,
  last_name: text,
  company: text,
  address_1: text,
  address_2: text,
  phone: text,
});
const Body = v.object({
  ...Person.entries,
  billing: v.optional(Person),
  shipping: v.optional(Person),
});

/** Who the recorded deliveries are about, as far as it cannot be an ordinary word. */
function personalValues(): readonly string[] {
  const bodies = recordedDeliveries().flatMap(({ body }) => bodyIn(body));
  const values = bodies.flatMap(({ billing, shipping, ...own }) =>
    [billing, shipping, own].flatMap((person) => Object.values(person ?? {})),
  );
  return [...new Set([...values, ...MADE_UP])].filter(isRare);
}

function bodyIn(body: string): readonly v.InferOutput<typeof Body>[] {
  if (!body.startsWith('{')) return [];
  const parsed = v.safeParse(Body, JSON.parse(body));
  return parsed.success ? [parsed.output] : [];
}

function isRare(value: unknown): value is string {
  if (typeof value !== 'string' || ORDINARY.has(value)) return false;
  return value.length >= 4 || (value.length >= 2 && /[^\x20-\x7e]/.test(value));
}

const PERSONAL = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${personalValues().map(escaped).join('|')})(?![\\p{L}\\p{N}])`,
  'iu',
);

function escaped(value: string): string {
  return value.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
