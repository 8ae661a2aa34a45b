import type { Dossier, Pointer } from '../../core/contact/contact.ts';
import { neededProducts } from '../../core/contact/desired.ts';
import { elsewhereIn } from '../../core/contact/facts/elsewhere.ts';
import {
  type Facts,
  factsOf,
  forgettableIn,
  type OwnEntry,
  orderedIn,
} from '../../core/contact/facts/facts.ts';
import { parentRef } from '../../core/contact/facts/order-parts.ts';
import { hasEffects } from '../../core/effects/effect.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import { type ProductData, type Ref, refName } from '../../core/ledger/snapshot.ts';
import { asksSubscriptions } from '../../core/policy/follow-ups/follow-ups.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Entry, Things } from '../../core/ports/ledger.ts';
import type { SyncParts } from './parts.ts';

type LoadParts = Pick<SyncParts, 'policy' | 'remarks'> & {
  readonly things: Pick<Things, 'load' | 'awaitProduct'>;
  /** Where products are read; as everything else when absent. */
  readonly catalogue?: Pick<Things, 'load'>;
};

/** Loads everything of a contact from the ledger that decides about it. */
export async function loadFacts(parts: LoadParts, key: ContactKey, dossier: Dossier): Promise<Facts> {
  const refs = readable(dossier, parts.policy);
  const unread = forgotten(dossier, parts.policy);
  const entries = await parts.things.load([...refs, ...unread]);
  const own = refs.flatMap((ref) => {
    const entry = entries.get(refName(ref));
    if (!entry || entry.state.type === 'product' || entry.state.contact !== key) return [];
    return [{ ref, state: entry.state, effects: entry.effects, savedAt: entry.savedAt }];
  });
  const { policy } = parts;
  const foreign = hasEffects(policy) ? await foreignParents(parts, key, own) : new Set<string>();
  parts.remarks?.about(own);
  const held = refs.flatMap((ref) => heldAs(ref, entries.get(refName(ref))));
  const carts = {
    orderedCarts: orderedIn(held),
    elsewhere: elsewhereIn(held, key),
    forgettableCarts: forgettableIn(
      [...refs, ...unread].flatMap((ref) => heldAs(ref, entries.get(refName(ref)))),
      key,
    ),
  };
  return factsOf(own, await loadProducts(parts, key, own), { foreign, policy, ...carts });
}

function heldAs(ref: Ref, entry: Entry | undefined): readonly Pick<OwnEntry, 'ref' | 'state'>[] {
  return entry && entry.state.type !== 'product' ? [{ ref, state: entry.state }] : [];
}

/** Of a contact with more the newest touched are read: whatever stands in the others, these count. */
const MOST_CARTS = 20;

/** What is to be read: no carts and no subscriptions where the policy has none. */
function readable({ refs: all }: Dossier, policy: Policy): readonly Ref[] {
  const { carts } = policy;
  const refs = asksSubscriptions(policy) ? all : all.filter(({ kind }) => kind !== 'subscription');
  const { cart: pointed = [], other = [] } = Object.groupBy(refs, ({ kind }) =>
    kind === 'cart' ? 'cart' : 'other',
  );
  return !carts || pointed.length === 0 ? other : [...other, ...newestOf(pointed)].map(nameIn);
}

/** Without a policy for carts nothing counts of them, but a shop that tells of them all the same names people. */
function forgotten({ refs }: Dossier, { carts }: Policy): readonly Ref[] {
  return carts || refs.some(({ kind }) => kind !== 'cart') ? [] : newestOf(refs).map(nameIn);
}

function newestOf(pointed: readonly Pointer[]): readonly Pointer[] {
  return [...pointed].sort((a, b) => (b.touchedAt ?? 0) - (a.touchedAt ?? 0)).slice(0, MOST_CARTS);
}

function nameIn({ kind, store, id }: Pointer): Ref {
  return { kind, store, id };
}

/**
 * Orders that never were this buyer's, and that its own name as their parents: only notes and e-mails ask for them.
 */
async function foreignParents(
  { things }: LoadParts,
  key: ContactKey,
  own: readonly OwnEntry[],
): Promise<ReadonlySet<string>> {
  const known = factsOf(own, new Map());
  const refs = [...known.orders, ...known.goneOrders].flatMap((order) =>
    order.parent === 'unknown' ? (parentRef(order) ?? []) : [],
  );
  if (refs.length === 0) return new Set();
  const entries = [...(await things.load(refs))];
  const foreign = entries.filter(
    ([, { state }]) =>
      state.type === 'order' && state.data !== undefined && !Object.hasOwn(state.contacts, key),
  );
  return new Set(foreign.map(([name]) => name));
}

/**
 * A product nobody described yet: the contact is put on its waiting list before the second look, so that
 * whoever records the product either is seen here or sees the list.
 */
async function loadProducts(
  parts: LoadParts,
  key: ContactKey,
  own: readonly OwnEntry[],
): Promise<ReadonlyMap<string, ProductData>> {
  const refs = neededProducts(factsOf(own, new Map()), parts.policy);
  const { catalogue: things = parts.things } = parts;
  const products = await readProducts({ things }, refs);
  const missing = refs.filter((ref) => !products.has(refName(ref)));
  for (const ref of missing) await parts.things.awaitProduct(ref, key);
  const late = await readProducts({ things }, missing);
  return new Map([...products, ...late]);
}

/** What is known of products, by their names. */
export async function readProducts(
  { things }: { readonly things: Pick<Things, 'load'> },
  refs: readonly Ref[],
): Promise<ReadonlyMap<string, ProductData>> {
  if (refs.length === 0) return new Map();
  const entries = await things.load(refs);
  return new Map(
    [...entries].flatMap(([name, { state }]) =>
      state.type === 'product' ? [[name, state.data] as const] : [],
    ),
  );
}
