import { NOTHING_WRITTEN, UNKNOWN, type Written } from './contact.ts';
import type { Desired } from './desired.ts';
import type { ContactWrite } from './ports.ts';
import { contentHash } from './version.ts';

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
}

/** `undefined` desired: nothing of this contact is ours any more, so everything written is taken back. */
export function planChange(
  desired: Desired | undefined,
  written: Written,
  options: PlanOptions,
): Change | undefined {
  const wanted = desired ?? withdrawn(written);
  const fields = changedFields(wanted.fields, written, options);
  const addTags = wanted.tags.filter((tag) => options.full || !written.tags.includes(tag));
  const removeTags = written.tags.filter((tag) => !wanted.tags.includes(tag));
  if (Object.keys(fields).length + addTags.length + removeTags.length === 0) return undefined;
  const intent = intended({ fields, addTags, removeTags }, written);
  const result = resulting(fields, wanted.tags, written);
  return { fields, addTags, removeTags, result, ...(intent && { intent }) };
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
    if (written.refused[alias]?.value === wants) return false;
    // A field the bridge never filled may hold what a person typed there: blank only our own.
    if (value === null && had === undefined) return ownAliases.has(alias);
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
  };
}

function resulting(fields: ContactWrite['fields'], tags: readonly string[], written: Written): Written {
  const sent = Object.entries(fields).map(([alias, value]) => [alias, fingerprint(value)]);
  const refused = Object.entries(written.refused).filter(([alias]) => !(alias in fields));
  return {
    ...written,
    fields: { ...written.fields, ...Object.fromEntries(sent) },
    tags: [...tags],
    refused: Object.fromEntries(refused),
  };
}
