import type { CustomItem, CustomLink } from './custom-rows.ts';
import type { Table } from './table.ts';

/** Finds custom items in constant time. */
export type ItemIndex = {
  readonly byHash: (hash: string) => CustomItem | undefined;
  /** The items a contact is linked to. */
  readonly ofContact: (contact: number) => readonly CustomItem[];
  /** The links of a contact, by id. */
  readonly linksOf: (contact: number) => readonly CustomLink[];
};

/** Keeps the index of items in step with the tables. */
export function indexItems(items: Table<CustomItem>, links: Table<CustomLink>): ItemIndex {
  const byHash = new Map<string, number>();
  const byContact = new Map<number, Map<number, CustomLink>>();
  items.watch((before, after) => {
    if (before?.uniqueHash !== undefined) byHash.delete(before.uniqueHash);
    if (after?.uniqueHash !== undefined) byHash.set(after.uniqueHash, after.id);
  });
  links.watch((before, after) => {
    if (before !== undefined) byContact.get(before.contact)?.delete(before.id);
    if (after === undefined) return;
    const group = byContact.get(after.contact) ?? new Map<number, CustomLink>();
    byContact.set(after.contact, group.set(after.id, after));
  });
  function linksOf(contact: number): CustomLink[] {
    return [...(byContact.get(contact)?.values() ?? [])];
  }
  return {
    byHash: (hash) => {
      const id = byHash.get(hash);
      return id === undefined ? undefined : items.get(id);
    },
    ofContact: (contact) => linksOf(contact).flatMap(({ item }) => items.get(item) ?? []),
    linksOf,
  };
}
