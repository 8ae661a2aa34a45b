import { canonicalJson } from '../../../core/ledger/version.ts';
import { connectionAt } from '../../../core/stores/connection.ts';
import { type Cursor, cursorOf, readCursor } from '../../../core/stores/store-progress.ts';
import { openBookmark } from '../bookmark.ts';
import type { Visit } from '../visit.ts';
import { readChanged } from './changed.ts';
import { isRead, ORDERS, PRODUCTS, type Reach, type Stream, SUBSCRIPTIONS, TRASH } from './modified.ts';

/** What changed so shortly before it was read is read again: a change may be stored a while after the moment it carries. */
const OVERLAP_MS = 20 * 60_000;
/** A store is read from this long before it was connected. */
const BEFORE_CONNECTION_MS = 3_600_000;

/** What changed since the last run. Each answers false when there is more. */
export const RECENT = [ORDERS, TRASH, PRODUCTS, SUBSCRIPTIONS].map(
  (stream) => async (visit: Visit) => !isRead(visit, stream) || readStream(visit, stream),
);

/** The cursor moves only past what is in the ledger, and never back. */
async function readStream(visit: Visit, stream: Stream): Promise<boolean> {
  const { registers, clock } = visit.parts;
  const cursor = await openBookmark(registers, cursorOf(visit.store.id, stream.name), readCursor);
  const from = cursor.value()?.from ?? (await beginningOf(visit));
  // A cursor ahead of us was set while the clock of the store was wrong.
  const after = Math.min(from, clock.now() - OVERLAP_MS);
  return readChanged(visit, { stream, after, as: `READ-${stream.name}` }, async (reach) => {
    const next = moved(cursor.value(), reach);
    if (canonicalJson(next) !== canonicalJson(cursor.value())) await cursor.save(next);
  });
}

/** The same a little later; only what was young when it was read is read once more. */
function moved(known: Cursor | undefined, { readTo, asOf, newest: read }: Reach): Cursor {
  const newest = greatest(known?.newest, read);
  return {
    readTo: greatest(known?.readTo, readTo) ?? readTo,
    from: greatest(known?.from, Math.min(readTo, asOf - OVERLAP_MS)) ?? 0,
    ...(newest !== undefined && { newest }),
  };
}

function greatest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** From when a store is read: epoch ms. */
export async function beginningOf({ parts, store }: Visit): Promise<number> {
  return (
    (await parts.things.connectedSince(store.id, connectionAt(parts.clock.now()))) - BEFORE_CONNECTION_MS
  );
}
