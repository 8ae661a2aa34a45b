import type { Dossier, Profile } from '../../../core/contact/contact.ts';
import type { Lane } from '../parts.ts';
import { DOUBT_MS } from '../verdict.ts';

/**
 * What can wait is done when the sweep rings for it, which counts the try. A try made by a message that was late would
 * count as none, and the next one as the first: a difference to what the late one may have left half done.
 */
export function isLate(profile: Profile, { ring }: Lane): boolean {
  return canWait(profile) && (profile.attempts === 0 || ring.attempts !== profile.attempts);
}

/**
 * After a crash or a doubt nobody knows what Mautic holds. The first ring for later work follows no try, nor does the
 * first for what was in step and only waited for something due.
 */
export function mustBeFull(profile: Profile, { receives, ring }: Lane): boolean {
  const innocent = canWait(profile) ? 1 : 0;
  return profile.doubt || profile.attempts > innocent || receives > 1 || ring.doubt === true;
}

/** Whether another request for it may still be under way; what only waited for something due later has had none. */
export function mayOverlap(profile: Profile, { receives, ring }: Lane): boolean {
  const { doubt, attempts, wanted, synced } = profile;
  return doubt || receives > 1 || ring.doubt === true || (attempts > 0 && wanted !== synced);
}

interface Tried {
  readonly profile: Profile;
  readonly lane: Lane;
  readonly dossier: Dossier;
}

/**
 * Until when (epoch ms) a create that somebody began may be under way. Of one that crashed the message comes again,
 * after long enough.
 */
export function createUntil({ profile, lane, dossier }: Tried, now: number): number | undefined {
  const { openSince } = dossier.edition ?? {};
  if (openSince === undefined || profile.mauticId !== undefined || lane.receives > 1) return undefined;
  const until = openSince + DOUBT_MS;
  return until > now && !hasEnded(profile, openSince) ? until : undefined;
}

/** Whoever ends with a failure says when to look again, or parks the contact, which leaves it in doubt. */
function hasEnded({ notBefore, doubt }: Profile, openSince: number): boolean {
  return notBefore === undefined ? doubt : notBefore >= openSince;
}

/** Whether no delivery waits for it. */
function canWait({ work, wanted, synced }: Profile): boolean {
  return work === 'later' || wanted === synced;
}
