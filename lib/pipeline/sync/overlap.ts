import type { Profile } from '../../core/contact/contact.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { SyncParts } from './parts.ts';
import { DOUBT_MS } from './verdict.ts';

/**
 * When a contact has to be written once more, epoch ms. The sweep rang although the ring of its last change may have
 * been received: by somebody who died, and whose request Mautic goes on with for minutes. The lane of the queue keeps
 * such two apart, unless somebody emptied the queue in between.
 */
export async function overlapDue(
  { contacts, clock }: Pick<SyncParts, 'contacts' | 'clock'>,
  contact: ContactKey,
  profile: Profile,
): Promise<number | undefined> {
  const { attempts, work, wanted, synced, notBefore } = profile;
  const mayOverlap = work === 'live' && attempts > 0 && wanted !== synced && notBefore === undefined;
  if (!mayOverlap) return undefined;
  const now = clock.now();
  const wantedAt = await contacts.lastWanted(contact);
  return wantedAt !== undefined && now - wantedAt < DOUBT_MS ? now + DOUBT_MS : undefined;
}
