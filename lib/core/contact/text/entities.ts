import names from './entities.data.json' with { type: 'json' };

/** The entities WordPress writes into names and slugs, in any case. */
const COMMON: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);
/** Those of HTML 4, which Mautic decodes too; whatever has another name stays as it is. */
const NAMED: ReadonlyMap<string, string> = new Map(Object.entries(names));
const ENTITY = /&(#\d+|#x[\da-f]+|[a-z][a-z\d]{1,7});/gi;

/** What a person typed is one within another at most; a plugin may add a few more. */
const MOST_DEPTH = 8;

/**
 * Text as a person typed it: WordPress stores `&` as `&amp;` and a lone `<` as `&lt;` (recording 0020). Decoded until
 * nothing is left, because Mautic decodes what it is sent once more; what is nested deeper than anybody does by
 * accident keeps a `&` that is none to Mautic.
 */
export function decodeEntities(text: string): string {
  let decoded = text;
  for (let depth = 0; depth < MOST_DEPTH; depth += 1) {
    const next = decodeOnce(decoded);
    if (next === decoded) return decoded;
    decoded = next;
  }
  return decoded.replaceAll('&', '＆');
}

function decodeOnce(text: string): string {
  return text.replace(ENTITY, (entity, name: string) => characterOf(name) ?? entity);
}

/** Half a surrogate pair is no character: PHP refuses the JSON of a whole batch that has one. */
function characterOf(name: string): string | undefined {
  if (!name.startsWith('#')) return COMMON.get(name.toLowerCase()) ?? NAMED.get(name);
  const code = name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
