import type { EffectStates } from '../../../lib/core/ledger/effect-state.ts';
import type { Contacts, Entry, Things } from '../../../lib/core/ports/ledger.ts';
import type { SyncParts } from '../../../lib/pipeline/sync/parts.ts';
import type { Variant } from '../variant.ts';

/** Longer than any doubt is waited out. */
const LONG_AGO_MS = 3_600_000;

/** Mistakes about what the ledger is for. */
export const IN_THE_LEDGER: readonly Variant[] = [
  { name: 'rings-once-and-never-sweeps', without: 'sweep' },
  {
    name: 'settles-what-is-wanted-by-now',
    syncParts: (parts) =>
      withContacts(parts, (contacts) => ({
        settle: async (contact, wanted, known) =>
          contacts.settle(contact, (await contacts.profile(contact))?.wanted ?? wanted, known),
      })),
  },
  {
    // Either protects by itself: the lanes of the queue, or the turns.
    name: 'two-writers-for-one-address',
    without: 'lanes',
    syncParts: (parts) =>
      withContacts(parts, (contacts) => ({
        saveWritten: (contact, written) => contacts.saveWritten(contact, written),
      })),
  },
  {
    name: 'creates-whom-somebody-is-creating',
    without: 'lanes',
    syncParts: (parts) =>
      withContacts(parts, (contacts) => ({
        saveWritten: closed(contacts),
      })),
  },
  {
    name: 'does-not-claim-effects',
    syncParts: (parts) => withThings(parts, () => ({ claimEffect: async () => true })),
  },
  {
    name: 'sends-an-e-mail-in-doubt-again',
    syncParts: (parts) =>
      withThings(parts, (things) => ({
        load: async (refs) => mapped(await things.load(refs), withoutOpenEmails),
        claimEffect: async (order, effect, { at, contactId }) => {
          await things.markEffect(order, effect, { state: 'claimed', at, contactId });
          return true;
        },
      })),
  },
  {
    name: 'looks-for-a-note-too-early',
    syncParts: (parts) =>
      withThings(parts, (things) => ({
        load: async (refs) => mapped(await things.load(refs), withOldDoubts),
        claimEffect: async (order, effect, { at, contactId }) => {
          await things.markEffect(order, effect, { state: 'claimed', at, contactId });
          return true;
        },
      })),
  },
  {
    name: 'does-not-wait-before-it-creates-again',
    syncParts: (parts) =>
      withContacts(parts, (contacts) => ({
        profile: async (contact) => {
          const known = await contacts.profile(contact);
          if (!known) return undefined;
          const { notBefore: _notBefore, ...profile } = known;
          return profile;
        },
        defer: (contact, _due, how) => contacts.defer(contact, parts.clock.now() + 1, how),
        // A create that may be under way is waited for, too: either protects by itself.
        saveWritten: closed(contacts),
      })),
  },
  {
    name: 'does-not-write-a-buyer-right-whom-it-wrote-over',
    syncParts: (parts) => withContacts(parts, () => ({ wantAgain: async () => undefined })),
  },
  {
    name: 'forgets-whose-an-order-was',
    syncParts: (parts) =>
      withThings(parts, (things) => ({
        load: async (refs) =>
          new Map(
            [...(await things.load(refs))].map(([name, entry]) => [name, { ...entry, state: asNow(entry) }]),
          ),
      })),
  },
  {
    name: 'mails-history',
    syncParts: (parts) => ({ ...parts, since: async () => new Map([['demo', 0]]) }),
  },
];

function withContacts(parts: SyncParts, change: (contacts: Contacts) => Partial<Contacts>): SyncParts {
  return { ...parts, contacts: { ...bound(parts.contacts), ...change(bound(parts.contacts)) } };
}

function withThings(parts: SyncParts, change: (things: Things) => Partial<Things>): SyncParts {
  return { ...parts, things: { ...bound(parts.things), ...change(bound(parts.things)) } };
}

/** The methods themselves, however the port was made. */
function bound<Port extends object>(port: Port): Port {
  const methods = Object.keys(port).map((name) => [name, Reflect.get(port, name)]);
  return Object.fromEntries(methods) as Port;
}

function mapped(
  entries: ReadonlyMap<string, Entry>,
  change: (effects: EffectStates) => EffectStates,
): ReadonlyMap<string, Entry> {
  return new Map([...entries].map(([name, entry]) => [name, { ...entry, effects: change(entry.effects) }]));
}

/** An order that never had another contact. */
function asNow({ state }: Entry): Entry['state'] {
  if (state.type !== 'order' || state.contact === undefined) return state;
  return { ...state, contacts: { [state.contact]: state.email ?? '' } };
}

function withoutOpenEmails(effects: EffectStates): EffectStates {
  return Object.fromEntries(
    Object.entries(effects).filter(
      ([id, { state }]) => !(id.startsWith('email:') && (state === 'claimed' || state === 'doubt')),
    ),
  );
}

function withOldDoubts(effects: EffectStates): EffectStates {
  return Object.fromEntries(
    Object.entries(effects).map(([id, effect]) => {
      const open = effect.state === 'claimed' || effect.state === 'doubt';
      return [id, open ? { ...effect, at: effect.at - LONG_AGO_MS } : effect];
    }),
  );
}

/** Nobody says that they are about to write. */
function closed(contacts: Contacts): Contacts['saveWritten'] {
  return (contact, written, { openSince: _openSince, ...turn } = { author: '' }) =>
    contacts.saveWritten(contact, written, turn);
}
