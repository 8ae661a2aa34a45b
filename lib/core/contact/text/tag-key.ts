const PLAIN = /^[ -~]*$/;
/** Beyond the first plane every character weighs the same: any emoji is any emoji. */
const ASTRAL = /[\u{10000}-\u{10FFFF}]/gu;
const WEIGHTLESS = /\p{M}|\p{Default_Ignorable_Code_Point}|(?!\s)\p{Cc}/gu;
const SPELT_OUT: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ς: 'σ' };

/**
 * What tags that Mautic's database holds equal have in common (`utf8mb4_unicode_ci`): case, accents, width and
 * invisible characters do not count, `ß` is `ss`, `²` is `2`, `™` is `tm` (5.2.1: 164 to 186). Making a tag that is
 * equal to one that exists renames that one for everybody. Strokes (`ø`, `ł`) are letters of their own.
 */
export function tagKey(tag: string): string {
  if (PLAIN.test(tag)) return tag.toLowerCase().trim();
  return tag
    .replace(ASTRAL, '\uFFFD')
    .normalize('NFKD')
    .replace(ASTRAL, '\uFFFD')
    .replace(WEIGHTLESS, '')
    .toLowerCase()
    .replace(/[ßæœς]/g, (letter) => SPELT_OUT[letter] ?? letter)
    .trim();
}

/** Tags by their keys; of equal ones the first. */
export function byKey(tags: Iterable<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const tag of tags) if (!found.has(tagKey(tag))) found.set(tagKey(tag), tag);
  return found;
}
