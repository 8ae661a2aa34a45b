import { decodeEntities } from './entities.ts';

/** Mautic never takes more in a text field (recordings 080, 215). */
export const TEXT_LIMIT = 191;
const TAG_LIMIT = 191;

/**
 * One line without what Mautic would cut out of it: control characters, and everything after a lone `<`, also one
 * that is written as an entity, because Mautic decodes before it cuts (recordings 081, 222).
 */
export function fieldText(value: string, limit = TEXT_LIMIT): string {
  const line = decodeEntities(value)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/</g, '‹')
    .replace(/>/g, '›');
  return cut(trimmed(line), limit);
}

/** Mautic's forms trim what nobody sees, too: marks of direction, joiners, the end of a flag (5.2.1). */
function trimmed(text: string): string {
  return text.replace(/^[\p{Z}\p{Cf}]+|[\p{Z}\p{Cf}]+$/gu, '');
}

/**
 * As Mautic keeps it: one line, no tags, at most 191 characters (192 makes it answer 500, recording 147). In lower case
 * last of all, because a capital letter may be written as an entity.
 */
export function tagText(tag: string): string {
  return cut(fieldText(tag).toLowerCase(), TAG_LIMIT);
}

/** Cuts by code points, as Mautic counts (recording 212), never through a surrogate pair or an escape of URLs. */
function cut(text: string, limit: number): string {
  const points = Array.from(text);
  if (points.length <= limit) return text;
  const broken = [2, 1].find((back) => ESCAPE.test(points.slice(limit - back, limit - back + 3).join('')));
  return trimmed(points.slice(0, limit - (broken ?? 0)).join(''));
}

const ESCAPE = /^%[\da-f]{2}$/i;
