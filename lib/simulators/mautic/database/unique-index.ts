import type { Contact, Field } from './rows.ts';
import type { Table } from './table.ts';

const PLAIN = /^[ -~]*$/;
const IGNORED = /\p{M}|\p{Default_Ignorable_Code_Point}|(?!\s)\p{Cc}/gu;
const ASTRAL = /[\u{10000}-\u{10FFFF}]/gu;
const LETTERS: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', ς: 'σ' };

/**
 * Text as `utf8mb4_unicode_ci` compares it: without case and accents, in compatible letters (`²` is `2`, `™` is `tm`,
 * full width is plain), without invisible characters, ligatures and `ß` spelt out; any character beyond the first
 * plane, emoji for one, is like any other (5.2.1: 164-186). Strokes (`ø`, `ł`) stay letters of their own.
 */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text
    .replace(ASTRAL, '\uFFFD')
    .normalize('NFKD')
    .replace(IGNORED, '')
    .toLowerCase()
    .replace(/[ßæœς]/g, (letter) => LETTERS[letter] ?? letter);
}

/** Finds contacts by the value of a unique identifier field, in constant time. */
export type UniqueIndex = {
  /** The ids that hold this value of this field; never by an empty value. */
  readonly holders: (alias: string, value: string) => ReadonlySet<number>;
};

const NOBODY: ReadonlySet<number> = new Set();

/** Keeps the index of every published unique field in step with the tables. */
export function indexUniques(contacts: Table<Contact>, fields: Table<Field>): UniqueIndex {
  const indexes = new Map<string, Map<string, Set<number>>>();
  contacts.watch((before, after) => {
    for (const [alias, index] of indexes) move(index, alias, { before, after });
  });
  fields.watch((before, after) => {
    if (before !== undefined) indexes.delete(before.alias);
    if (after?.isUniqueIdentifier && after.isPublished)
      indexes.set(after.alias, build(after.alias, contacts));
  });
  return { holders: (alias, value) => indexes.get(alias)?.get(fold(value)) ?? NOBODY };
}

function build(alias: string, contacts: Table<Contact>): Map<string, Set<number>> {
  const index = new Map<string, Set<number>>();
  for (const contact of contacts.all()) move(index, alias, { before: undefined, after: contact });
  return index;
}

type Change = { readonly before: Contact | undefined; readonly after: Contact | undefined };

function move(index: Map<string, Set<number>>, alias: string, { before, after }: Change): void {
  const from = before?.values[alias];
  const to = after?.values[alias];
  if (from === to) return;
  if (before !== undefined && from !== undefined) index.get(fold(String(from)))?.delete(before.id);
  if (after === undefined || to === undefined) return;
  const key = fold(String(to));
  const ids = index.get(key) ?? new Set<number>();
  index.set(key, ids.add(after.id));
}
