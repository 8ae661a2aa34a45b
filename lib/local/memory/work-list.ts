import type { Profile } from '../../core/contact/contact.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { Contacts } from '../../core/ports/ledger.ts';

type Profiles = Map<ContactKey, Profile>;

/** When a contact was sent a follow-up last, in memory. */
export function createMailings(profiles: Profiles): Pick<Contacts, 'noteMailed'> {
  return {
    noteMailed: async (contact, at) => {
      const old = profiles.get(contact);
      if (old) profiles.set(contact, { ...old, mailedAt: at });
    },
  };
}

/** What is due, in memory. */
export function createWorkList(profiles: Profiles): Pick<Contacts, 'due' | 'postpone'> {
  return {
    due: async (shard, before, limit) =>
      [...profiles]
        .flatMap(([contact, { work, due, attempts }]) =>
          work === shard && due !== undefined && due <= before ? [{ contact, due, attempts }] : [],
        )
        .sort((a, b) => a.due - b.due || (a.contact < b.contact ? -1 : 1))
        .slice(0, Math.max(0, limit)),
    postpone: async ({ contact, due: read }, due) => {
      const old = profiles.get(contact);
      if (old?.due !== read) return undefined;
      const attempts = old.attempts + 1;
      profiles.set(contact, { ...old, due, attempts });
      return { contact, wanted: old.wanted, attempts };
    },
  };
}
