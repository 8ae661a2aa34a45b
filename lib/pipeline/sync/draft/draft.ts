import { cartStanding } from '../../../core/contact/carts/abandoned.ts';
import { cartFields } from '../../../core/contact/carts/cart-fields.ts';
import type { Profile, Written } from '../../../core/contact/contact.ts';
import { type Desired, desiredContact, ownAliases } from '../../../core/contact/desired.ts';
import { makesContact } from '../../../core/contact/facts/buyer.ts';
import type { Facts } from '../../../core/contact/facts/facts.ts';
import { ordersAndParts } from '../../../core/contact/facts/order-parts.ts';
import { subscriptionFields } from '../../../core/contact/facts/subscriptions.ts';
import { withoutKept } from '../../../core/contact/held-totals.ts';
import { planChange } from '../../../core/contact/plan.ts';
import { cartCoupons } from '../../../core/effects/coupon.ts';
import { effectsOf, parentsKnownAt } from '../../../core/effects/effect.ts';
import { givingNow } from '../../../core/effects/follow-up/effects.ts';
import { consideredAgainAt, considerFollowUps } from '../../../core/effects/follow-up/follow-ups.ts';
import { lapsedEffects } from '../../../core/effects/lapsed.ts';
import { marksOf } from '../../../core/effects/mark.ts';
import { isIgnored, type Policy } from '../../../core/policy/policy.ts';
import type { Draft, FieldInfos, SyncParts } from '../parts.ts';
import { mustBeFull } from './counted-tries.ts';
import type { Known } from './lane-reading.ts';

/** Plans the change of a contact. Asks nobody: what it throws once, it throws every time. */
export function draftOf(parts: SyncParts, { since, moment, ...known }: Known, fields: FieldInfos): Draft {
  const { facts, now } = known;
  const marks = marksOf(facts, { policy: parts.policy, now });
  const { policy } = parts;
  const considered = since && moment ? considerFollowUps(facts, { policy, since, moment }) : [];
  const { optedOut } = known;
  const besides = cartCoupons(facts, { policy, now });
  const options = since && { policy, since, considered, now, optedOut, besides };
  const called = options ? effectsOf(facts, options) : [...besides, ...lapsedEffects(facts, besides)];
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

/** Whether an order, or a part of one, was placed after this moment (epoch ms): then a contact deleted in Mautic comes back. */
export function hasOrderAfter({ policy }: SyncParts, facts: Facts, time: number): boolean {
  return ordersAndParts(facts).some((order) => order.data.createdAt > time && makesContact(order, policy));
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
