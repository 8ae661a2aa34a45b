import type { ItemWrite } from '../../lib/core/contact/items/item-write.ts';

/** A custom item as Mautic holds it. */
export interface HeldItem {
  readonly object: string;
  /** By alias. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Ids of the contacts it is linked to. */
  readonly contacts: ReadonlySet<number>;
}

/** Custom items of a Mautic whose objects have one unique field: what is written twice under a key is one item. */
export class ItemTable {
  readonly #items = new Map<string, HeldItem>();
  readonly #uniques: ReadonlyMap<string, string>;

  /** Object → alias of its unique field. */
  constructor(uniques: ReadonlyMap<string, string>) {
    this.#uniques = uniques;
  }

  all(): readonly HeldItem[] {
    return [...this.#items.values()];
  }

  /** The item of an object that has this value in its unique field. */
  get(object: string, key: string): HeldItem | undefined {
    return this.#items.get(`${object} ${key}`);
  }

  /** Attributes that are not sent are emptied, and links are only ever added (recordings 541, 542). */
  write(contactId: number, { object, attributes }: ItemWrite): void {
    const values = Object.fromEntries(Object.entries(attributes).map(([alias, { value }]) => [alias, value]));
    const key = `${String(object)} ${String(values[this.#uniques.get(String(object)) ?? ''])}`;
    const contacts = new Set([...(this.#items.get(key)?.contacts ?? []), contactId]);
    this.#items.set(key, { object: String(object), values, contacts });
  }
}
