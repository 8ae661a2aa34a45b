import type { Dossier, Profile, Turn, Written } from '../../../core/contact/contact.ts';
import { unconsented } from '../../../core/contact/facts/consent.ts';
import { unseenTotals, withoutKept } from '../../../core/contact/held-totals.ts';
import { hasEffects } from '../../../core/effects/effect.ts';
import type { Moment } from '../../../core/effects/follow-up/considered.ts';
import type { Starts } from '../../../core/effects/rule-starts.ts';
import { countsPast } from '../../../core/policy/follow-ups/follow-ups.ts';
import { isIgnored } from '../../../core/policy/policy.ts';
import { loadFacts } from '../load-facts.ts';
import type { Draft, Lane, SyncParts, WorkParts } from '../parts.ts';
import { createUntil, isLate, mayOverlap } from './counted-tries.ts';
import { type Erased, type Forgotten, forgetPerson } from './forget.ts';
import { isOptedOut } from './opt-outs.ts';
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
  | 'createUntil'
  | 'giving'
  | 'lane'
  | 'profile'
  | 'facts'
  | 'written'
  | 'pastMissing'
  | 'borders'
  | 'segmentsHeld'
  | 'expiry';

export interface Known extends Pick<Draft, Read> {
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
export async function readLane(parts: WorkParts, lane: Lane, goesOn: () => boolean): Promise<Reading> {
  const key = lane.ring.contact;
  const now = parts.clock.now();
  const read = await parts.contacts.profile(key);
  if (!read || isInStep(read)) return { settled: 'in-step' };
  if ((read.notBefore ?? 0) > now || isLate(read, lane)) return { settled: 'waiting' };
  const asRead = { profile: read, dossier: await parts.contacts.dossier(key), goesOn };
  const held = await living(parts, lane, asRead);
  if (!('goesOn' in held)) return held;
  const { profile, dossier } = held.goesOn;
  const orders = dossier.refs.filter(({ kind }) => kind === 'order').length;
  const isOurs = !isIgnored(parts.policy, profile.email);
  if (isOurs && orders > parts.policy.maxOrders) return { tooManyOrders: orders, profile };
  const facts = await loadFacts(parts, key, dossier);
  // What was left alone, or left by a person, was so in one contact: who must be looked for by e-mail may be another now.
  const known = isRemembered(profile) ? dossier.written : unconsented(withoutKept(dossier.written));
  const written = profile.doubt ? forgiven(known) : known;
  const since = hasEffects(parts.policy) ? { since: await parts.since() } : {};
  const pastMissing = await isPastMissing(parts, written);
  const expiry = expiryOf({ dossier, facts, profile }, parts.policy);
  const moment = await momentOf(parts, profile, now);
  const optedOut = await isOptedOut(parts, { contact: key, profile, written });
  const borders = await parts.borders?.();
  return {
    known: {
      now,
      lane: { ...lane, turn: turnOf(lane, dossier, now) },
      createUntil: createUntil({ profile: read, lane, dossier }, now),
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

/** No two that are at it at the same time were rung for at the same try. */
function turnOf({ ring, receives }: Lane, { edition }: Dossier, now: number): Turn {
  const author = `${now.toString(36)}.${[ring.wanted, ring.attempts, receives].join('.')}.`;
  return { author, ...(edition && { onto: edition.name }) };
}

/** The ledger is asked only if there are follow-ups, and what it does not know only if one of them counts the past. */
async function momentOf(
  { policy, history, zones = new Map() }: SyncParts,
  { mailedAt }: Profile,
  now: number,
): Promise<Pick<Known, 'moment'>> {
  const { followUps = [] } = policy;
  if (followUps.length === 0) return {};
  const asks = policy.history !== 'none' && followUps.some(countsPast);
  const unknownPasts = asks ? await history.missing() : new Set<string>();
  return { moment: { now, mailedAt, zones, unknownPasts } };
}

/** It is written by its id. */
export function isRemembered({ mauticId, removedAt }: Profile): boolean {
  return mauticId !== undefined && removedAt === undefined;
}

/** And nothing of it is due later. */
function isInStep({ wanted, synced, work }: Profile): boolean {
  return wanted === synced && work === undefined;
}

/** What may still be known of a contact: all of it, unless its person was erased. */
async function living(
  parts: WorkParts,
  lane: Lane,
  read: Pick<Erased, 'profile' | 'dossier' | 'goesOn'>,
): Promise<Forgotten> {
  if (read.profile.erasedAt === undefined) return { goesOn: read };
  return forgetPerson(parts, { lane, ...read, mayOverlap: mayOverlap(read.profile, lane) });
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
