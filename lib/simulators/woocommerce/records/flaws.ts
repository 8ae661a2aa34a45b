/** What the shop lists. */
export type ListKind = 'orders' | 'products' | 'customers';

/**
 * Things at whose sight PHP dies: `content`, when more than their id and dates is asked for (4 MB of meta, more than
 * fits into memory); `always`, whatever is asked for (a plugin that fails at them). An answer that would hold one is
 * WordPress' critical error, for all that is on the page with it.
 */
export interface Flaws {
  add(kind: ListKind, id: number, when: 'content' | 'always'): void;
  remove(kind: ListKind, id: number): void;
  /** Whether showing these with these fields (all, if none are named) ends in the critical error. */
  ruin(kind: ListKind, ids: readonly number[], fields: readonly string[] | undefined): boolean;
}

const LIGHT: ReadonlySet<string> = new Set(['id', 'date_created_gmt', 'date_modified_gmt']);

export function createFlaws(): Flaws {
  const flaws = new Map<string, 'content' | 'always'>();
  const nameOf = (kind: ListKind, id: number) => `${kind}/${String(id)}`;
  return {
    add: (kind, id, when) => void flaws.set(nameOf(kind, id), when),
    remove: (kind, id) => void flaws.delete(nameOf(kind, id)),
    ruin: (kind, ids, fields) => {
      const isLight = fields?.every((field) => LIGHT.has(field)) ?? false;
      const found = ids.flatMap((id) => flaws.get(nameOf(kind, id)) ?? []);
      return found.some((when) => when === 'always' || !isLight);
    },
  };
}
