import type { ContactWrite } from '../../../core/contact/contact-write.ts';
import { failed, type Outcome } from '../../../core/ledger/failure.ts';
import type { MauticContact } from '../../../core/ports/mautic.ts';
import { MISSING_ANSWER } from '../pace/send.ts';
import type { WorkParts } from '../parts.ts';
import { type Somebody, whileTheirs } from '../strangers.ts';

/** Edits one contact by its id while that is still this address's (lower case): an edit follows whoever was merged away. */
export function editOwn(
  parts: WorkParts,
  somebody: Somebody,
  write: ContactWrite,
): Promise<Outcome<MauticContact>> {
  return whileTheirs(parts, somebody, async ({ mautic }) => {
    const [answer] = await mautic.edit([{ id: somebody.contactId, ...write }]);
    return answer ?? failed(MISSING_ANSWER);
  });
}
