import type { MembershipEffect } from '../../../core/effects/effect-kinds.ts';
import type { Outcome } from '../../../core/ledger/failure.ts';
import type { SyncParts, WorkParts } from '../parts.ts';
import { whileTheirs } from '../strangers.ts';
import { type Ended, isAway, type Taken, whereabouts } from './perform.ts';

/**
 * Puts a contact into a campaign or takes it out of one, or out of a segment. Only the first may not be repeated: who is
 * put in again may get all of its e-mails again, so it is looked up where it may have been done.
 */
export async function changeMembership(parts: WorkParts, item: Taken<MembershipEffect>): Promise<Ended> {
  const { effect, before, contactId } = item;
  if (before && effect.does === 'add') {
    const found = await lookUp(parts, item);
    if (found !== 'missing') return found;
  }
  if (effect.tooLate) return 'lapsed';
  return whileTheirs(parts, item, (near) => change(near, effect, contactId));
}

async function lookUp(
  parts: SyncParts,
  item: Taken<MembershipEffect>,
): Promise<'there' | 'missing' | 'unfound' | 'away'> {
  const found = await campaignsOf(parts).has(item.effect.target, whereabouts(item));
  if (found.ok) return found.value ? 'there' : 'missing';
  if (found.failure.code === 'not-found') return 'missing';
  return (await isAway(parts, found.failure, item.email)) ? 'away' : 'unfound';
}

async function change(
  parts: SyncParts,
  { of, does, target }: MembershipEffect,
  contactId: number,
): Promise<Outcome<void>> {
  if (of === 'segment') return parts.segments.remove(target, [contactId]);
  const campaigns = campaignsOf(parts);
  return does === 'add' ? campaigns.add(target, contactId) : campaigns.remove(target, contactId);
}

function campaignsOf({ campaigns }: SyncParts): NonNullable<SyncParts['campaigns']> {
  if (campaigns === undefined) throw new Error('There is nobody who puts contacts into campaigns');
  return campaigns;
}
