import { type Desired, desiredContact, neededFields, neededProducts } from '../../../core/contact/desired.ts';
import { type Facts, factsOf, type OwnEntry } from '../../../core/contact/facts/facts.ts';
import type { ContactKey } from '../../../core/ledger/email.ts';
import { fold, type State } from '../../../core/ledger/fold/order.ts';
import { type ProductData, type Ref, refName } from '../../../core/ledger/snapshot.ts';
import type { PlanParts } from './parts.ts';
import type { Sampled } from './sample.ts';

/**
 * What Mautic should hold of somebody, by what the ledger knows and the sample shows: of who ordered more often than
 * that, the totals are at least these. `undefined`: nobody who becomes a contact.
 */
export async function foresee(
  parts: PlanParts,
  [contact, { snapshots }]: readonly [ContactKey, Sampled],
): Promise<Desired | undefined> {
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
  const own = [...states.values()].flatMap(([ref, state]): readonly OwnEntry[] =>
    state.type !== 'product' && state.contact === contact ? [{ ref, state }] : [],
  );
  return desiredOf(parts, factsOf(own, await productsOf(parts, own), { policy: parts.policy }));
}

function desiredOf({ policy, stores, clock }: PlanParts, facts: Facts): Desired | undefined {
  // As they will be made: Mautic is not asked, because asking makes them.
  const fields = new Map(neededFields(policy).map(({ alias, type }) => [alias, { type }]));
  const currencies = new Map(stores.map(({ id, currency }) => [id, currency]));
  return desiredContact(facts, { policy, currencies, fields, now: clock.now() });
}

/** As far as they are described already. */
async function productsOf(
  { things, policy }: PlanParts,
  own: readonly OwnEntry[],
): Promise<ReadonlyMap<string, ProductData>> {
  const refs = neededProducts(factsOf(own, new Map()), policy);
  if (refs.length === 0) return new Map();
  const entries = await things.load(refs);
  return new Map(
    [...entries].flatMap(([name, { state }]) =>
      state.type === 'product' ? [[name, state.data] as const] : [],
    ),
  );
}
