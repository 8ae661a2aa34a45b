import { contentHash } from '../ledger/version.ts';
import { NOTHING_WRITTEN, UNKNOWN, type Written } from './contact.ts';
import type { ContactWrite } from './contact-write.ts';
import type { Desired } from './desired.ts';
import { byKey, tagKey } from './text/tag-key.ts';

/** The difference between what Mautic should hold and what was last written there. */
export interface Change extends ContactWrite {
  /** To be saved before the write: names everything that may be in Mautic after it. Absent if `written` does. */
  readonly intent?: Written;
  /** To be saved once Mautic has it. */
  readonly result: Written;
}

export interface PlanOptions {
  /** After a doubt: write everything, not the difference. */
  readonly full: boolean;
  /** Aliases that belong to the bridge alone, so that a first write blanks what somebody else left there. */
  readonly ownAliases: ReadonlySet<string>;
  /** Aliases that hold a past the ledger does not know: neither written nor blanked. */
  readonly kept?: ReadonlySet<string>;
}

/** `undefined` desired: nothing of this contact is ours any more, so everything written is taken back. */
export function planChange(
  desired: Desired | undefined,
  written: Written,
  options: PlanOptions,
): Change | undefined {
  const wanted = withoutKept(desired ?? withdrawn(written), options.kept);
  const refused = stillRefused(wanted.fields, written);
  const fields = changedFields(withoutRefused(wanted.fields, refused), written, options);
  const tags = spelt(wanted.tags, written.tags);
  const sure = new Set(sureTags(written));
  const addTags = tags.filter((tag) => options.full || !sure.has(tag));
  const removeTags = written.tags.filter((tag) => !tags.includes(tag));
  if (Object.keys(fields).length + addTags.length + removeTags.length === 0) return undefined;
  const intent = intended({ fields, addTags, removeTags }, written);
  const result = resulting({ fields, tags, refused }, written);
  return { fields, addTags, removeTags, result, ...(intent && { intent }) };
}

function sureTags({ tags, unsureTags = [] }: Written): readonly string[] {
  return tags.filter((tag) => !unsureTags.includes(tag));
}

/** Wanted tags as they are spelt in Mautic already, where an equal one was written. */
function spelt(wanted: readonly string[], written: readonly string[]): readonly string[] {
  const known = byKey(written);
  return wanted.map((tag) => (written.includes(tag) ? tag : (known.get(tagKey(tag)) ?? tag))).sort();
}

function withoutKept<Wanted extends Pick<Desired, 'fields' | 'tags'>>(
  wanted: Wanted,
  kept: ReadonlySet<string> = new Set(),
): Wanted {
  if (kept.size === 0) return wanted;
  const fields = Object.entries(wanted.fields).filter(([alias]) => !kept.has(alias));
  return { ...wanted, fields: Object.fromEntries(fields) };
}

/** Refusals of values that are still wanted. */
function stillRefused(fields: Desired['fields'], { refused }: Written): Written['refused'] {
  const standing = Object.entries(refused).filter(
    ([alias, { value }]) => Object.hasOwn(fields, alias) && value === fingerprint(fields[alias] ?? null),
  );
  return Object.fromEntries(standing);
}

/** A refused value must not leave the one before it standing: blank is less wrong than false. */
function withoutRefused(fields: Desired['fields'], refused: Written['refused']): Desired['fields'] {
  const blanked = Object.keys(refused).map((alias) => [alias, null] as const);
  return { ...fields, ...Object.fromEntries(blanked) };
}

/** Nothing is known to be in Mautic for this contact (any more). */
export function forgotten(written: Written): Written {
  return { ...NOTHING_WRITTEN, refused: written.refused };
}

/** `written` with a refusal noted, so that this value of this field is not sent again. */
export function withRefusal(
  written: Written,
  alias: string,
  refusal: { readonly value: string | null; readonly reason: string },
): Written {
  const refused = {
    ...written.refused,
    [alias]: { value: fingerprint(refusal.value), reason: refusal.reason },
  };
  return { ...written, refused };
}

/** The value itself while short, else its hash: what was written can be compared without keeping it twice. */
function fingerprint(value: string | null): string {
  if (value === null) return BLANK;
  return value.length <= 40 ? `=${value}` : `#${contentHash(value)}`;
}

const BLANK = 'null';

/** Whether a value that Mautic shows is the one that `written` keeps the fingerprint of. */
export function isFingerprintOf(print: string, value: unknown): boolean {
  if (typeof value === 'number') return print.startsWith('=') && Number(print.slice(1)) === value;
  return typeof value === 'string' && fingerprint(value) === print;
}

function withdrawn(written: Written): Pick<Desired, 'fields' | 'tags'> {
  return { fields: Object.fromEntries(Object.keys(written.fields).map((alias) => [alias, null])), tags: [] };
}

function changedFields(
  wanted: Desired['fields'],
  written: Written,
  { full, ownAliases }: PlanOptions,
): Record<string, string | null> {
  const changed = Object.entries(wanted).filter(([alias, value]) => {
    const had = written.fields[alias];
    const wants = fingerprint(value);
    // A field the bridge never filled may hold what a person typed there: blank only our own.
    if (value === null && had === undefined) return ownAliases.has(alias) && !(alias in written.refused);
    return full || had !== wants;
  });
  return Object.fromEntries(changed);
}

function intended({ fields, addTags }: ContactWrite, written: Written): Written | undefined {
  const newAliases = Object.keys(fields).filter(
    (alias) => fields[alias] !== null && !(alias in written.fields),
  );
  const newTags = addTags.filter((tag) => !written.tags.includes(tag));
  if (newAliases.length + newTags.length === 0) return undefined;
  const unknown = Object.fromEntries(newAliases.map((alias) => [alias, UNKNOWN]));
  return {
    ...written,
    fields: { ...written.fields, ...unknown },
    tags: [...written.tags, ...newTags].sort(),
    ...(newTags.length > 0 && { unsureTags: [...(written.unsureTags ?? []), ...newTags].sort() }),
  };
}

interface Outcome {
  readonly fields: ContactWrite['fields'];
  readonly tags: readonly string[];
  readonly refused: Written['refused'];
}

function resulting({ fields, tags, refused }: Outcome, { unsureTags: _known, ...written }: Written): Written {
  const sent = Object.entries(fields).map(([alias, value]) => [alias, fingerprint(value)]);
  const unsent = Object.entries(written.refused).filter(([alias]) => !(alias in fields));
  return {
    ...written,
    fields: { ...written.fields, ...Object.fromEntries(sent) },
    tags: [...tags],
    refused: { ...Object.fromEntries(unsent), ...refused },
  };
}
