import type { Pointer, Profile } from '../../core/contact/contact.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { State } from '../../core/ledger/order.ts';
import type { Claims, Contacts, Registers, Survey, Things } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import { createMemoryClaims } from './claims.ts';
import { emptyContactShelf } from './contact-shelf.ts';
import { createMemoryContacts } from './contacts.ts';
import { createMemoryRegisters } from './registers.ts';
import { createMemorySurvey } from './survey.ts';
import { createMemoryThings, emptyThingShelf, refOf, stateOf } from './things.ts';

/** The ledger's ports in memory; every call takes effect at once and in the order of the calls. */
export interface MemoryLedger extends Things, Contacts, Claims, Registers, Survey {
  /** A copy of all it holds of stores and contacts, in a fixed order: equal ledgers have equal contents. */
  contents(): MemoryContents;
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
  return {
    ...memoryThings,
    ...createMemoryContacts(contacts, refsOf, clock),
    ...createMemoryClaims(),
    ...createMemoryRegisters(),
    ...createMemorySurvey({
      ...contacts,
      refs: () => [...things.states.keys()].map(refOf),
      load: (refs) => memoryThings.load(refs),
    }),
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

function sorted<Key extends string, Value>(
  entries: Iterable<readonly [Key, Value]>,
): (readonly [Key, Value])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
