import type { ContactShelf } from '../../../lib/local/memory/contact-shelf.ts';
import type { ThingShelf } from '../../../lib/local/memory/things.ts';
import type { MemoryMautic } from '../../support/memory-mautic.ts';

/** What a ledger and Mautic held at a moment; everything in it is replaced when it changes, so it is compared by identity. */
export interface Photograph {
  readonly shelves: Readonly<Record<Shelf, ReadonlyMap<string, unknown>>>;
  readonly notes: number;
  readonly sent: number;
}

type Shelf = 'states' | 'effects' | 'pointers' | 'waits' | 'profiles' | 'written' | 'rows' | 'members';

export interface Subject {
  readonly things: ThingShelf;
  readonly contacts: ContactShelf;
  readonly mautic: MemoryMautic;
}

export function photograph({ things, contacts, mautic }: Subject): Photograph {
  return {
    shelves: {
      states: mapped(things.states, ({ json }) => json),
      effects: new Map(things.effects),
      pointers: mapped(things.pointers, (refs) => refs.size),
      waits: mapped(things.waits, (waiting) => [...waiting].sort().join()),
      profiles: new Map(contacts.profiles),
      written: new Map(contacts.written),
      rows: mapped(mautic.rows, ({ email, fields, tags }) => [email, ...fields.values(), ...tags]),
      members: mapped(mautic.members, (members) => [...members].join()),
    },
    notes: mautic.notes.length,
    sent: mautic.sent.length,
  };
}

/** Names of what is not as it was, shelf by shelf. */
export type Changes = Readonly<Record<Shelf, readonly string[]>>;

export function changesBetween(before: Photograph, after: Photograph): Changes {
  const changed = (shelf: Shelf) => changedKeys(before.shelves[shelf], after.shelves[shelf]);
  return {
    states: changed('states'),
    effects: changed('effects'),
    pointers: changed('pointers'),
    waits: changed('waits'),
    profiles: changed('profiles'),
    written: changed('written'),
    rows: changed('rows'),
    members: changed('members'),
  };
}

function changedKeys(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  const changed = [...after].filter(([key, value]) => !isSame(before.get(key), value)).map(([key]) => key);
  const gone = [...before.keys()].filter((key) => !after.has(key));
  return [...changed, ...gone];
}

function isSame(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function mapped<Key extends string | number, Value>(
  map: ReadonlyMap<Key, Value>,
  see: (value: Value) => unknown,
): ReadonlyMap<string, unknown> {
  return new Map([...map].map(([key, value]) => [String(key), see(value)]));
}
