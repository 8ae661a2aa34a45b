import type { Written } from '../../core/contact/contact.ts';
import { together } from '../../core/contact/edition.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { Lane, SyncParts } from './parts.ts';

/** Others may save at the same time. */
const MAX_TRIES = 20;

/** Begins the author of what two have written: from then on both find it to be somebody else's, each time they save. */
const BOTH = 'both.';

/**
 * Saves what may be in Mautic for a contact by now. What somebody else has saved since it was read stays known beside
 * it: the lane of the queue keeps two writers apart, unless somebody emptied the queue while one was at it.
 * @returns whether somebody else had.
 * @throws Error when others keep saving.
 */
export async function saveWritten(
  { contacts }: Pick<SyncParts, 'contacts'>,
  { ring: { contact }, turn }: Lane,
  written: Written,
): Promise<boolean> {
  let standing = await contacts.saveWritten(contact, written, turn);
  if (!standing || !turn) return false;
  const author = `${BOTH}${turn.author}`;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const onto = standing.edition && { onto: standing.edition.name };
    const both = together(written, standing.written);
    standing = await contacts.saveWritten(contact, both, { author, ...onto });
    if (!standing) return true;
  }
  throw new Error(`what was written was changed by others ${String(MAX_TRIES)} times in a row`);
}

/** Saves what is about to be written: nothing is, if somebody else has begun to since the contact was read. */
export async function saveIntent(
  { contacts, clock }: Pick<SyncParts, 'contacts' | 'clock'>,
  { ring: { contact }, turn }: Lane,
  intent: Written,
): Promise<Outcome<void>> {
  const open = turn && { ...turn, openSince: clock.now() };
  return (await contacts.saveWritten(contact, intent, open)) ? failed(OVERTAKEN) : succeeded(undefined);
}

const OVERTAKEN: Failure = {
  kind: 'retry',
  code: 'overtaken',
  message: 'Somebody else was writing this contact at the same time; it is looked at again',
};
