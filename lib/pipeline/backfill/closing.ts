import { isWhole } from '../../core/stores/backfill.ts';
import { historyOf, historyText, readHistory } from '../../core/stores/history.ts';
import { HISTORY_REMEMBERED_MS } from '../registers/history.ts';
import { markLater } from '../wants/mark-later.ts';
import { type Closing, unshownOf, writeReceipt } from './receipt.ts';

/** As many are counted; more are "at least so many". */
const MOST_COUNTED = 5_000;
/** The index of the work list may be behind by so much. */
const SETTLING_MS = 10_000;
/** Longer than a batch of `sync` takes that began while segments were left alone. */
const BATCH_MS = 240_000;
const ANY_TIME = Number.MAX_SAFE_INTEGER;

/** Everything is read. If the store's history is known by that, everybody is looked at again. */
export async function endReading(closing: Closing): Promise<void> {
  const { parts, progress } = closing;
  if (await makesKnown(closing)) await progress.enter('telling', { completeAt: parts.clock.now() });
  else await progress.enter('writing', { writingAt: parts.clock.now() });
}

/**
 * Whether nothing is missing. Then the ledger says from now on that it knows the store's history; totals that were left
 * alone until then are to be written.
 */
async function makesKnown({ parts, store, progress: { backfill } }: Closing): Promise<boolean> {
  if (!isWhole(backfill) || (await unshownOf(parts, store)) > 0) return false;
  const known = await parts.registers.read(historyOf(store));
  const history = readHistory(known?.text);
  if (history === undefined)
    await parts.registers.write(historyOf(store), historyText(parts.clock.now()), known?.revision);
  // A run may have died just after it wrote that.
  return history === undefined || history.completeAt >= backfill.startedAt;
}

/**
 * Has every contact looked at again, once no instance of `sync` can still believe what was true before: who was told
 * sooner could be settled by that. @returns false when the next run has to go on.
 */
export async function tellAll({ parts, progress, hasTime }: Closing): Promise<boolean> {
  const { completeAt = 0, segmentsAt = 0 } = progress.backfill;
  const from = Math.max(completeAt + HISTORY_REMEMBERED_MS, segmentsAt === 0 ? 0 : segmentsAt + BATCH_MS);
  if (parts.clock.now() < from) return false;
  for (;;) {
    if (!hasTime()) return false;
    const { after, told = 0 } = progress.backfill;
    const { items, next } = await parts.survey.profiles(after);
    await markLater(parts, items);
    if (next === undefined) {
      await progress.enter('writing', { told: told + items.length, writingAt: parts.clock.now() });
      return true;
    }
    await progress.advance({ after: next, told: told + items.length });
  }
}

/**
 * Waits until nobody is left whose work can wait. @returns false when the next run has to go on; true when it has come
 * to an end, or everybody is looked at once more: segments may be settled now, or the history has become known.
 */
export async function awaitWriting(closing: Closing): Promise<boolean> {
  const { parts, progress } = closing;
  const { writingAt = 0, left: before, options, segmentsAt, completeAt } = progress.backfill;
  const now = parts.clock.now();
  if (now < writingAt + SETTLING_MS) return false;
  const waiting = await parts.contacts.due('later', ANY_TIME, MOST_COUNTED);
  const left = waiting.length;
  if (left > 0) {
    if (left !== before) await progress.advance({ left });
    return false;
  }
  if (options.noSegments && segmentsAt === undefined) {
    await progress.enter('telling', { segmentsAt: now, left: 0 });
    return true;
  }
  // What the store could not show when it was read it may have shown since.
  if (completeAt === undefined && (await makesKnown(closing))) {
    await progress.enter('telling', { completeAt: now, left: 0 });
    return true;
  }
  const receipt = await writeReceipt(closing);
  if (!receipt) return false;
  await progress.advance({ state: 'finished', left: 0, finishedAt: parts.clock.now(), receipt });
  return true;
}
