import type { Round } from '../../core/stores/store-progress.ts';
import { ORDERS, readModified, type Stream, TRASH } from './modified.ts';
import { beginningOf } from './recent.ts';
import { lastNight, openRound, unhurried } from './rounds.ts';
import { takeIn } from './take-in.ts';
import type { Visit } from './visit.ts';
import { askWhole, isLast } from './whole-page.ts';

const AGAIN_MS = 3 * 24 * 3_600_000;

/**
 * Once a day, what a cursor cannot find: the orders of the last three days once more, and all customers, for whom a
 * store answers no "changed since". Each answers false when the next run has to go on.
 */
export const NIGHTLY = [
  (visit: Visit, since: number) => readAgain(visit, ORDERS, since),
  (visit: Visit, since: number) => readAgain(visit, TRASH, since),
  readCustomers,
].map((reading) => (visit: Visit) => reading(unhurried(visit), lastNight(visit.parts.clock.now())));

async function readAgain(visit: Visit, stream: Stream, since: number): Promise<boolean> {
  const work = await openRound(visit, `AGAIN-${stream.name}`, since);
  if (!work) return true;
  const { bookmark, round } = work;
  const { startedAt } = round;
  const start = Math.max(startedAt - AGAIN_MS, await beginningOf(visit));
  const finished = await readModified(visit, { stream, after: round.readTo ?? start }, ({ readTo }) =>
    bookmark.save({ startedAt, done: false, readTo }),
  );
  if (finished) await bookmark.save({ startedAt, done: true });
  return finished;
}

/** By id, page by page. When there are fewer than before, some have moved to a page that was read: one page back. */
async function readCustomers(visit: Visit, since: number): Promise<boolean> {
  const work = await openRound(visit, 'CUSTOMERS', since);
  if (!work) return true;
  const { bookmark, round } = work;
  let next: Round = round;
  while (!next.done) {
    if (!visit.hasTime()) return false;
    next = await readPage(visit, next);
    await bookmark.save(next);
  }
  return true;
}

async function readPage(visit: Visit, { startedAt, page = 0, total = 0 }: Round): Promise<Round> {
  const answer = await askWhole(visit, { kind: 'customer', page: page + 1 });
  await takeIn(visit, 'customer', answer.items);
  const now = answer.total ?? total;
  if (page > 0 && now < total) return { startedAt, done: false, page: page - 1, total: now };
  if (isLast(answer, page + 1)) return { startedAt, done: true };
  return { startedAt, done: false, page: page + 1, total: now };
}
