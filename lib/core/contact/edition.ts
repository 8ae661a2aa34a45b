import { contentHash } from '../ledger/version.ts';
import { type Edition, type Turn, UNKNOWN, type Written } from './contact.ts';

/** Enough that no two savings of one author look alike. */
const HASH_LENGTH = 8;

/** The edition that somebody saves, named after them and what it says. */
export function editionOf({ author, openSince }: Turn, written: Written): Edition {
  const name = `${author}${contentHash({ written, openSince }).slice(0, HASH_LENGTH)}`;
  return { name, ...(openSince !== undefined && { openSince }) };
}

/**
 * What may be in Mautic after two have written a contact at the same time, neither knowing of the other: all that either
 * named, unknown where they differ.
 */
export function together(one: Written, other: Written): Written {
  const tags = [...union(one.tags, other.tags)].sort();
  const unsure = new Set([...(one.unsureTags ?? []), ...(other.unsureTags ?? [])]);
  const isInBoth = (tag: string) => one.tags.includes(tag) && other.tags.includes(tag);
  const unsureTags = tags.filter((tag) => unsure.has(tag) || !isInBoth(tag));
  const kept = union(one.kept, other.kept);
  const segments = union(one.segments, other.segments);
  const consentedAt = latest(one.consentedAt, other.consentedAt);
  const seenAt = latest(one.seenAt, other.seenAt);
  return {
    fields: fieldsOfBoth(one.fields, other.fields),
    tags,
    refused: { ...one.refused, ...other.refused },
    ...(unsureTags.length > 0 && { unsureTags }),
    ...(kept.length > 0 && { kept }),
    ...(segments.length > 0 && { segments }),
    ...(consentedAt !== undefined && { consentedAt }),
    ...((one.optedOut || other.optedOut) && { optedOut: true }),
    ...(seenAt !== undefined && { seenAt }),
  };
}

function fieldsOfBoth(one: Written['fields'], other: Written['fields']): Written['fields'] {
  const aliases = Object.keys({ ...one, ...other });
  return Object.fromEntries(
    aliases.map((alias) => [alias, one[alias] === other[alias] ? (one[alias] ?? UNKNOWN) : UNKNOWN]),
  );
}

function union<Value>(one: readonly Value[] = [], other: readonly Value[] = []): readonly Value[] {
  return [...new Set([...one, ...other])];
}

function latest(...moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
