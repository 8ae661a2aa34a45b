import type { Profile } from '../../../core/contact/contact.ts';
import type { Failure } from '../../../core/ledger/failure.ts';
import { isOpaque, isRefusedOnTheWay } from '../../../core/pace/evidence.ts';
import type { SyncParts } from '../parts.ts';
import { isUp } from './is-up.ts';

/** What Mautic answers 500 alone, or by nothing that can be read, this often before will not get better by itself. */
const SERVER_ERRORS_TO_PARK = 6;
/** What something before Mautic refuses, while others pass, neither. */
const REFUSALS_TO_PARK = 2;

/**
 * Whether it is this contact's, or this item's, own fault that it was answered without words once more: in an outage of
 * Mautic everybody is answered 500, or by a page, however often. `serverErrors`: how often in a row before.
 */
export async function isPoison(
  parts: Pick<SyncParts, 'mautic'>,
  { email, serverErrors = 0 }: Pick<Profile, 'email' | 'serverErrors'>,
  failure: Failure,
): Promise<boolean> {
  if (!isOwn(failure)) return false;
  if (isRefusedOnTheWay(failure)) {
    return serverErrors >= REFUSALS_TO_PARK && (await parts.mautic.takesWrites()).ok;
  }
  return serverErrors >= SERVER_ERRORS_TO_PARK && isUp(parts, email);
}

/** Whether this one alone was answered without words. */
export function isOwn(failure: Failure): boolean {
  return isOpaque(failure) && !failure.shared;
}

/** The failure for people, with what to do about it. */
export function remedied(failure: Failure): Pick<Failure, 'code' | 'message'> {
  if (!isRefusedOnTheWay(failure)) return failure;
  const message = `${failure.message} It does so for this one alone: look at the log of the firewall or proxy for what it does not like, let it pass, then replay.`;
  return { code: 'refused-on-the-way', message };
}
