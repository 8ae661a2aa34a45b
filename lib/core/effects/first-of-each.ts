import { isCouponId } from '../contact/coupon.ts';
import { refName } from '../ledger/snapshot.ts';
import { followUpId, isOncePerContact } from '../policy/follow-ups/follow-ups.ts';
import type { Policy } from '../policy/policy.ts';
import { isOpen } from './lapsed.ts';
import type { Once } from './once.ts';

/**
 * Of what a contact gets once, for whichever of its things, the first that is due: none of them is in the ledger yet
 * when several are called for at the same look. What may have been done already is brought to its end all the same.
 */
export function firstOfEach<Called extends Once>(
  called: readonly Called[],
  { followUps = [] }: Pick<Policy, 'followUps'>,
): readonly Called[] {
  const once = new Set(followUps.filter(({ on }) => isOncePerContact(on)).map(followUpId));
  const isShared = ({ id, known }: Called) => !isOpen(known) && (once.has(id) || isCouponId(id));
  const firsts = new Map<string, Called>();
  for (const effect of called) {
    const other = firsts.get(effect.id);
    if (isShared(effect) && (!other || isEarlier(effect, other))) firsts.set(effect.id, effect);
  }
  return called.filter((effect) => !isShared(effect) || firsts.get(effect.id) === effect);
}

function isEarlier(a: Once, b: Once): boolean {
  const [left, right] = [turnOf(a), turnOf(b)];
  if (left !== right) return left < right;
  return refName(a.thing).localeCompare(refName(b.thing), 'en', { numeric: true }) < 0;
}

/** What waits for a store without keys, hour after hour, keeps no other from being done meanwhile. */
function turnOf({ dueAt = 0, known }: Once): number {
  return known ? Math.max(known.at, dueAt) : dueAt;
}
