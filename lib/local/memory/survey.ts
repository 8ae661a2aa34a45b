import type { Profile } from '../../core/contact/contact.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import { CARRIER_KINDS, type Ref, refName } from '../../core/ledger/snapshot.ts';
import type { Survey, SurveyedThing, SurveyPage, Things } from '../../core/ports/ledger.ts';

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
    orders: (after) => thingsOf(['order'], after),
    carriers: (after) => thingsOf(CARRIER_KINDS, after),
  };

  async function thingsOf(
    kinds: readonly Ref['kind'][],
    after: string | undefined,
  ): Promise<SurveyPage<SurveyedThing>> {
    const byName = new Map(
      refs()
        .filter(({ kind }) => kinds.includes(kind))
        .map((ref) => [refName(ref), ref]),
    );
    const { items, ...rest } = pageOf([...byName.keys()], after);
    const some = items.flatMap((name) => byName.get(name) ?? []);
    const entries = await load(some);
    const found = some.flatMap((ref) => {
      const entry = entries.get(refName(ref));
      return entry ? [{ ref, entry }] : [];
    });
    return { items: found, ...rest };
  }
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
