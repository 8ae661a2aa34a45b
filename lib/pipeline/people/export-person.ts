import type { Dossier, Profile } from '../../core/contact/contact.ts';
import type { ItemRow } from '../../core/contact/items/items-plan.ts';
import type { EffectStates } from '../../core/ledger/effect-state.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { State } from '../../core/ledger/fold/order.ts';
import { type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Contacts, Registers, Things } from '../../core/ports/ledger.ts';
import { optOutOf, silencedOf } from '../../core/stores/opt-out.ts';

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
  /** Name of its row → what is known of a custom item in Mautic; absent where there are none. */
  readonly items?: Readonly<Record<string, ItemRow>>;
  /** Where they asked for no more e-mails: stores, and Mautic before an erasure; absent where nowhere. */
  readonly optedOut?: readonly string[];
}

interface ExportParts {
  readonly contacts: Pick<Contacts, 'profile' | 'dossier' | 'items'>;
  readonly things: Pick<Things, 'load'>;
  readonly registers: Pick<Registers, 'read'>;
  /** Ids. */
  readonly stores: readonly string[];
}

/** Reads it. `undefined` when the ledger knows nothing of them. */
export async function exportPerson(
  { contacts, things, registers, stores }: ExportParts,
  contact: ContactKey,
): Promise<PersonExport | undefined> {
  const profile = await contacts.profile(contact);
  if (!profile) return undefined;
  const { refs, written } = await contacts.dossier(contact);
  const entries = await things.load(refs);
  const items = Object.fromEntries(await contacts.items(contact));
  const optedOut = await optOutsOf(registers, { contact, stores });
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
    ...(Object.keys(items).length > 0 && { items }),
    ...(optedOut.length > 0 && { optedOut }),
  };
}

async function optOutsOf(
  registers: Pick<Registers, 'read'>,
  { contact, stores }: { readonly contact: ContactKey; readonly stores: readonly string[] },
): Promise<readonly string[]> {
  const asked: string[] = [];
  for (const store of stores) if (await registers.read(optOutOf(store, contact))) asked.push(store);
  return (await registers.read(silencedOf(contact))) ? [...asked, 'mautic'] : asked;
}
