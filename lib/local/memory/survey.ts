import type { Profile } from '../../core/contact/contact.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { Ref } from '../../core/ledger/snapshot.ts';
import type { Survey, SurveyPage, Things } from '../../core/ports/ledger.ts';

/** Few, so that whoever reads only the first page is found out. */
const PAGE = 3;

export interface Surveyed {
  readonly profiles: ReadonlyMap<ContactKey, Profile>;
  readonly lastWanted: ReadonlyMap<ContactKey, number>;
  readonly lastWritten: ReadonlyMap<ContactKey, number>;
  /** Every order, customer and product there is. */
  readonly refs: () => readonly Ref[];
  readonly load: Things['load'];
}

/** All that is in memory, a few at a time, in the order of the keys. */
export function createMemorySurvey({ profiles, refs, load, ...times }: Surveyed): Survey {
  return {
    profiles: async (after) => {
      const { items, ...rest } = pageOf([...profiles.keys()], after);
      const found = items.flatMap((contact) => {
        const profile = profiles.get(contact);
        return profile ? [{ contact, profile: structuredClone(profile), ...timesOf(times, contact) }] : [];
      });
      return { items: found, ...rest };
    },
    orders: async (after) => {
      const orders = refs().filter(({ kind }) => kind === 'order');
      const byName = new Map(orders.map((ref) => [`${ref.store}/${ref.id}`, ref]));
      const { items, ...rest } = pageOf([...byName.keys()], after);
      const some = items.flatMap((name) => byName.get(name) ?? []);
      const entries = await load(some);
      const found = some.flatMap((ref) => {
        const entry = entries.get(`order/${ref.store}/${ref.id}`);
        return entry ? [{ ref, entry }] : [];
      });
      return { items: found, ...rest };
    },
  };
}

function timesOf(
  { lastWanted, lastWritten }: Pick<Surveyed, 'lastWanted' | 'lastWritten'>,
  contact: ContactKey,
): { readonly wantedAt?: number; readonly writtenAt?: number } {
  const [wantedAt, writtenAt] = [lastWanted.get(contact), lastWritten.get(contact)];
  return { ...(wantedAt !== undefined && { wantedAt }), ...(writtenAt !== undefined && { writtenAt }) };
}

function pageOf<Key extends string>(keys: readonly Key[], after: string | undefined): SurveyPage<Key> {
  const left = keys.filter((key) => after === undefined || key > after).sort();
  const items = left.slice(0, PAGE);
  const next = items.at(-1);
  return { items, ...(left.length > PAGE && next !== undefined && { next }) };
}
