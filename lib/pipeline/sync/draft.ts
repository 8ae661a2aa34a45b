import { makesContact } from '../../core/contact/buyer.ts';
import type { Dossier, Profile, Written } from '../../core/contact/contact.ts';
import { desiredContact, neededFields, neededProducts } from '../../core/contact/desired.ts';
import { type Facts, factsOf, type OwnEntry } from '../../core/contact/facts.ts';
import { unseenTotals, withoutKept } from '../../core/contact/held-totals.ts';
import { parentRef } from '../../core/contact/order-parts.ts';
import { planChange } from '../../core/contact/plan.ts';
import { effectsOf, parentsKnownAt, type Starts } from '../../core/effects/effect.ts';
import { lapsedEffects } from '../../core/effects/lapsed.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import { type ProductData, type Ref, refName } from '../../core/ledger/snapshot.ts';
import { isIgnored, type Policy } from '../../core/policy/policy.ts';
import type { Draft, FieldInfos, Lane, SyncParts } from './parts.ts';

/** What the ledger says of a contact: enough to plan its change, or why there is nothing to plan. */
export type Reading =
  | { readonly known: Known }
  /** `waiting`: a failure asked to be left alone for longer; the sweep rings when it is time. */
  | { readonly settled: 'in-step' | 'waiting' }
  | { readonly tooManyOrders: number; readonly profile: Profile };

interface Known extends Pick<Draft, 'now' | 'lane' | 'profile' | 'facts' | 'written' | 'pastMissing'> {
  /** Absent when the policy has no notes and e-mails. */
  readonly since?: Starts;
}

/**
 * Reads one contact from the ledger. The profile is read first, alone: its `wanted` is the version that may be stored
 * at the end, whatever arrives while the rest is read.
 */
export async function readLane(parts: SyncParts, lane: Lane): Promise<Reading> {
  const key = lane.ring.contact;
  const now = parts.clock.now();
  const profile = await parts.contacts.profile(key);
  if (!profile || (profile.wanted === profile.synced && profile.work === undefined))
    return { settled: 'in-step' };
  if ((profile.notBefore ?? 0) > now) return { settled: 'waiting' };
  const dossier = await parts.contacts.dossier(key);
  const orders = dossier.refs.filter(({ kind }) => kind === 'order').length;
  const isOurs = !isIgnored(parts.policy, profile.email);
  if (isOurs && orders > parts.policy.maxOrders) return { tooManyOrders: orders, profile };
  const facts = await loadFacts(parts, key, dossier);
  // What was left alone was left in one contact: who must be looked for by e-mail may be another one by now.
  const isSame = profile.mauticId !== undefined && profile.removedAt === undefined;
  const known = isSame ? dossier.written : withoutKept(dossier.written);
  const written = profile.doubt ? forgiven(known) : known;
  const since = hasEffects(parts.policy) ? { since: await parts.since() } : {};
  const pastMissing = await isPastMissing(parts, written);
  return { known: { now, lane, profile, facts, written, pastMissing, ...since } };
}

/** Plans the change of a contact. Asks nobody: what it throws once, it throws every time. */
export function draftOf(parts: SyncParts, { since, ...known }: Known, fields: FieldInfos): Draft {
  if (!since)
    return planDraft(parts, { ...known, effects: lapsedEffects(known.facts, []), held: [] }, fields);
  const options = { policy: parts.policy, since };
  const draft = planDraft(parts, { ...known, effects: effectsOf(known.facts, options), held: [] }, fields);
  if (draft.withdrawn) return draft;
  return { ...draft, lookAgainAt: parentsKnownAt(known.facts, options, known.now) };
}

/** Asked only where it matters: of totals that somebody else may have written, and of who might leave a segment. */
async function isPastMissing({ policy, history }: SyncParts, written: Written): Promise<boolean> {
  if (policy.existingTotals === 'overwrite') return false;
  const { kept = [], segments = [] } = written;
  const countsPast = policy.segments.some(({ minOrders, minSpent }) => (minOrders ?? minSpent) !== undefined);
  const matters = kept.length > 0 || unseenTotals(policy, written).length > 0;
  return (matters || (countsPast && segments.length > 0)) && history.isMissing();
}

/** Whoever replays a contact may have mended in Mautic what made it refuse a value. */
function forgiven(written: Written): Written {
  return { ...written, refused: {} };
}

function hasEffects({ notes, emails }: Policy): boolean {
  return notes.length > 0 || Object.keys(emails).length > 0;
}

/** Plans again from facts already read: after a refusal was noted or a limit learnt. */
export function planDraft(
  parts: SyncParts,
  known: Pick<Draft, 'now' | 'lane' | 'profile' | 'facts' | 'effects' | 'held' | 'written' | 'pastMissing'>,
  fields: FieldInfos,
): Draft {
  const { lane, profile, facts, now } = known;
  const { policy, currencies } = parts;
  const isOurs = !isIgnored(policy, profile.email);
  // Once the history is there, totals that were left alone are the bridge's.
  const written = known.pastMissing ? known.written : withoutKept(known.written);
  const removed = profile.removedAt !== undefined;
  const exists = isWritten(profile, written);
  const desired = isOurs ? desiredContact(facts, { policy, currencies, fields, exists, now }) : undefined;
  const stays = removed && !hasOrderAfter(parts, facts, profile.removedAt);
  // What was written before it was deleted is gone, what an unfinished try wrote since is not: in full, and nothing forgotten.
  const full = removed || mustBeFull(profile, lane);
  const kept = new Set(written.kept);
  const change = stays
    ? undefined
    : planChange(desired, written, { full, ownAliases: ownAliases(policy), kept });
  const mauticId = removed ? undefined : profile.mauticId;
  const mustExist = desired !== undefined && mauticId === undefined && !stays;
  // What may have happened for somebody who is no contact any more is brought to its end all the same.
  const effects = desired === undefined || stays ? lapsedEffects(facts, []) : known.effects;
  const segments = desired?.segments ?? [];
  const keptSegments = known.pastMissing ? (desired?.segmentsWithMore ?? []) : [];
  const withdrawn = desired === undefined;
  const tagsLeftOut = desired?.tagsLeftOut === true;
  const standing = { withdrawn, full, mustExist, tagsLeftOut, consentedAt: desired?.consentedAt };
  return { ...known, written, change, mauticId, effects, segments, keptSegments, ...standing };
}

/** Whether an order was placed after this moment (epoch ms): then a contact deleted in Mautic comes back. */
export function hasOrderAfter({ policy }: SyncParts, { orders }: Facts, time: number): boolean {
  return orders.some((order) => order.data.createdAt > time && makesContact(order, policy));
}

/** The bridge wrote it, or was about to when it died, and nobody has deleted it since. */
function isWritten({ mauticId, removedAt }: Profile, { fields, tags }: Written): boolean {
  if (removedAt !== undefined) return false;
  return mauticId !== undefined || Object.keys(fields).length + tags.length > 0;
}

/**
 * After a crash or a doubt nobody knows what Mautic holds. The first ring for later work follows no try, nor does the
 * first for what was in step and only waited for something due.
 */
function mustBeFull({ doubt, attempts, work, wanted, synced }: Profile, { receives, ring }: Lane): boolean {
  const innocent = work === 'later' || wanted === synced ? 1 : 0;
  return doubt || attempts > innocent || receives > 1 || ring.doubt === true;
}

/** Aliases of fields that are the bridge's alone. */
export function ownAliases(policy: Policy): ReadonlySet<string> {
  return new Set(neededFields(policy).map(({ alias }) => alias));
}

async function loadFacts(parts: SyncParts, key: ContactKey, dossier: Dossier): Promise<Facts> {
  const entries = await parts.things.load(dossier.refs);
  const own = dossier.refs.flatMap((ref) => {
    const entry = entries.get(refName(ref));
    if (!entry || entry.state.type === 'product' || entry.state.contact !== key) return [];
    return [{ ref, state: entry.state, effects: entry.effects, savedAt: entry.savedAt }];
  });
  const { policy } = parts;
  const foreign = hasEffects(policy) ? await foreignParents(parts, key, own) : new Set<string>();
  parts.remarks?.about(own);
  return factsOf(own, await loadProducts(parts, key, own), { foreign, policy });
}

/** Orders of other buyers that this one's name as their parents: only notes and e-mails ask for them. */
async function foreignParents(
  { things }: SyncParts,
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
    ([, { state }]) => state.type === 'order' && state.data !== undefined && state.contact !== key,
  );
  return new Set(foreign.map(([name]) => name));
}

/**
 * A product nobody described yet: the contact is put on its waiting list before the second look, so that
 * whoever records the product either is seen here or sees the list.
 */
async function loadProducts(
  parts: SyncParts,
  key: ContactKey,
  own: readonly OwnEntry[],
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
