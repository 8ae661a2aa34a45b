import { TOO_MANY } from '../../../core/stores/store-api.ts';
import { type Round, readRound } from '../../../core/stores/store-progress.ts';
import { clockOf } from '../answering.ts';
import { type Bookmark, openBookmark } from '../bookmark.ts';
import { Unread, type Visit } from '../visit.ts';
import { readById } from './by-id.ts';
import { type Moved, readModified, type Stream } from './modified.ts';

interface Reading {
  readonly stream: Stream;
  /** Epoch ms. */
  readonly after: number;
  /** Which reading it is: each goes on by itself. */
  readonly as: string;
}

/**
 * Reads what changed as `readModified` does. Where a store that is walked by ids finds more than it can answer at once,
 * after an import, say, or after the bridge was away for long, everything there is is gone through by its ids, over several runs where it
 * must: nobody has to do anything, and what is needed of memory stays the same.
 * @returns false when the next run has to go on.
 * @throws Unread when the store does not answer; Error when the ledger did not take all of it.
 */
export async function readChanged(visit: Visit, reading: Reading, moved: Moved): Promise<boolean> {
  if (!visit.api.walksById) return readModified(visit, reading, moved);
  const register = { of: { store: visit.store.id }, name: `WALK-${reading.as}` } as const;
  const bookmark = await openBookmark(visit.parts.registers, register, readRound);
  const known = bookmark.value();
  if (known && !known.done) return walk(visit, { reading, bookmark, round: known }, moved);
  try {
    return await readModified(visit, reading, moved);
  } catch (error) {
    if (!(error instanceof Unread) || error.failure.code !== TOO_MANY) throw error;
    const { store, parts } = visit;
    const fields = { store: store.id, kind: reading.stream.kind };
    parts.log.warn(
      'More has changed than the store can be asked for at once; all of it is gone through',
      fields,
    );
    // The next reading begins there, and asks by the store's clock.
    const startedAt = (await clockOf(visit, reading.stream)) ?? parts.clock.now();
    const round: Round = { startedAt, done: false, readTo: reading.after };
    await bookmark.save(round);
    return walk(visit, { reading, bookmark, round }, moved);
  }
}

interface Walk {
  readonly reading: Reading;
  readonly bookmark: Bookmark<Round>;
  /** `after`: the last id in the ledger; `readTo`: what changed before it is left out. */
  readonly round: Round;
}

async function walk(
  visit: Visit,
  { reading: { stream }, bookmark, round }: Walk,
  moved: Moved,
): Promise<boolean> {
  const { startedAt, readTo: from = 0, after = '0' } = round;
  const finished = await readById(visit, { kind: stream.kind, afterId: after, from }, (id) =>
    bookmark.save({ startedAt, done: false, readTo: from, after: id }),
  );
  if (!finished) return false;
  await moved({ readTo: startedAt, asOf: startedAt, newest: undefined });
  await bookmark.save({ startedAt, done: true });
  return true;
}
