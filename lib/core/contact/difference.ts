import type { Desired } from './desired.ts';
import { tagKey } from './text/tag-key.ts';

/** One field of a contact that would change; `null` is blank. */
export interface FieldDifference {
  /** Alias of the field, or `tags`. */
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A contact as Mautic holds it. */
interface Held {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

/**
 * What a first write would change of what Mautic holds; `undefined`: Mautic has no such contact. Blanks are written for
 * fields of the bridge's own (`ownAliases`) only, and nobody's tags are taken away.
 */
export function differencesOf(
  desired: Pick<Desired, 'fields' | 'tags'>,
  held: Held | undefined,
  ownAliases: ReadonlySet<string>,
): readonly FieldDifference[] {
  const fields = Object.entries(desired.fields).flatMap(([field, after]): readonly FieldDifference[] => {
    const before = textOf(held?.fields[field]);
    const isKept = after === null && !ownAliases.has(field);
    return isKept || isSame(before, after) ? [] : [{ field, before, after }];
  });
  const known = new Set(held?.tags.map(tagKey));
  const added = desired.tags.filter((tag) => !known.has(tagKey(tag)));
  if (added.length === 0) return fields;
  return [
    ...fields,
    { field: 'tags', before: held?.tags.join(', ') || null, after: `+ ${added.join(', ')}` },
  ];
}

/** Mautic's NULL, its empty text and its zero are nothing. */
function textOf(value: unknown): string | null {
  if (typeof value === 'number') return value === 0 ? null : String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Numbers come back without their zeros: `30` for `30.00`. */
function isSame(before: string | null, after: string | null): boolean {
  if (before === after) return true;
  if (before === null || after === null) return false;
  return isNumber(before) && isNumber(after) && Number(before) === Number(after);
}

function isNumber(text: string): boolean {
  return /^-?\d{1,15}(\.\d+)?$/.test(text);
}
