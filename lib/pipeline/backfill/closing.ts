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

/**
 * Everything is read. If nothing is missing, the ledger says from now on that it knows the store's history; totals that
 * were left alone until then are written, and so everybody is looked at again.
 */
export async function endReading({ parts, store, progress }: Closing): Promise<void> {
  const { backfill } = progress;
  const isComplete = isWhole(backfill) && (await unshownOf(parts, store)) === 0;
  const known = await parts.registers.read(historyOf(store));
  const history = readHistory(known?.text);
  const now = parts.clock.now();
  // A run may have died just after it wrote that.
  const isNew = history === undefined || history.completeAt >= backfill.startedAt;
  if (isComplete && history === undefined)
    await parts.registers.write(historyOf(store), historyText(now), known?.revision);
  if (isComplete && isNew) await progress.enter('telling', { completeAt: now });
  else await progress.enter('writing', { writingAt: now });
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
 * to an end, or segments may be settled now, for which everybody is looked at once more.
 */
export async function awaitWriting({ parts, store, progress, hasTime }: Closing): Promise<boolean> {
  const { writingAt = 0, left: before, options, segmentsAt } = progress.backfill;
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
  const receipt = await writeReceipt({ parts, store, progress, hasTime });
  if (!receipt) return false;
  await progress.advance({ state: 'finished', left: 0, finishedAt: parts.clock.now(), receipt });
  return true;
}
