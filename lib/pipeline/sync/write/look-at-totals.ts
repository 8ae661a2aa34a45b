import { unseenTotals, withHeldTotals } from '../../../core/contact/held-totals.ts';
import { failed, type Outcome, sharedBy, succeeded } from '../../../core/ledger/failure.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import { planDraft } from '../draft/draft.ts';
import type { Draft, FieldInfos, SyncParts } from '../parts.ts';

/**
 * Before a total is written for the first time, while a store's history is missing: one look at what Mautic holds for
 * all of them. Where it holds something, the draft is planned again without it. Results stand in the order of the
 * drafts.
 */
export async function lookAtTotals(
  parts: SyncParts,
  drafts: readonly Draft[],
  fields: FieldInfos,
): Promise<readonly Outcome<Draft>[]> {
  const asked = new Set(drafts.filter((draft) => unseen(parts, draft).length > 0));
  if (asked.size === 0) return drafts.map((draft) => succeeded(draft));
  const found = await parts.mautic.findAll([...asked].map(({ profile }) => profile.email));
  if (!found.ok) {
    const failure = sharedBy(found.failure);
    return drafts.map((draft) => (asked.has(draft) ? failed(failure) : succeeded(draft)));
  }
  const looked = drafts.map((draft) => (asked.has(draft) ? keep(parts, draft, found.value) : draft.written));
  if (looked.some((written, index) => written !== drafts[index]?.written)) await parts.history.tellKept();
  return drafts.map((draft, index) => {
    const written = looked[index] ?? draft.written;
    return succeeded(written === draft.written ? draft : planDraft(parts, { ...draft, written }, fields));
  });
}

function unseen({ policy }: SyncParts, { pastMissing, change, written }: Draft): readonly string[] {
  if (!pastMissing || !change) return [];
  return unseenTotals(policy, written).filter((alias) => alias in change.fields);
}

/** Where somebody made the contact twice, the past of either is one. */
function keep(parts: SyncParts, draft: Draft, found: readonly MauticContact[]): Draft['written'] {
  const own = found.filter(({ email }) => email.toLowerCase() === draft.profile.email);
  return own.reduce(
    (written, { fields }) => withHeldTotals(written, unseenIn(written), fields),
    draft.written,
  );

  function unseenIn(written: Draft['written']): readonly string[] {
    return unseen(parts, { ...draft, written });
  }
}
