import { cartStanding } from '../../core/contact/abandoned.ts';
import { makesContact } from '../../core/contact/buyer.ts';
import { cartFields } from '../../core/contact/cart-fields.ts';
import { unconsented } from '../../core/contact/consent.ts';
import type { Dossier, Profile, Written } from '../../core/contact/contact.ts';
import { type Desired, desiredContact, ownAliases } from '../../core/contact/desired.ts';
import type { Facts } from '../../core/contact/facts.ts';
import { unseenTotals, withoutKept } from '../../core/contact/held-totals.ts';
import { planChange } from '../../core/contact/plan.ts';
import { subscriptionFields } from '../../core/contact/subscriptions.ts';
import { effectsOf, hasEffects, parentsKnownAt } from '../../core/effects/effect.ts';
import type { Moment } from '../../core/effects/follow-up/considered.ts';
import { givingNow } from '../../core/effects/follow-up/effects.ts';
import { consideredAgainAt, considerFollowUps } from '../../core/effects/follow-up/follow-ups.ts';
import { lapsedEffects } from '../../core/effects/lapsed.ts';
import { marksOf } from '../../core/effects/mark.ts';
import type { Starts } from '../../core/effects/rule-starts.ts';
import { isIgnored, type Policy } from '../../core/policy/policy.ts';
import { isLate, mayOverlap, mustBeFull } from './counted-tries.ts';
import { type Forgotten, forgetPerson } from './forget.ts';
import { loadFacts } from './load-facts.ts';
import { momentOf } from './moment.ts';
import { isOptedOut } from './opt-outs.ts';
import type { Draft, FieldInfos, Lane, SyncParts } from './parts.ts';
import { expiryOf } from './strangers.ts';

/** What the ledger says of a contact: enough to plan its change, or why there is nothing to plan. */
export type Reading =
  | { readonly known: Known }
  /** `waiting`: a failure asked to be left alone for longer; the sweep rings when it is time. */
  | { readonly settled: 'in-step' | 'waiting' }
  /** The person was erased, and has not come back. */
  | Exclude<Forgotten, { goesOn: unknown }>
  | { readonly tooManyOrders: number; readonly profile: Profile };

type Read =
  | 'now'
  | 'giving'
  | 'lane'
  | 'profile'
  | 'facts'
  | 'written'
  | 'pastMissing'
  | 'borders'
  | 'segmentsHeld'
  | 'expiry';

interface Known extends Pick<Draft, Read> {
  /** Absent when the policy has no notes and e-mails. */
  readonly since?: Starts;
  readonly optedOut?: boolean;
  /** For follow-ups; absent where the policy has none. */
  readonly moment?: Moment;
}

/**
 * Reads one contact from the ledger. The profile is read first, alone: its `wanted` is the version that may be stored
 * at the end, whatever arrives while the rest is read.
 */
export async function readLane(parts: SyncParts, lane: Lane): Promise<Reading> {
  const key = lane.ring.contact;
  const now = parts.clock.now();
  const read = await parts.contacts.profile(key);
  if (!read || isInStep(read)) return { settled: 'in-step' };
  if ((read.notBefore ?? 0) > now || isLate(read, lane)) return { settled: 'waiting' };
  const held = await living(parts, lane, { profile: read, dossier: await parts.contacts.dossier(key) });
  if (!('goesOn' in held)) return held;
  const { profile, dossier } = held.goesOn;
  const orders = dossier.refs.filter(({ kind }) => kind === 'order').length;
  const isOurs = !isIgnored(parts.policy, profile.email);
  if (isOurs && orders > parts.policy.maxOrders) return { tooManyOrders: orders, profile };
  const facts = await loadFacts(parts, key, dossier);
  // What was left alone, or left by a person, was so in one contact: who must be looked for by e-mail may be another now.
  const isSame = profile.mauticId !== undefined && profile.removedAt === undefined;
  const known = isSame ? dossier.written : unconsented(withoutKept(dossier.written));
  const written = profile.doubt ? forgiven(known) : known;
  const since = hasEffects(parts.policy) ? { since: await parts.since() } : {};
  const pastMissing = await isPastMissing(parts, written);
  const expiry = expiryOf({ dossier, facts, profile }, parts.policy);
  const moment = await momentOf(parts, profile, now);
  const optedOut = await isOptedOut(parts, key);
  const borders = await parts.borders?.();
  return {
    known: {
      now,
      lane,
      profile,
      facts,
      written,
      pastMissing,
      borders,
      optedOut,
      expiry,
      ...since,
      ...moment,
    },
  };
}

/** And nothing of it is due later. */
function isInStep({ wanted, synced, work }: Profile): boolean {
  return wanted === synced && work === undefined;
}

/** What may still be known of a contact: all of it, unless its person was erased. */
async function living(
  parts: SyncParts,
  lane: Lane,
  read: { readonly profile: Profile; readonly dossier: Dossier },
): Promise<Forgotten> {
  if (read.profile.erasedAt === undefined) return { goesOn: read };
  return forgetPerson(parts, { lane, ...read, mayOverlap: mayOverlap(read.profile, lane) });
}

/** Plans the change of a contact. Asks nobody: what it throws once, it throws every time. */
export function draftOf(parts: SyncParts, { since, moment, ...known }: Known, fields: FieldInfos): Draft {
  const { facts, now } = known;
  const marks = marksOf(facts, { policy: parts.policy, now });
  const { policy } = parts;
  const considered = since && moment ? considerFollowUps(facts, { policy, since, moment }) : [];
  const { optedOut } = known;
  const options = since && { policy, since, considered, optedOut };
  const called = options ? effectsOf(facts, options) : lapsedEffects(facts, []);
  const giving = givingNow(considered, now);
  const effects = [...called, ...marks];
  const draft = planDraft(
    parts,
    { ...known, effects, held: [], ...(giving.length > 0 && { giving }) },
    fields,
  );
  if (!options || draft.withdrawn) return draft;
  const parents = parentsKnownAt(facts, options, now);
  const again = earlier(parents, consideredAgainAt(considered));
  return { ...draft, lookAgainAt: earlier(draft.lookAgainAt, again) };
}

/** Asked only where it matters: of totals that somebody else may have written, and of who might leave a segment. */
async function isPastMissing({ policy, history }: SyncParts, written: Written): Promise<boolean> {
  if (policy.existingTotals === 'overwrite') return false;
  const { kept = [], segments = [] } = written;
  const countPast = policy.segments.some(({ minOrders, minSpent }) => (minOrders ?? minSpent) !== undefined);
  const matters = kept.length > 0 || unseenTotals(policy, written).length > 0;
  return (matters || (countPast && segments.length > 0)) && history.isMissing();
}

/** Whoever replays a contact may have mended in Mautic what made it refuse a value. */
function forgiven(written: Written): Written {
  return { ...written, refused: {} };
}

/** Plans again from facts already read: after a refusal was noted or a limit learnt. */
export function planDraft(
  parts: SyncParts,
  known: Omit<Known, 'since'> & Pick<Draft, 'effects' | 'held'>,
  fields: FieldInfos,
): Draft {
  const { lane, profile, facts } = known;
  const { policy } = parts;
  // Once the history is there, totals that were left alone are the bridge's.
  const written = known.pastMissing ? known.written : withoutKept(known.written);
  const removed = profile.removedAt !== undefined;
  const desired = desiredOf(parts, { ...known, written }, fields);
  const stays = removed && !hasOrderAfter(parts, facts, profile.removedAt);
  // What was written before it was deleted is gone, what an unfinished try wrote since is not: in full, and nothing forgotten.
  const full = removed || mustBeFull(profile, lane);
  const kept = new Set(written.kept);
  const change = stays
    ? undefined
    : planChange(desired, written, { full, ownAliases: blankedAliases(policy), kept });
  const mauticId = removed ? undefined : profile.mauticId;
  const mustExist = desired !== undefined && mauticId === undefined && !stays;
  // What may have happened for somebody who is no contact any more is brought to its end all the same.
  const effects = desired === undefined || stays ? lapsedEffects(facts, []) : known.effects;
  const { segmentsWithMore, tagsLeftOut, unfit, consentedAt } = desired ?? NOTHING_DESIRED;
  const segments = segmentsFor(known, desired);
  const keptSegments = known.pastMissing ? segmentsWithMore : [];
  const withdrawn = desired === undefined;
  const lookAgainAt = stays ? undefined : cartsDueAt(parts, known);
  const standing = { withdrawn, full, mustExist, tagsLeftOut, unfit, lookAgainAt, consentedAt };
  return { ...known, written, change, mauticId, effects, segments, keptSegments, ...standing };
}

function desiredOf(
  { policy, currencies, sites = new Map() }: SyncParts,
  {
    profile,
    facts,
    now,
    written,
    borders,
    giving = [],
  }: Pick<Draft, 'profile' | 'facts' | 'now' | 'written' | 'borders' | 'giving'>,
  fields: FieldInfos,
): Desired | undefined {
  if (isIgnored(policy, profile.email)) return undefined;
  const exists = isWritten(profile, written);
  return desiredContact(facts, { policy, currencies, fields, exists, now, sites, borders, giving });
}

/** Also of whoever is no contact: what was left in a cart may make it one. */
function cartsDueAt(
  { policy }: SyncParts,
  { profile, facts, now }: Pick<Draft, 'profile' | 'facts' | 'now'>,
): number | undefined {
  return isIgnored(policy, profile.email) ? undefined : cartStanding(facts, { policy, now }).nextDue;
}

const NOTHING_DESIRED: Pick<Desired, 'segmentsWithMore' | 'tagsLeftOut' | 'unfit' | 'consentedAt'> = {
  segmentsWithMore: [],
  tagsLeftOut: false,
  unfit: [],
};

/** Where it should be, or where it is while nobody comes into a segment or out of one. */
function segmentsFor(
  { segmentsHeld, written }: Pick<Known, 'segmentsHeld' | 'written'>,
  desired: Desired | undefined,
): readonly number[] {
  return segmentsHeld ? (written.segments ?? []) : (desired?.segments ?? []);
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

/** The first of two moments. */
function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/**
 * Of these also the ones that are blanked where the bridge never wrote them: not those of carts and subscriptions, in
 * which another plugin may have left what it knows, and which most contacts never have anything in.
 */
function blankedAliases(policy: Policy): ReadonlySet<string> {
  const ofFew = new Set([...cartFields(policy), ...subscriptionFields(policy)].map(({ alias }) => alias));
  return new Set([...ownAliases(policy)].filter((alias) => !ofFew.has(alias)));
}
