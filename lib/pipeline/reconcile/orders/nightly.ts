import type { StoreQuestion } from '../../../core/stores/store-api.ts';
import type { Round } from '../../../core/stores/store-progress.ts';
import { takeIn } from '../pages/take-in.ts';
import { askWhole, isLast, type WholePage } from '../pages/whole-page.ts';
import { lastNight, openRound, unhurried } from '../rounds.ts';
import { readItem, Unread, type Visit } from '../visit.ts';
import { HIGHEST_ID, readBack, readById } from './by-id.ts';
import { readChanged } from './changed.ts';
import { isRead, ORDERS, type Stream, SUBSCRIPTIONS, TRASH } from './modified.ts';
import { beginningOf } from './recent.ts';

const DAY_MS = 24 * 3_600_000;
const AGAIN_MS = 3 * DAY_MS;
/** An order older than this is seldom edited by hand. */
const MONTH_MS = 30 * DAY_MS;

/**
 * Once a day, what a cursor cannot find: the orders of the last three days once more, and all customers, for whom a
 * store answers no "changed since", nor some stores for products. Where an edited address moves no date of its order, or
 * nothing can be asked for by date, the orders of a month are gone through, its views and its subscriptions. Each answers
 * false when the next run has to go on.
 */
export const NIGHTLY = [
  (visit: Visit, since: number) => readAgain(visit, ORDERS, since),
  (visit: Visit, since: number) => readAgain(visit, TRASH, since),
  (visit: Visit, since: number) => readAgain(visit, SUBSCRIPTIONS, since),
  walkOrders,
  walkViews,
  walkSubscriptions,
  readCustomers,
  readProducts,
].map((reading) => (visit: Visit) => reading(unhurried(visit), lastNight(visit.parts.clock.now())));

/** What is asked for: one list for each role, or one of everybody. */
export function rolesOf({ parts: { customerRoles = [CUSTOMER] } }: Pick<Visit, 'parts'>): readonly string[] {
  return customerRoles.includes('*') ? [EVERYBODY] : [...new Set(customerRoles)];
}

/** What stores show unless another role is asked for. */
const CUSTOMER = 'customer';
const EVERYBODY = 'all';

async function readAgain(visit: Visit, stream: Stream, since: number): Promise<boolean> {
  if (!isRead(visit, stream)) return true;
  const work = await openRound(visit, `AGAIN-${stream.name}`, since);
  if (!work) return true;
  const { bookmark, round } = work;
  const { startedAt } = round;
  const start = Math.max(startedAt - AGAIN_MS, await beginningOf(visit));
  const after = round.readTo ?? start;
  const finished = await readChanged(visit, { stream, after, as: `AGAIN-${stream.name}` }, ({ readTo }) =>
    bookmark.save({ startedAt, done: false, readTo }),
  );
  if (finished) await bookmark.save({ startedAt, done: true });
  return finished;
}

async function walkOrders(visit: Visit, since: number): Promise<boolean> {
  if (!visit.api.walksById) return true;
  return walk(visit, { name: 'BACK-orders', since }, ({ startedAt, after }, from, moved) => {
    const oldest = startedAt - AGAIN_MS - MONTH_MS;
    return readBack(visit, { beforeId: after ?? HIGHEST_ID, from, oldest }, moved);
  });
}

async function walkSubscriptions(visit: Visit, since: number): Promise<boolean> {
  if (!visit.api.walksById || !isRead(visit, SUBSCRIPTIONS)) return true;
  return walk(visit, { name: 'BY-ID-subscriptions', since }, ({ after = '0' }, from, moved) =>
    readById(visit, { kind: 'subscription', afterId: after, from }, moved),
  );
}

interface Daily {
  /** Of its register. */
  readonly name: string;
  /** Epoch ms. */
  readonly since: number;
}

/** Goes through something by ids, those that changed in the last three days, over several runs where it must. */
async function walk(
  visit: Visit,
  { name, since }: Daily,
  step: (round: Round, from: number, moved: (id: string) => Promise<void>) => Promise<boolean>,
): Promise<boolean> {
  const work = await openRound(visit, name, since);
  if (!work) return true;
  const { startedAt } = work.round;
  const from = Math.max(startedAt - AGAIN_MS, await beginningOf(visit));
  const finished = await step(work.round, from, (after) =>
    work.bookmark.save({ startedAt, done: false, after }),
  );
  if (finished) await work.bookmark.save({ startedAt, done: true });
  return finished;
}

async function walkViews(visit: Visit, since: number): Promise<boolean> {
  for (const view of visit.api.views ?? [])
    if (!(await readPages(visit, { name: `VIEW-${view}`, since }, { kind: 'order', view }))) return false;
  return true;
}

async function readCustomers(visit: Visit, since: number): Promise<boolean> {
  for (const role of rolesOf(visit)) {
    if (!(await readRole(visit, role, since))) return false;
  }
  return true;
}

async function readRole(visit: Visit, role: string, since: number): Promise<boolean> {
  const work = await openRound(visit, role === CUSTOMER ? 'CUSTOMERS' : `CUSTOMERS-${role}`, since);
  if (!work) return true;
  let next: Round = work.round;
  while (!next.done) {
    if (!visit.hasTime()) return false;
    next = await readCustomersPage(visit, role, next);
    await work.bookmark.save(next);
  }
  return true;
}

/** By id, page by page. When there are fewer than before, some have moved to a page that was read: one page back. */
export async function readCustomersPage(visit: Visit, role: string, round: Round): Promise<Round> {
  const answer = await askForCustomers(visit, role, (round.page ?? 0) + 1);
  if (!answer) return { startedAt: round.startedAt, done: true };
  await takeIn(visit, 'customer', answer.items);
  return afterPage(round, answer);
}

/** How far the round is once this page is in the ledger. */
function afterPage({ startedAt, page = 0, total = 0 }: Round, answer: WholePage): Round {
  const now = answer.total ?? total;
  if (page > 0 && now < total) return { startedAt, done: false, page: page - 1, total: now };
  if (isLast(answer, page + 1)) return { startedAt, done: true };
  return { startedAt, done: false, page: page + 1, total: now };
}

/** What an order names and nobody described is read with the order. */
async function readProducts(visit: Visit, since: number): Promise<boolean> {
  return !visit.api.walksProducts || readPages(visit, { name: 'PRODUCTS', since }, { kind: 'product' });
}

/** Page by page, those that changed in the last three days. */
async function readPages(
  visit: Visit,
  { name, since }: Daily,
  list: Pick<StoreQuestion, 'kind' | 'view'>,
): Promise<boolean> {
  const work = await openRound(visit, name, since);
  if (!work) return true;
  let next: Round = work.round;
  const from = Math.max(next.startedAt - AGAIN_MS, await beginningOf(visit));
  while (!next.done) {
    if (!visit.hasTime()) return false;
    const answer = await askWhole(visit, { ...list, page: (next.page ?? 0) + 1 });
    const changed = answer.items.filter(
      (item) => (readItem(visit, list.kind, item).modifiedAt ?? from) >= from,
    );
    await takeIn(visit, list.kind, changed);
    next = afterPage(next, answer);
    await work.bookmark.save(next);
  }
  return true;
}

/** `undefined`: this store knows no such role, which another one may. */
async function askForCustomers(visit: Visit, role: string, page: number): Promise<WholePage | undefined> {
  if (role === CUSTOMER) return askWhole(visit, { kind: 'customer', page });
  try {
    return await askWhole(visit, { kind: 'customer', page, role });
  } catch (error) {
    if (!(error instanceof Unread) || error.failure.code !== 'bad-request') throw error;
    const fields = { store: visit.store.id, role, remedy: error.failure.message };
    visit.parts.log.warn('A store knows no customers of a role that policy.customerRoles names', fields);
    return undefined;
  }
}
