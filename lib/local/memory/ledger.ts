import type { Pointer, Profile } from '../../core/contact/contact.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { State } from '../../core/ledger/fold/order.ts';
import { refName } from '../../core/ledger/snapshot.ts';
import type { Claims, Contacts, Registered, Registers, Survey, Things } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import { createMemoryClaims } from './claims.ts';
import { emptyContactShelf } from './contact-shelf.ts';
import { createMemoryContacts } from './contacts.ts';
import { createMemoryRegisters } from './registers.ts';
import { createMemorySurvey } from './survey.ts';
import { createMemoryThings, emptyThingShelf, refOf, stateOf } from './things.ts';

/** The ledger's ports in memory; every call takes effect at once and in the order of the calls. */
export interface MemoryLedger extends Things, Contacts, Claims, Registers, Survey {
  /** Deletes what was to be forgotten by now, as DynamoDB does by itself. */
  lapse(): void;
  /** A copy of all it holds of stores and contacts, in a fixed order: equal ledgers have equal contents. */
  contents(): MemoryContents;
  /** Every row as text, by its name: who looks for what must not be there looks here. */
  rows(): ReadonlyMap<string, string>;
}

interface MemoryContents {
  /** By `refName`. */
  readonly things: Readonly<Record<string, State>>;
  /** Names of the things that each contact points to. */
  readonly pointers: Readonly<Record<ContactKey, readonly string[]>>;
  readonly profiles: Readonly<Record<ContactKey, Profile>>;
}

export function createMemoryLedger(clock: Pick<Clock, 'now'> = { now: () => Date.now() }): MemoryLedger {
  const things = emptyThingShelf();
  const contacts = emptyContactShelf();
  const refsOf = (contact: ContactKey): readonly Pointer[] =>
    sorted(things.pointers.get(contact) ?? []).map(([, ref]) => ({ ...ref }));
  const memoryThings = createMemoryThings(things, clock);
  const registers = new Map<string, Registered>();
  return {
    ...memoryThings,
    ...createMemoryContacts(contacts, refsOf, clock),
    ...createMemoryClaims(),
    ...createMemoryRegisters(registers),
    ...createMemorySurvey({
      ...contacts,
      refs: () => [...things.states.keys()].map(refOf),
      load: (refs) => memoryThings.load(refs),
    }),
    lapse: () => {
      for (const [contact, { at, pointers, carts }] of contacts.expiries) {
        if (at > clock.now()) continue;
        contacts.expiries.delete(contact);
        contacts.profiles.delete(contact);
        for (const ref of pointers) things.pointers.get(contact)?.delete(refName(ref));
        for (const ref of carts) things.states.delete(refName(ref));
      }
    },
    rows: () => rowsOf({ ...things, ...contacts, registers }),
    contents: () => ({
      things: Object.fromEntries(sorted(things.states).map(([name, { json }]) => [name, stateOf(json)])),
      pointers: Object.fromEntries(
        sorted(things.pointers).map(([contact, refs]) => [contact, [...refs.keys()].sort()]),
      ),
      profiles: Object.fromEntries(
        sorted(contacts.profiles).map(([key, profile]) => [key, structuredClone(profile)]),
      ),
    }),
  };
}

/** One row for each entry of each shelf. */
function rowsOf(shelves: object): ReadonlyMap<string, string> {
  const rows = Object.entries(shelves).flatMap(([shelf, entries]) =>
    [...(entries as ReadonlyMap<string, unknown>)].map(
      ([name, value]) => [`${shelf} ${name}`, JSON.stringify(value, withInner)] as const,
    ),
  );
  return new Map(rows);
}

/** Maps and sets, which JSON takes for nothing. */
function withInner(_name: string, value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value;
}

function sorted<Key extends string, Value>(
  entries: Iterable<readonly [Key, Value]>,
): (readonly [Key, Value])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
