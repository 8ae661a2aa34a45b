import type { Profile } from '../../core/contact/contact.ts';
import type { Moment } from '../../core/effects/follow-up/considered.ts';
import { countsPast } from '../../core/policy/follow-ups.ts';
import type { SyncParts } from './parts.ts';

/** The ledger is asked only if there are follow-ups, and what it does not know only if one of them counts the past. */
export async function momentOf(
  { policy, history, zones = new Map() }: SyncParts,
  { mailedAt }: Profile,
  now: number,
): Promise<{ readonly moment?: Moment }> {
  const { followUps = [] } = policy;
  if (followUps.length === 0) return {};
  const asks = policy.history !== 'none' && followUps.some(countsPast);
  const unknownPasts = asks ? await history.missing() : new Set<string>();
  return { moment: { now, mailedAt, zones, unknownPasts } };
}
