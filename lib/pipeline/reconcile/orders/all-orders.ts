import type { SurveyedThing } from '../../../core/ports/ledger.ts';
import { MOST_IDS } from '../pages/take-in.ts';
import type { RoundInWork } from '../rounds.ts';
import type { Visit } from '../visit.ts';

/** Pages of the ledger that may hold nothing of this store before that counts as a batch. */
const MOST_PAGES = 50;

/** What is done with the orders of the ledger, at most a hundred at a time. */
export interface Look {
  /** Batches a run: the store has customers to serve, and the ledger is read from end to end. */
  readonly mostBatches: number;
  readonly at: (orders: readonly SurveyedThing[]) => Promise<void>;
}

/** Goes through every order of this store that the ledger holds. @returns false when the next run has to go on. */
export async function lookAtAll(
  visit: Visit,
  { bookmark, round }: RoundInWork,
  look: Look,
): Promise<boolean> {
  const { startedAt } = round;
  let { after } = round;
  for (let batches = 0; batches < look.mostBatches; batches += 1) {
    if (!visit.hasTime()) return false;
    const { orders, next } = await gather(visit, after);
    for (let start = 0; start < orders.length; start += MOST_IDS) {
      if (!visit.hasTime()) return false;
      await look.at(orders.slice(start, start + MOST_IDS));
    }
    after = next;
    await bookmark.save({ startedAt, done: next === undefined, ...(next !== undefined && { after: next }) });
    if (next === undefined) return true;
  }
  return false;
}

interface Gathered {
  readonly orders: readonly SurveyedThing[];
  readonly next: string | undefined;
}

/** Enough orders of this store for a question, or all that are left. */
async function gather({ parts, store, hasTime }: Visit, after: string | undefined): Promise<Gathered> {
  const orders: SurveyedThing[] = [];
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
