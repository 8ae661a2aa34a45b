import type { Bookmark } from './bookmark.ts';
import { attempt, openVisit } from './one-store.ts';
import { rereadOrders, waitingOf } from './orders/rereads.ts';
import type { ReconcileParts } from './parts.ts';

/** Nothing new is started when the run has no more time than this. */
const RESERVED_MS = 30_000;

/** The orders themselves wait until they were folded and told, so a run that dies needs to leave nothing behind. */
const NOT_KEPT: Bookmark<never> = { value: () => undefined, save: async () => undefined };

/**
 * Every few minutes, between two runs of `reconcile`: only what `record` asks for, orders of which a webhook said
 * something else than was read. Where nothing waits it costs one read of the ledger for each store.
 */
export function createReread(parts: ReconcileParts): (remainingMs: () => number) => Promise<void> {
  return async function reread(remainingMs) {
    for (const store of parts.stores) {
      await attempt(parts, store, async () => {
        if ((await waitingOf(parts.registers, store.id)).length === 0) return;
        const hasTime = () => remainingMs() > RESERVED_MS;
        const visit = await openVisit(parts, store, { hasTime, unfinished: NOT_KEPT });
        if (visit) await rereadOrders(visit);
      });
    }
  };
}
