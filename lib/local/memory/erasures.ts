import type { Contacts } from '../../core/ports/ledger.ts';
import { type ContactShelf, offTheList } from './contact-shelf.ts';

/** Who asked to be forgotten, in memory. */
export function createMemoryErasures({
  profiles,
  unfinished,
  expiries,
}: ContactShelf): Pick<Contacts, 'erase' | 'hasErasures' | 'erasures' | 'forget'> {
  return {
    erase: async (contact, at) => {
      const known = profiles.get(contact);
      if (!known) return false;
      const { parked: _parked, ...old } = known;
      expiries.delete(contact);
      profiles.set(contact, {
        ...old,
        erasedAt: at,
        wanted: old.wanted + 1,
        work: 'live',
        due: old.due ?? at,
      });
      return true;
    },
    hasErasures: async () => [...profiles.values()].some(({ erasedAt }) => erasedAt !== undefined),
    erasures: async (contacts) =>
      new Map(
        contacts.flatMap((contact) => {
          const erasedAt = profiles.get(contact)?.erasedAt;
          return erasedAt === undefined ? [] : [[contact, erasedAt] as const];
        }),
      ),
    forget: async (contact, erasedAt, wanted) => {
      const known = profiles.get(contact);
      if (!known) return 'behind';
      const { mauticId: _mauticId, removedAt: _removedAt, ...rest } = known;
      const old = { ...rest, forgottenAt: erasedAt };
      profiles.set(contact, old);
      if (wanted === undefined || old.wanted !== wanted) return 'behind';
      unfinished.delete(contact);
      profiles.set(contact, { ...offTheList(old), email: '', synced: wanted, attempts: 0, doubt: false });
      return 'in-step';
    },
  };
}
