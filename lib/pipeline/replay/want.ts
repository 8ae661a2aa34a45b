import type { Ring } from '../../core/contact/contact.ts';
import type { ContactKey } from '../../core/ledger/email.ts';
import type { ReplayParts, Run } from './parts.ts';

/** A ring that gets lost costs this long: then `sweep` rings. */
const DOORBELL_GRACE_MS = 60_000;

/** Wants a contact again: at once where somebody named it; where many are selected, after live work. */
export async function want({ parts, direct }: Run, contact: ContactKey, inFull: boolean): Promise<void> {
  const { contacts, clock } = parts;
  if (!direct) return contacts.wantLater(contact, clock.now(), inFull);
  const due = clock.now() + DOORBELL_GRACE_MS;
  const result = await contacts.wantAgain(contact, due, inFull);
  if (!result) return;
  await ring(parts, { contact, wanted: result.wanted, attempts: result.attempts });
}

async function ring({ doorbell, log }: ReplayParts, one: Ring): Promise<void> {
  try {
    await doorbell.ring([one]);
  } catch (error) {
    log.warn('Could not ring; the sweep will', { contacts: 1 }, error);
  }
}
