import type { ContactWrite } from '../../../core/contact/contact-write.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { isOpaque } from '../../../core/pace/evidence.ts';
import type { MauticContact, TagsReady } from '../../../core/ports/mautic.ts';
import type { Draft, SyncParts } from '../parts.ts';
import { saveIntent } from '../save-written.ts';
import { isUp } from './is-up.ts';

/** Before this attempt a tag that Mautic fails to make is waited for: it may be no fault of the tag. */
const ATTEMPTS_FOR_TAGS = 6;

/** Tags exist before a contact carries them, and the ledger names all that may be in Mautic before it is. */
export async function prepare(parts: SyncParts, draft: Draft): Promise<Outcome<void>> {
  const { lane, change } = draft;
  const { spellings, failures } = await parts.tags.ready(change?.addTags ?? []);
  const needed = [...failures.values()].find((failure) => !isGivenUp(draft, failure));
  if (needed) return failed(needed);
  const [silent] = [...failures.values()].filter((failure) => isOpaque(failure));
  if (silent && !(await isUp(parts, draft.profile.email))) return failed(silent);
  for (const { code, message } of new Set(failures.values())) {
    const fields = { contact: lane.ring.contact, code, cause: message };
    parts.log.error('A tag cannot be had; the contact is written without it for now', fields);
  }
  // Whoever comes while a contact is being created has to know of it, also when nothing new is named.
  const intent = change?.intent ?? (draft.mauticId === undefined ? draft.written : undefined);
  if (intent) {
    const { tags, unsureTags } = intent;
    const spelt = (tag: string) => spellings.get(tag) ?? tag;
    return saveIntent(parts, lane, {
      ...intent,
      tags: tags.map(spelt),
      ...(unsureTags && { unsureTags: unsureTags.map(spelt) }),
    });
  }
  return succeeded(undefined);
}

/** A tag that Mautic refuses, or fails at again and again, keeps nobody from all the rest. */
function isGivenUp({ profile }: Draft, failure: Failure): boolean {
  if (failure.kind === 'park' || failure.kind === 'repair') return true;
  return isOpaque(failure) && !failure.shared && profile.attempts >= ATTEMPTS_FOR_TAGS;
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
  const tags = await parts.tags.ready(drafts.flatMap(({ change }) => change?.addTags ?? []));
  const edited =
    edits.length === 0
      ? []
      : await parts.mautic.edit(edits.map(({ draft, id }) => ({ id, ...writeOf(draft, tags) })));
  const created =
    creates.length === 0
      ? []
      : await parts.mautic.create(
          creates.map((draft) => ({ email: draft.profile.email, ...writeOf(draft, tags) })),
        );
  const answers = new Map<Draft, Outcome<MauticContact>>();
  for (const [index, { draft }] of edits.entries()) answers.set(draft, answerAt(edited, index));
  for (const [index, draft] of creates.entries()) answers.set(draft, answerAt(created, index));
  return answers;
}

/** Tags as Mautic spells them; those that cannot be had are left out, because two contacts would make two rows. */
function writeOf({ change }: Draft, { spellings, failures }: TagsReady): ContactWrite {
  const addTags = change?.addTags ?? [];
  return {
    fields: change?.fields ?? {},
    addTags: addTags.filter((tag) => !failures.has(tag)).map((tag) => spellings.get(tag) ?? tag),
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
