import type { Contacts, SurveyedContact } from '../../core/ports/ledger.ts';
import type { Clock } from '../../core/ports/telemetry.ts';
import { inParallel } from '../in-parallel.ts';

/** All marks fall into one partition of the work index, which takes 1,000 writes a second, live ones among them. */
const CHUNK = 50;
const CHUNK_MS = 100;

/**
 * Marks these contacts to be looked at again, `later`, no faster than the work index takes it. Also those that are
 * parked, ignored, or have nothing in Mautic: the policy decides whether that is right. `inFull`: the next write is full.
 */
export async function markLater(
  { contacts, clock }: { readonly contacts: Pick<Contacts, 'wantLater'>; readonly clock: Clock },
  some: readonly SurveyedContact[],
  inFull?: boolean,
): Promise<void> {
  for (let start = 0; start < some.length; start += CHUNK) {
    const startedAt = clock.now();
    await inParallel(some.slice(start, start + CHUNK), ({ contact }) =>
      contacts.wantLater(contact, clock.now(), inFull),
    );
    await clock.sleep(Math.max(0, startedAt + CHUNK_MS - clock.now()));
  }
}
