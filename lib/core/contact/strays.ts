import { UNKNOWN, type Written } from './contact.ts';
import type { ContactWrite } from './contact-write.ts';
import { isFingerprintOf } from './plan.ts';
import { byKey, tagKey } from './text/tag-key.ts';

/** What the bridge wrote for one contact and what stands in another one of Mautic now. */
export interface Strays {
  /** Alias → `null`: blank it. */
  readonly fields: Readonly<Record<string, null>>;
  readonly removeTags: readonly string[];
  /** To be left. */
  readonly segments: readonly number[];
}

export interface StrayOptions {
  /** What was written for the contact that has gone from there. */
  readonly written: Written;
  /** What is written for whoever stands there: it gets its own values by a write of its own. */
  readonly owned: Written;
  /** What that contact should hold now. */
  readonly wanted: ContactWrite | undefined;
  /** `wanted` has just been written there. */
  readonly isRaced: boolean;
  /** It may have been: an earlier write has an unknown end. */
  readonly inDoubt: boolean;
  /** The contact of Mautic is the same as before, under another address. */
  readonly isRenamed: boolean;
  /** Aliases that are the bridge's alone. */
  readonly ownAliases: ReadonlySet<string>;
}

/**
 * What has to be taken back from a contact of Mautic (`values`: alias → what it holds) that is somebody else's now.
 * Order fields, tags and segments always are. A name or an address only where it is known to be the bridge's: in a
 * contact that was renamed while nobody has changed it since, in one that others were merged into if it was written
 * over by mistake; whose value a merge has kept, nobody can tell.
 */
export function straysIn(values: Readonly<Record<string, unknown>>, options: StrayOptions): Strays {
  const { written, owned, isRaced, wanted } = options;
  const aliases = new Set([
    ...Object.keys(written.fields),
    ...(isRaced ? Object.keys(wanted?.fields ?? {}) : []),
  ]);
  const blanked = [...aliases].filter(
    (alias) => !(alias in owned.fields) && !isBlank(values[alias]) && isStray(alias, values[alias], options),
  );
  const ownedTags = byKey(owned.tags);
  const tags = new Set([...written.tags, ...(isRaced ? (wanted?.addTags ?? []) : [])]);
  return {
    fields: Object.fromEntries(blanked.map((alias) => [alias, null])),
    removeTags: [...tags].filter((tag) => !ownedTags.has(tagKey(tag))),
    segments: (written.segments ?? []).filter((segment) => !owned.segments?.includes(segment)),
  };
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function isStray(alias: string, value: unknown, options: StrayOptions): boolean {
  const { written, owned, wanted, isRaced, inDoubt, isRenamed, ownAliases } = options;
  const now = wanted?.fields[alias];
  if (isRaced && typeof now === 'string') return true;
  const had = written.fields[alias];
  const isOurs = had !== undefined && isFingerprintOf(had, value);
  // A total of a past that the ledger does not know is the owner's, unless it is what was written here before.
  if (ownAliases.has(alias)) return isOurs || isRenamed || !owned.kept?.includes(alias);
  if (inDoubt && value === now) return true;
  return isRenamed && had !== undefined && (inDoubt || had === UNKNOWN || isOurs);
}
