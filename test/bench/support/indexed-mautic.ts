import { MemoryMautic } from '../../support/memory-mautic.ts';
import { NO_ITEMS } from '../../support/no-items.ts';
import type { MauticParts } from './bridge.ts';

/** The twin of Mautic with an index on its addresses: a search through all rows would be measured, not the bridge. */
class IndexedMautic extends MemoryMautic {
  readonly #ids = new Map<string, number>();
  #indexed = 0;

  override byEmail(email: string): ReturnType<MemoryMautic['byEmail']> {
    while (this.#indexed < this.rows.size) {
      this.#indexed += 1;
      const row = this.rows.get(this.#indexed);
      if (row) this.#ids.set(row.email, row.id);
    }
    return this.rows.get(this.#ids.get(email) ?? 0);
  }
}

/** A new, empty one. */
export function memoryMautic(): MauticParts {
  const twin = new IndexedMautic();
  return {
    mautic: twin,
    fields: twin,
    tags: twin.tags,
    notes: twin.noteBook,
    emails: twin.mailer,
    segments: twin.lists,
    items: NO_ITEMS,
  };
}
