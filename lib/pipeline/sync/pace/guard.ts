import type { ContactKey } from '../../../core/ledger/email.ts';
import type { Ending, Lane, SyncParts } from '../parts.ts';

/** Contacts whose message must come again, and whether Mautic may still be at work for them. */
export type Crashed = Map<ContactKey, boolean>;

/** `unsettled`: Mautic may still be at work for this contact. */
export type Guard = <Value>(
  lane: Lane,
  work: () => Promise<Value>,
  unsettled?: boolean,
) => Promise<Value | undefined>;

/** The ledger failing one contact costs only that one's message. */
export function guarded(parts: SyncParts, crashed: Crashed): Guard {
  return async (lane, work, unsettled = false) => {
    try {
      return await work();
    } catch (error) {
      crashed.set(lane.ring.contact, unsettled);
      parts.log.error(
        'A contact could not be worked on; its message will come again',
        { contact: lane.ring.contact },
        error,
      );
      return undefined;
    }
  };
}

/** A request was sent, and nobody knows what became of it. */
export function isUnsettled(ending: Ending): boolean {
  return ending.end === 'failed' && ending.failure.kind === 'unknown';
}
