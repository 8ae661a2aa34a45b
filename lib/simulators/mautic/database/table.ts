import type { Entry, Journal } from './journal.ts';

/** A row of a table; rows are replaced, never changed in place. */
export type Row = { readonly id: number };

/** Sees every change of a table: the old row, the new row. */
export type Watcher<Item extends Row> = (before: Item | undefined, after: Item | undefined) => void;

/** Rows by id with MySQL's auto-increment: an id is never used twice, also not the id of a failed insert. */
export class Table<Item extends Row> {
  readonly name: string;
  readonly #rows = new Map<number, Item>();
  readonly #watchers: Watcher<Item>[] = [];
  #next = 1;
  #journal: Journal;

  constructor(name: string, journal: Journal, first = 1) {
    this.name = name;
    this.#journal = journal;
    this.#next = first;
  }

  get size(): number {
    return this.#rows.size;
  }

  watch(watcher: Watcher<Item>): void {
    this.#watchers.push(watcher);
  }

  get(id: number): Item | undefined {
    return this.#rows.get(id);
  }

  /** All rows, oldest id first. */
  all(): Item[] {
    return [...this.#rows.values()];
  }

  /** Takes the next id; it stays used when nothing is inserted under it. */
  burnId(): number {
    const id = this.#next;
    this.#next += 1;
    this.#journal.record({ table: this.name, next: this.#next });
    return id;
  }

  insert(make: (id: number) => Item): Item {
    return this.put(make(this.burnId()));
  }

  put(row: Item): Item {
    this.#set(row.id, row);
    this.#journal.record({ table: this.name, id: row.id, row });
    return row;
  }

  delete(id: number): void {
    this.#set(id, undefined);
    this.#journal.record({ table: this.name, id, row: null });
  }

  /** Takes back what a journal says, without writing it again. */
  restore(entry: Entry): void {
    if ('next' in entry) this.#next = Math.max(this.#next, entry.next);
    else this.#set(entry.id, (entry.row ?? undefined) as Item | undefined);
  }

  /** The fewest entries that restore this table. */
  entries(): Entry[] {
    const rows = this.all().map((row): Entry => ({ table: this.name, id: row.id, row }));
    return [{ table: this.name, next: this.#next }, ...rows];
  }

  attach(journal: Journal): void {
    this.#journal = journal;
  }

  #set(id: number, row: Item | undefined): void {
    const before = this.#rows.get(id);
    if (row === undefined) this.#rows.delete(id);
    else this.#rows.set(id, row);
    for (const watcher of this.#watchers) watcher(before, row);
  }
}
