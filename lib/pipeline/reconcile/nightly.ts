import type { StorePage } from '../../core/stores/store-api.ts';
import type { Round } from '../../core/stores/store-progress.ts';
import { ORDERS, readModified, type Stream, TRASH } from './modified.ts';
import { beginningOf } from './recent.ts';
import { openRound, unhurried } from './rounds.ts';
import { takeIn } from './take-in.ts';
import { ask, Unread, type Visit } from './visit.ts';

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
  for (const role of rolesOf(visit)) {
    if (!(await readCustomers(visit, role, since))) return false;
  }
  return true;
}

/** What is asked for: one list for each role, or one of everybody. */
function rolesOf({ parts: { customerRoles = [CUSTOMER] } }: Visit): readonly string[] {
  return customerRoles.includes('*') ? [EVERYBODY] : [...new Set(customerRoles)];
}

/** What stores show unless another role is asked for. */
const CUSTOMER = 'customer';
const EVERYBODY = 'all';

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

async function readCustomers(visit: Visit, role: string, since: number): Promise<boolean> {
  const work = await openRound(visit, role === CUSTOMER ? 'CUSTOMERS' : `CUSTOMERS-${role}`, since);
  if (!work) return true;
  let { round } = work;
  while (!round.done) {
    if (!visit.hasTime()) return false;
    round = await readCustomerPage(visit, role, round);
    await work.bookmark.save(round);
  }
  return true;
}

/** By id, page by page. When there are fewer than before, some have moved to a page that was read: one page back. */
async function readCustomerPage(visit: Visit, role: string, round: Round): Promise<Round> {
  const { startedAt, page: read = 0, total: before = 0 } = round;
  const answer = await askForCustomers(visit, role, read + 1);
  if (!answer) return { startedAt, done: true };
  const { items, total, now } = answer;
  await takeIn(
    visit,
    'customer',
    items.map((item) => ({ item, now })),
  );
  const shrank = read > 0 && total < before;
  const page = read + (shrank ? -1 : 1);
  const done = !shrank && page * PER_PAGE >= total;
  return done ? { startedAt, done } : { startedAt, done, page, total };
}

/** `undefined`: this store knows no such role, which another one may. */
async function askForCustomers(visit: Visit, role: string, page: number): Promise<StorePage | undefined> {
  if (role === CUSTOMER) return ask(visit, { kind: 'customer', page });
  try {
    return await ask(visit, { kind: 'customer', page, role });
  } catch (error) {
    if (!(error instanceof Unread) || error.failure.code !== 'bad-request') throw error;
    const fields = { store: visit.store.id, role, remedy: error.failure.message };
    visit.parts.log.warn('A store knows no customers of a role that policy.customerRoles names', fields);
    return undefined;
  }
}
