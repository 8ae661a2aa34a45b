import { asText, entriesOf, type PhpValue } from '../database/php-value.ts';
import { cleanTag } from '../database/text-cleaning.ts';
import type { World } from '../world.ts';

/** `lead_tags.tag` is VARCHAR(191): one more is a database error (recordings 146, 147). */
export const MAX_TAG = 191;

const collator = new Intl.Collator('en', { sensitivity: 'base' });

/** What a payload does to a contact's tags; a name of `create` has no tag yet. */
export type TagPlan = {
  readonly keep: readonly number[];
  readonly add: readonly string[];
  readonly isReal: boolean;
};

/**
 * Reads `tags` of a payload: a list or a comma text, additive, `-x` takes away, compared with case; tags already
 * there are shown by name, new ones after them (recordings 139-145). Of two rows of one text only the newer one is
 * meant: `-x` leaves the older, `x` takes its place (5.2.1: 195-199).
 */
export function planTags(world: World, current: readonly number[], sent: PhpValue | undefined): TagPlan {
  const names = tagNames(sent);
  const newest = (name: string) => world.db.lookups.tag(name)?.id;
  const gone = new Set(names.filter((name) => name.startsWith('-')).map((name) => newest(name.slice(1))));
  const left = current.filter((id) => !gone.has(id));
  const add = new Set(
    names.filter((name) => !name.startsWith('-') && !left.some((id) => id === newest(name))),
  );
  const keep = left.filter((id) => !add.has(nameOf(world, id)));
  return { keep, add: [...add], isReal: add.size > 0 || keep.length < current.length };
}

/** True when the database would refuse one of the new tags. */
export function isTooLong({ add }: TagPlan): boolean {
  return add.some((name) => Array.from(name).length > MAX_TAG);
}

/** The tags of a payload that do not exist yet. Looked up before the write, so two writers at once make two rows each. */
export function unknownTags({ db }: World, sent: PhpValue | undefined): ReadonlySet<string> {
  return new Set(
    tagNames(sent).filter((name) => !name.startsWith('-') && db.lookups.tag(name) === undefined),
  );
}

/** The tag ids after the plan; tags that were unknown are created on first use. */
export function applyTags({ db }: World, { keep, add }: TagPlan, unknown: ReadonlySet<string>): number[] {
  const added = add.map((tag) => {
    const known = unknown.has(tag) ? undefined : db.lookups.tag(tag);
    return known ?? db.tags.insert((id) => ({ id, tag }));
  });
  return [...keep, ...added.map((tag) => tag.id)];
}

/** Tags as they are loaded: by name (5.2.1: 100). */
export function tagsByName(world: World, ids: readonly number[]): number[] {
  return ids.toSorted((a, b) => collator.compare(nameOf(world, a), nameOf(world, b)));
}

function nameOf(world: World, id: number): string {
  return world.db.tags.get(id)?.tag ?? '';
}

function tagNames(sent: PhpValue | undefined): string[] {
  const texts =
    typeof sent === 'object' && sent !== null
      ? entriesOf(sent).map(([, item]) => asText(item) ?? '')
      : (asText(sent) ?? '').split(',');
  return texts.map(cleanTag).filter((name) => name !== '');
}
