import type { Dossier, Profile } from '../../core/contact.ts';
import { type Desired, desiredContact, neededFields, neededProducts } from '../../core/desired.ts';
import type { ContactKey } from '../../core/email.ts';
import { type Facts, factsOf, newest } from '../../core/facts.ts';
import type { CustomerState, OrderState } from '../../core/order.ts';
import { forgotten, planChange } from '../../core/plan.ts';
import { isIgnored } from '../../core/policy.ts';
import { type ProductData, type Ref, refName } from '../../core/snapshot.ts';
import type { Draft, FieldInfos, Lane, SyncParts } from './parts.ts';

/** What became of a contact before anything was sent. */
export type Drafting =
  | { readonly draft: Draft }
  | { readonly settled: 'in-step' }
  | { readonly tooManyOrders: number; readonly profile: Profile };

/**
 * Reads one contact from the ledger and plans its change. The profile is read first, alone: its `wanted` is the
 * version that may be stored at the end, whatever arrives while the rest is read.
 */
export async function draftLane(parts: SyncParts, lane: Lane, fields: FieldInfos): Promise<Drafting> {
  const key = lane.ring.contact;
  const profile = await parts.contacts.profile(key);
  if (!profile || (profile.wanted === profile.synced && profile.work === undefined))
    return { settled: 'in-step' };
  const dossier = await parts.contacts.dossier(key);
  const orders = dossier.refs.filter(({ kind }) => kind === 'order').length;
  if (orders > parts.policy.maxOrders) return { tooManyOrders: orders, profile };
  const facts = await loadFacts(parts, key, dossier);
  return { draft: planDraft(parts, { lane, profile, facts, written: dossier.written }, fields) };
}

/** Plans again from facts already read: after a refusal was noted or a limit learnt. */
export function planDraft(
  parts: SyncParts,
  known: Pick<Draft, 'lane' | 'profile' | 'facts' | 'written'>,
  fields: FieldInfos,
): Draft {
  const { lane, profile, facts } = known;
  const { policy, currencies } = parts;
  const desired = isIgnored(policy, profile.email)
    ? undefined
    : desiredContact(facts, { policy, currencies, fields });
  const removed = profile.removedAt !== undefined;
  const stays = removed && !hasOrderAfter(facts, profile.removedAt);
  const written = removed ? forgotten(known.written) : known.written;
  const change = stays ? undefined : planChange(desired, written, planOptions(parts, profile, lane));
  const mauticId = removed ? undefined : profile.mauticId;
  return { ...known, written, change, mauticId, mustExist: mustExist(desired, mauticId) && !stays };
}

/** Whether an order was placed after this moment: then a contact deleted in Mautic comes back. */
function hasOrderAfter(facts: Facts, time: number): boolean {
  const order = newest(facts.orders);
  return order !== undefined && order.data.createdAt > time;
}

function mustExist(desired: Desired | undefined, mauticId: number | undefined): boolean {
  return desired !== undefined && mauticId === undefined;
}

function planOptions({ policy }: SyncParts, profile: Profile, lane: Lane) {
  const full = profile.doubt || profile.attempts > 0 || lane.receives > 1 || lane.ring.doubt === true;
  return { full, ownAliases: new Set(neededFields(policy).map(({ alias }) => alias)) };
}

async function loadFacts(parts: SyncParts, key: ContactKey, dossier: Dossier): Promise<Facts> {
  const entries = await parts.things.load(dossier.refs);
  const own = dossier.refs.flatMap((ref) => {
    const state = entries.get(refName(ref))?.state;
    return state && state.type !== 'product' && state.contact === key ? [{ ref, state }] : [];
  });
  return factsOf(own, await loadProducts(parts, key, own));
}

/**
 * A product nobody described yet: the contact is put on its waiting list before the second look, so that
 * whoever records the product either is seen here or sees the list.
 */
async function loadProducts(
  parts: SyncParts,
  key: ContactKey,
  own: readonly { readonly ref: Ref; readonly state: OrderState | CustomerState }[],
): Promise<ReadonlyMap<string, ProductData>> {
  const refs = neededProducts(factsOf(own, new Map()), parts.policy);
  const products = await readProducts(parts, refs);
  const missing = refs.filter((ref) => !products.has(refName(ref)));
  for (const ref of missing) await parts.things.awaitProduct(ref, key);
  const late = await readProducts(parts, missing);
  return new Map([...products, ...late]);
}

async function readProducts(
  { things }: SyncParts,
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
