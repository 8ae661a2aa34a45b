import { unconsented } from '../../../core/contact/facts/consent.ts';
import { withoutKept } from '../../../core/contact/held-totals.ts';
import { forgotten } from '../../../core/contact/plan.ts';
import { type Failure, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import { hasOrderAfter, planDraft } from '../draft/draft.ts';
import type { Draft, Ending, FieldInfos, SyncParts, WorkParts } from '../parts.ts';
import { saveWritten } from '../save-written.ts';
import { takeBack } from './take-back.ts';

/** How a contact goes on: with this draft, or not at all. */
export type Course = { readonly draft: Draft } | { readonly ending: Ending };

/** A contact that no longer stands where it was remembered. */
export interface Moved {
  readonly draft: Draft;
  readonly fields: FieldInfos;
  /** What the answer to its write showed in its place. */
  readonly raced?: MauticContact;
}

/** An id is a contact's only while its address is there: people rename and merge in Mautic, and nobody follows them. */
export function isOf({ profile }: Pick<Draft, 'profile'>, { email }: MauticContact): boolean {
  return email.toLowerCase() === profile.email;
}

/** Its id belongs to another address: it is written anew, by its own. */
export async function renamed(parts: WorkParts, moved: Moved, found: MauticContact): Promise<Course> {
  const taken = await takeBack(parts, { ...moved, found, isRaced: moved.raced !== undefined });
  if (!taken.ok) return failing(inDoubt(taken.failure, moved));
  const { lane, written } = moved.draft;
  await saveWritten(parts, lane, forgotten(written));
  await parts.contacts.forgetMauticId(lane.ring.contact);
  return anew(parts, moved);
}

/** Its id is not there any more: it was deleted, or merged into another one that must not keep what was written. */
export async function gone(parts: WorkParts, moved: Moved): Promise<Course> {
  const { draft, raced } = moved;
  const looked = raced ? succeeded(raced) : await heirOf(parts, draft);
  if (!looked.ok) return failing(looked.failure);
  const heir = looked.value;
  if (heir && isOf(draft, heir)) return under(parts, moved, heir.id);
  if (heir) {
    const taken = await takeBack(parts, { draft, found: heir, isRaced: raced !== undefined });
    if (!taken.ok) return failing(inDoubt(taken.failure, moved));
  }
  return findAgain(parts, moved);
}

async function heirOf(
  { mautic }: SyncParts,
  { mauticId }: Draft,
): Promise<Outcome<MauticContact | undefined>> {
  return mauticId === undefined ? succeeded(undefined) : mautic.heir(mauticId);
}

/** Finds the contact by its exact e-mail. One that is nowhere stays away until its next order. */
export async function findAgain(parts: WorkParts, moved: Moved): Promise<Course> {
  const { draft } = moved;
  const found = await parts.mautic.find(draft.profile.email);
  if (!found.ok) return failing(found.failure);
  const [only, ...others] = found.value;
  if (others.length > 0) return failing(duplicates(found.value.length));
  if (only) return under(parts, moved, only.id);
  if (draft.withdrawn) return ABSENT;
  const seenAt = draft.written.seenAt ?? 0;
  if (hasOrderAfter(parts, draft.facts, seenAt)) return anew(parts, moved);
  parts.log.info('A contact was deleted or merged in Mautic; it stays away until its next order', {
    contact: draft.lane.ring.contact,
  });
  return { ending: { end: 'removed', seenAt } };
}

const ABSENT: Course = { ending: { end: 'absent' } };

/** In full, under the id where it stands now. */
function under(parts: SyncParts, { draft, fields }: Moved, mauticId: number): Course {
  const profile = { ...draft.profile, mauticId, doubt: true };
  // Totals that were left alone were so in another contact, and whoever left a segment left it there.
  const written = unconsented(withoutKept(draft.written));
  return { draft: planDraft(parts, { ...draft, profile, written }, fields) };
}

/** In full, by its e-mail. */
function anew(parts: SyncParts, { draft, fields }: Moved): Course {
  const { mauticId: _mauticId, ...rest } = draft.profile;
  const profile = { ...rest, doubt: true };
  const planned = planDraft(parts, { ...draft, profile, written: forgotten(draft.written) }, fields);
  // Nothing of it is ours any more, or nothing but that it existed made it a contact.
  if (planned.withdrawn) return ABSENT;
  return draft.createUntil === undefined ? { draft: planned } : failing(begun(draft.createUntil - draft.now));
}

/** Somebody else found that it has moved, too, and creates it. */
function begun(retryAfterMs: number): Failure {
  const message = 'Somebody else began to create this contact; it is looked at again when that has ended';
  return { kind: 'retry', code: 'moved', message, retryAfterMs };
}

function failing(failure: Failure): Course {
  return { ending: { end: 'failed', failure } };
}

/** What was written by mistake and is not taken back yet is looked for the next time. */
function inDoubt(failure: Failure, { raced }: Moved): Failure {
  return raced ? { kind: 'unknown', code: failure.code, message: failure.message } : failure;
}

function duplicates(count: number): Failure {
  return {
    kind: 'park',
    code: 'duplicate-contacts',
    message: `Mautic holds ${String(count)} contacts with this address and refuses every change to them; delete or merge all but one, then replay`,
  };
}
