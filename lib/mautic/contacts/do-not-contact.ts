import { type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticClient } from '../client.ts';

/** Mautic's reason of somebody who unsubscribed by themselves. */
const UNSUBSCRIBED = 1;

/**
 * Says that a contact is not to be mailed (recordings 407 to 412). It may be said again; what the contact's own
 * unsubscription says stays. There is no call that takes it away.
 */
export async function addDoNotContact(client: MauticClient, contactId: number): Promise<Outcome<void>> {
  const path = `/api/contacts/${String(contactId)}/dnc/email/add`;
  const body = {
    reason: UNSUBSCRIBED,
    comments: 'Opted out before, in the shop (Follow-Up Emails) or until an erasure',
  };
  const answer = await client.call({ method: 'POST', path, body });
  if (answer.ok) return succeeded(undefined);
  const { failure } = answer;
  // It may be said again, whatever became of it.
  return { ok: false, failure: failure.kind === 'unknown' ? { ...failure, kind: 'retry' } : failure };
}
