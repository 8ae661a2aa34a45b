import { isErased } from '../../core/ledger/order-marks.ts';
import type { SurveyedOrder } from '../../core/ports/ledger.ts';
import { lookFor } from './look-for.ts';
import { openRound, unhurried } from './rounds.ts';
import { MOST_IDS } from './take-in.ts';
import type { Visit } from './visit.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
/** Batches a run: the store has customers to serve, and the ledger is read from end to end. */
const MOST_BATCHES = 20;
/** Pages of the ledger that may hold nothing of this store before that counts as a batch. */
const MOST_PAGES = 50;

/**
 * Once a week: asks the store for every order of the ledger, because erasing one for good tells nobody (facts/
 * woocommerce §1.14). @returns false when the next run has to go on.
 */
export async function findErased(hurried: Visit): Promise<boolean> {
  const visit = unhurried(hurried);
  const work = await openRound(visit, 'ERASED', visit.parts.clock.now() - WEEK_MS);
  if (!work) return true;
  const { bookmark, round } = work;
  const { startedAt } = round;
  let { after } = round;
  for (let batches = 0; batches < MOST_BATCHES; batches += 1) {
    if (!visit.hasTime()) return false;
    const { orders, next } = await gather(visit, after);
    for (let start = 0; start < orders.length; start += MOST_IDS) {
      if (!visit.hasTime()) return false;
      await read(visit, orders.slice(start, start + MOST_IDS));
    }
    after = next;
    await bookmark.save({ startedAt, done: next === undefined, ...(next !== undefined && { after: next }) });
    if (next === undefined) return true;
  }
  return false;
}

interface Gathered {
  readonly orders: readonly SurveyedOrder[];
  readonly next: string | undefined;
}

/** Enough orders of this store for a question, or all that are left. */
async function gather({ parts, store, hasTime }: Visit, after: string | undefined): Promise<Gathered> {
  const orders: SurveyedOrder[] = [];
  let next = after;
  let pages = 0;
  do {
    const page = await parts.survey.orders(next);
    orders.push(...page.items.filter(({ ref }) => ref.store === store.id));
    next = page.next;
    pages += 1;
  } while (next !== undefined && orders.length < MOST_IDS && pages < MOST_PAGES && hasTime());
  return { orders, next };
}

/** Those that are known to be erased are not asked for once more. */
async function read(visit: Visit, orders: readonly SurveyedOrder[]): Promise<void> {
  const erased = new Set(
    orders.filter(({ entry: { state } }) => state.type === 'order' && isErased(state)).map(({ ref }) => ref),
  );
  await lookFor(
    visit,
    orders.map(({ ref }) => ref),
    (ref) => erased.has(ref),
  );
}
