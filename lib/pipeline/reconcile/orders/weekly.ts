import { isErased } from '../../../core/ledger/fold/order-marks.ts';
import type { SurveyedThing } from '../../../core/ports/ledger.ts';
import { openRound, unhurried } from '../rounds.ts';
import type { Visit } from '../visit.ts';
import { lookAtAll } from './all-orders.ts';
import { lookFor } from './look-for.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const MOST_BATCHES = 20;
/** Its name is from the time when this alone found what was erased. */
export const WEEKLY = 'ERASED';

/**
 * Once a week: reads every order of the ledger once more, for what moves no date and tells nobody, and for those that
 * came back. @returns false when the next run has to go on.
 */
export async function readWeekly(hurried: Visit): Promise<boolean> {
  const visit = unhurried(hurried);
  const work = await openRound(visit, WEEKLY, visit.parts.clock.now() - WEEK_MS);
  if (!work) return true;
  return lookAtAll(visit, work, { mostBatches: MOST_BATCHES, at: (orders) => readAgain(visit, orders) });
}

/** Those that are known to be erased are not asked for once more. */
async function readAgain(visit: Visit, orders: readonly SurveyedThing[]): Promise<void> {
  const erased = new Set(
    orders.filter(({ entry: { state } }) => state.type === 'order' && isErased(state)).map(({ ref }) => ref),
  );
  await lookFor(
    visit,
    orders.map(({ ref }) => ref),
    (ref) => erased.has(ref),
  );
}
