import type { Dossier, Profile } from '../core/contact/contact.ts';
import type { EffectStates } from '../core/ledger/effect-state.ts';
import type { ContactKey } from '../core/ledger/email.ts';
import type { State } from '../core/ledger/order.ts';
import { type Ref, refName } from '../core/ledger/snapshot.ts';
import type { Contacts, Things } from '../core/ports/ledger.ts';

/** Everything the ledger holds of a person: for them, or for whoever answers them. */
export interface PersonExport {
  readonly contact: ContactKey;
  readonly profile: Profile;
  /** What Mautic was told; long values as hashes. */
  readonly written: Dossier['written'];
  /** Orders, customer records and carts that name them now or did before. */
  readonly things: readonly {
    readonly ref: Ref;
    readonly state: State;
    readonly effects: EffectStates;
  }[];
}

/** Reads it. `undefined` when the ledger knows nothing of them. */
export async function exportPerson(
  {
    contacts,
    things,
  }: { readonly contacts: Pick<Contacts, 'profile' | 'dossier'>; readonly things: Pick<Things, 'load'> },
  contact: ContactKey,
): Promise<PersonExport | undefined> {
  const profile = await contacts.profile(contact);
  if (!profile) return undefined;
  const { refs, written } = await contacts.dossier(contact);
  const entries = await things.load(refs);
  return {
    contact,
    profile,
    written,
    things: refs.flatMap((ref) => {
      const entry = entries.get(refName(ref));
      if (!entry || entry.state.type === 'product' || !Object.hasOwn(entry.state.contacts, contact))
        return [];
      return [{ ref, state: entry.state, effects: entry.effects }];
    }),
  };
}
