import { type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { MauticClient } from '../client.ts';

/** Deletes a contact with its notes and memberships (recording 136); one that is not there any more is deleted. */
export async function removeContact(client: MauticClient, id: number): Promise<Outcome<void>> {
  const answer = await client.call({ method: 'DELETE', path: `/api/contacts/${String(id)}/delete` });
  return answer.ok || answer.failure.code === 'not-found' ? succeeded(undefined) : answer;
}
