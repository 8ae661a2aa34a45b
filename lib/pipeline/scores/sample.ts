import type { Profile } from '../../core/contact/contact.ts';
import type { Buying } from '../../core/contact/facts/scores.ts';
import { type ShopBuyer, shopBuyer } from '../../core/contact/shop-buyer.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import { isIgnored, type Policy } from '../../core/policy/policy.ts';
import type { Contacts, Survey, SurveyedContact, Things } from '../../core/ports/ledger.ts';
import { inParallel } from '../in-parallel.ts';
import { loadFacts } from '../sync/load-facts.ts';

export interface SampleParts {
  readonly survey: Pick<Survey, 'profiles'>;
  readonly contacts: Pick<Contacts, 'dossier'>;
  readonly things: Pick<Things, 'load'>;
  readonly policy: Policy;
  /** Store id → its base currency. */
  readonly currencies: ReadonlyMap<string, string>;
}

/** So many buyers say where fifths end within two in a hundred. */
const ENOUGH = 2_000;
/** Read at once, so that nobody reads much more than is enough. */
const CHUNK = 100;

/** Buyers by store, and whether time ran out before there were enough. */
export interface Sample {
  readonly buyers: ReadonlyMap<string, readonly Buying[]>;
  readonly isCut: boolean;
}

/**
 * How buyers of each store buy. A ledger with more than two thousand is not read whole: its contacts stand in no order
 * that has to do with them (their keys are hashes), so that the first are as good as any.
 */
export async function sampleBuyers(parts: SampleParts, hasTime: () => boolean): Promise<Sample> {
  const found: ShopBuyer[] = [];
  for (let after: string | undefined; ; ) {
    const { items, next } = await parts.survey.profiles(after);
    for (let start = 0; start < items.length && found.length < ENOUGH; start += CHUNK) {
      if (!hasTime()) return { buyers: byStore(found), isCut: true };
      await readInto(found, parts, items.slice(start, start + CHUNK));
    }
    if (next === undefined || found.length >= ENOUGH) return { buyers: byStore(found), isCut: false };
    after = next;
  }
}

async function readInto(found: ShopBuyer[], parts: SampleParts, some: readonly SurveyedContact[]) {
  const persons = some.filter(({ profile }) => isPerson(profile, parts.policy));
  await inParallel(persons, async ({ contact }) => {
    const buyer = await buyerOf(parts, contact);
    if (buyer) found.push(buyer);
  });
}

/** Nobody who is ignored or erased. */
function isPerson({ email }: Profile, policy: Policy): boolean {
  return email !== '' && !isIgnored(policy, email);
}

async function buyerOf(
  { contacts, things, policy, currencies }: SampleParts,
  contact: ContactKey,
): Promise<ShopBuyer | undefined> {
  const { refs, written } = await contacts.dossier(contact);
  const orders = refs.filter(({ kind }) => kind === 'order');
  if (orders.length === 0 || orders.length > policy.maxOrders) return undefined;
  // Nobody waits for a product because of a sample.
  const load = { load: things.load.bind(things), awaitProduct: async () => undefined };
  const facts = await loadFacts({ things: load, policy }, contact, { written, refs: orders });
  return shopBuyer(facts, { policy, currencies });
}

function byStore(buyers: readonly ShopBuyer[]): ReadonlyMap<string, readonly Buying[]> {
  const groups = Map.groupBy(buyers, ({ store }) => store);
  return new Map([...groups].map(([store, some]) => [store, some.map(({ buying }) => buying)]));
}
