import type { Written } from '../../core/contact/contact.ts';
import { type Failure, sharedBy } from '../../core/ledger/failure.ts';
import type { Draft, Ending, SyncParts } from './parts.ts';

/** Puts the contact into the segments the policy names and takes it out of those the bridge had put it into. */
export async function settleSegments(parts: SyncParts, draft: Draft, ending: Ending): Promise<Ending> {
  const contactId = ending.end === 'written' ? ending.contactId : draft.mauticId;
  if (contactId === undefined || (ending.end !== 'written' && ending.end !== 'unchanged')) return ending;
  const written = ending.end === 'written' ? ending.written : draft.written;
  const had = written.segments ?? [];
  const kept = draft.keptSegments.filter((segment) => had.includes(segment));
  const add = [...draft.segments, ...kept].filter((segment) => draft.full || !had.includes(segment));
  const remove = had.filter((segment) => !draft.segments.includes(segment) && !kept.includes(segment));
  if (add.length + remove.length === 0) return ending;
  // Written down before it happens, so that a segment is never forgotten.
  await save(parts, draft, { ...written, segments: [...new Set([...had, ...add])] });
  const { failure, unusable } = await change(parts, contactId, { add, remove });
  if (failure) return { end: 'failed', failure: sharedBy(failure) };
  // One that is not there is tried again with the contact's next change: somebody may have made it.
  const segments = [...draft.segments, ...kept].filter((segment) => !unusable.includes(segment));
  return { end: 'written', contactId, written: { ...written, segments } };
}

function save({ contacts }: SyncParts, { lane }: Draft, written: Written): Promise<void> {
  return contacts.saveWritten(lane.ring.contact, written);
}

interface Membership {
  readonly add: readonly number[];
  readonly remove: readonly number[];
}

interface Changed {
  readonly failure?: Failure;
  readonly unusable: readonly number[];
}

/** A segment that is not there costs only itself; anything else is tried again, in full. */
async function change(
  { segments, log, metrics }: SyncParts,
  contactId: number,
  { add, remove }: Membership,
): Promise<Changed> {
  const steps = [
    ...add.map((segment) => ({ segment, step: segments.add(segment, [contactId]) })),
    ...remove.map((segment) => ({ segment, step: segments.remove(segment, [contactId]) })),
  ];
  const unusable: number[] = [];
  let failure: Failure | undefined;
  for (const { segment, step } of steps) {
    const outcome = await step;
    if (outcome.ok) continue;
    if (outcome.failure.kind !== 'park') failure = outcome.failure;
    else {
      unusable.push(segment);
      metrics.count('EffectParked');
      log.error('A segment of the policy cannot be used', { segment, code: outcome.failure.code });
    }
  }
  return { unusable, ...(failure && { failure }) };
}
