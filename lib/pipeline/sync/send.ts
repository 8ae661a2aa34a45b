import type { ContactWrite } from '../../core/contact/contact-write.ts';
import type { Failure, Outcome } from '../../core/ledger/failure.ts';
import type { MauticContact } from '../../core/ports/mautic.ts';
import type { Draft, SyncParts } from './parts.ts';

/** Tags exist before a contact carries them, and the ledger names all that may be in Mautic before it is. */
export async function prepare(parts: SyncParts, { lane, change }: Draft): Promise<Outcome<void>> {
  const ready = await parts.tags.ready(change?.addTags ?? []);
  if (ready.ok && change?.intent) await parts.contacts.saveWritten(lane.ring.contact, change.intent);
  return ready;
}

/** Remembered contacts by id, the others by e-mail, each kind in one go. */
export async function send(
  parts: SyncParts,
  drafts: readonly Draft[],
): Promise<ReadonlyMap<Draft, Outcome<MauticContact>>> {
  const edits = drafts.flatMap((draft) =>
    draft.mauticId === undefined ? [] : [{ draft, id: draft.mauticId }],
  );
  const creates = drafts.filter(({ mauticId }) => mauticId === undefined);
  const edited =
    edits.length === 0
      ? []
      : await parts.mautic.edit(edits.map(({ draft, id }) => ({ id, ...writeOf(draft) })));
  const created =
    creates.length === 0
      ? []
      : await parts.mautic.create(
          creates.map((draft) => ({ email: draft.profile.email, ...writeOf(draft) })),
        );
  const answers = new Map<Draft, Outcome<MauticContact>>();
  for (const [index, { draft }] of edits.entries()) answers.set(draft, answerAt(edited, index));
  for (const [index, draft] of creates.entries()) answers.set(draft, answerAt(created, index));
  return answers;
}

function writeOf({ change }: Draft): ContactWrite {
  return {
    fields: change?.fields ?? {},
    addTags: change?.addTags ?? [],
    removeTags: change?.removeTags ?? [],
  };
}

function answerAt(answers: readonly Outcome<MauticContact>[], index: number): Outcome<MauticContact> {
  return answers[index] ?? { ok: false, failure: MISSING_ANSWER };
}

export const MISSING_ANSWER: Failure = {
  kind: 'unknown',
  code: 'missing-answer',
  message: 'Mautic answered the batch without this contact; it will be looked at again',
};
