import type { Profile } from '../../../core/contact/contact.ts';
import type { Lane } from '../parts.ts';

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

/** Whether no delivery waits for it. */
function canWait({ work, wanted, synced }: Profile): boolean {
  return work === 'later' || wanted === synced;
}
