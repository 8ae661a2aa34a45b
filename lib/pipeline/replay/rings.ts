import type { Ring } from '../../core/contact/contact.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import { DEAD_LETTER, isOfError, isOfOrder, isWithin } from '../../core/ledger/selection.ts';
import type { DeadLetter } from '../../core/ports/queues.ts';
import { throughLetters } from './letters.ts';
import type { Run } from './parts.ts';
import { want } from './want.ts';

/** Wants the contacts again whose rings `sync` failed at; the rings are removed. */
export async function replayRings(run: Run): Promise<void> {
  if (!isOfError(run.selection, DEAD_LETTER)) return;
  await throughLetters(run.parts.deadRings, async (letters) => {
    const done: DeadLetter<Ring>[] = [];
    for (const letter of letters) if (await replayRing(run, letter)) done.push(letter);
    return done;
  });
}

/** Whether the ring can be removed. */
async function replayRing(run: Run, { message, sentAt }: DeadLetter<Ring>): Promise<boolean> {
  if (!message || !isWithin(run.selection, sentAt)) return false;
  const { contact } = message;
  if (!(await isSelected(run, contact))) return false;
  const isNew = !run.contacts.has(contact);
  run.contacts.add(contact);
  const why = `sync gave up its ring of ${new Date(sentAt).toISOString()}`;
  run.parts.report({ kind: 'ring', what: contact, why, outcome: 'be looked at again, in full', acts: true });
  if (run.dryRun) return false;
  if (isNew) await want(run, contact, true);
  return true;
}

async function isSelected({ selection, parts }: Run, contact: ContactKey): Promise<boolean> {
  if (selection.contact !== undefined && selection.contact !== contact) return false;
  if (selection.store === undefined) return true;
  const { refs } = await parts.contacts.dossier(contact);
  return refs.some((ref) => isOfOrder(selection, ref));
}
