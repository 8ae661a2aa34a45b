import type { ContactKey } from '../../core/ledger/email.ts';
import type { Contacts } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';

export interface WantNowParts {
  readonly contacts: Pick<Contacts, 'wantAgain' | 'hasten'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Wants a contact again and has the sweep ring for it, though it may wait for something that is due in weeks. Also of
 * one that was wanted already: whoever died before it was hastened left it so. `inFull`: the next write is full.
 */
export async function wantNow(
  { contacts, clock }: WantNowParts,
  contact: ContactKey,
  inFull?: boolean,
): Promise<void> {
  const now = clock.now();
  if (await contacts.wantAgain(contact, now, inFull)) await contacts.hasten(contact, now);
}
