import { ORDERS, readModified, type Stream, TRASH } from './modified.ts';
import { beginningOf } from './recent.ts';
import { openRound, unhurried } from './rounds.ts';
import { takeIn } from './take-in.ts';
import { ask, type Visit } from './visit.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Hour of the day, UTC: few shops in Europe and America are busy then. */
const HOUR = 3;
const AGAIN_MS = 3 * DAY_MS;
const PER_PAGE = 100;

/**
 * Once a day, what a cursor cannot find: the orders of the last three days once more, and all customers, for whom a
 * store answers no "changed since". @returns false when the next run has to go on.
 */
export async function readNightly(hurried: Visit): Promise<boolean> {
  const visit = unhurried(hurried);
  const since = lastNight(visit.parts.clock.now());
  for (const stream of [ORDERS, TRASH]) {
    if (!(await readAgain(visit, stream, since))) return false;
  }
  return readCustomers(visit, since);
}

/** The last time, epoch ms, that it struck three. */
function lastNight(now: number): number {
  return Math.floor((now - HOUR * HOUR_MS) / DAY_MS) * DAY_MS + HOUR * HOUR_MS;
}

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
  const { startedAt } = round;
  let { page = 0, total = 0 } = round;
  for (;;) {
    if (!visit.hasTime()) return false;
    const answer = await ask(visit, { kind: 'customer', page: page + 1 });
    await takeIn(
      visit,
      'customer',
      answer.items.map((item) => ({ item, now: answer.now })),
    );
    const shrank = page > 0 && answer.total < total;
    page += shrank ? -1 : 1;
    total = answer.total;
    const done = !shrank && page * PER_PAGE >= total;
    await bookmark.save(done ? { startedAt, done } : { startedAt, done, page, total });
    if (done) return true;
  }
}
