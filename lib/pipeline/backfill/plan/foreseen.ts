import { type Desired, desiredContact, neededFields, neededProducts } from '../../../core/contact/desired.ts';
import { factsOf, type OwnEntry } from '../../../core/contact/facts/facts.ts';
import type { ContactKey } from '../../../core/ledger/email.ts';
import { fold, type State } from '../../../core/ledger/fold/order.ts';
import { type ProductData, type Ref, refName } from '../../../core/ledger/snapshot.ts';
import { inParallel } from '../../in-parallel.ts';
import { readProducts } from '../../sync/load-facts.ts';
import type { PlanParts } from './parts.ts';
import type { Sample, Sampled } from './sample.ts';

/** Foresees of somebody who was sampled what Mautic should hold; `undefined`: nobody who becomes a contact. */
export type Foresee = (contact: ContactKey) => Desired | undefined;

/** So many products that nobody described yet are asked for: some stores answer for one at a time. */
const MOST_PRODUCTS = 100;

/**
 * What Mautic should hold of those who were sampled, by what the ledger knows and the sample shows: of who ordered more
 * often than that, the totals are at least these. Products are read from the store where the ledger lacks them.
 */
export async function foreseeAll(parts: PlanParts, sample: Sample): Promise<Foresee> {
  const { policy } = parts;
  const own = new Map<ContactKey, readonly OwnEntry[]>();
  await inParallel(sample.people, async (person) => {
    own.set(person[0], await ownOf(parts, person));
  });
  const needed = new Map(
    [...own.values()]
      .flatMap((entries) => neededProducts(factsOf(entries, new Map()), policy))
      .map((ref) => [refName(ref), ref]),
  );
  const products = await productsOf(parts, sample, [...needed.values()]);
  return (contact) => desiredOf(parts, own.get(contact) ?? [], products);
}

async function ownOf(
  parts: PlanParts,
  [contact, { snapshots }]: readonly [ContactKey, Sampled],
): Promise<readonly OwnEntry[]> {
  const { refs } = await parts.contacts.dossier(contact);
  const known = await parts.things.load([...refs, ...snapshots.map(({ ref }) => ref)]);
  const states = new Map<string, readonly [Ref, State]>();
  for (const ref of refs) {
    const state = known.get(refName(ref))?.state;
    if (state) states.set(refName(ref), [ref, state]);
  }
  for (const snapshot of snapshots) {
    const name = refName(snapshot.ref);
    const before = states.get(name)?.[1] ?? known.get(name)?.state;
    states.set(name, [snapshot.ref, fold(before, snapshot)]);
  }
  return [...states.values()].flatMap(([ref, state]): readonly OwnEntry[] =>
    state.type !== 'product' && state.contact === contact ? [{ ref, state }] : [],
  );
}

function desiredOf(
  { policy, stores, clock }: PlanParts,
  own: readonly OwnEntry[],
  products: ReadonlyMap<string, ProductData>,
): Desired | undefined {
  // As they will be made: Mautic is not asked, because asking makes them.
  const fields = new Map(neededFields(policy).map(({ alias, type }) => [alias, { type }]));
  const currencies = new Map(stores.map(({ id, currency }) => [id, currency]));
  const facts = factsOf(own, products, { policy });
  return desiredContact(facts, { policy, currencies, fields, now: clock.now() });
}

/** Those that the backfill would leave to `reconcile`, which reads them a little later, come from the store itself. */
async function productsOf(
  parts: PlanParts,
  sample: Sample,
  refs: readonly Ref[],
): Promise<ReadonlyMap<string, ProductData>> {
  const known = await readProducts(parts, refs);
  const missing = refs.filter((ref) => !known.has(refName(ref)));
  const told = await sample.products(missing.slice(0, MOST_PRODUCTS));
  return new Map([...known, ...told]);
}
