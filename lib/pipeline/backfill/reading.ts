import type { Backfill } from '../../core/stores/backfill.ts';
import type { StoreKind, StoreQuestion } from '../../core/stores/store-api.ts';
import { readById } from '../reconcile/orders/by-id.ts';
import { isRead, ORDERS, readModified, SUBSCRIPTIONS, TRASH } from '../reconcile/orders/modified.ts';
import { readCustomersPage, rolesOf } from '../reconcile/orders/nightly.ts';
import { nameOf, Unread, type Visit } from '../reconcile/visit.ts';
import { Counting } from './counting.ts';
import type { BackfillParts } from './parts.ts';
import type { Politeness } from './polite.ts';
import type { Progress } from './progress.ts';

/** A store whose past is being read, in one run. */
export interface ReadingRun {
  readonly parts: BackfillParts;
  readonly visit: Visit;
  readonly progress: Progress;
  readonly politeness: Politeness;
  /** Says that it is still being read. */
  readonly renew: () => Promise<void>;
}

type ReadingStep = 'orders' | 'trash' | 'customers';

const SECOND_MS = 1_000;

/** One step of the reading, from where it stands. @returns false when the next run has to go on. */
export async function readStep(run: ReadingRun, step: ReadingStep): Promise<boolean> {
  const { progress } = run;
  if (progress.backfill.expected === undefined) await progress.advance({ expected: await expect(run) });
  if (step !== 'customers') return readOrders(counted(run, step), progress, step);
  return (
    (await readCustomers(counted(run, 'customers'), progress)) &&
    (await readSubscriptions(counted(run, 'subscriptions'), progress))
  );
}

/** A reading of which every page is counted. */
interface Counted {
  readonly visit: Visit;
  readonly save: Save;
}

const KINDS = {
  orders: 'order',
  trash: 'order',
  customers: 'customer',
  subscriptions: 'subscription',
} as const;

function counted(run: ReadingRun, of: keyof typeof KINDS): Counted {
  const kind = KINDS[of];
  const counting = new Counting(run.parts.policy, kind);
  const visit: Visit = { ...run.visit, watch: counting.watch };
  const save: Save = async (change, upTo) => {
    const { tally, leftOut } = visit;
    const counts = counting.take(upTo);
    await leftOut.shown(kind, counts.shown);
    const all = { ...counts, changed: tally.changed, nameless: leftOut.takeNameless(kind) };
    tally.changed = 0;
    await run.progress.advanceReading({ ...change, usualMs: run.politeness.usualMs }, of, all);
    await run.renew();
  };
  return { visit, save };
}

/** Writes down where the reading is, and counts what changed up to then. */
type Save = (change: Partial<Backfill>, upTo?: number) => Promise<void>;

async function readOrders(
  { visit, save }: Counted,
  progress: Progress,
  step: 'orders' | 'trash',
): Promise<boolean> {
  const { readTo, afterId = '0', options } = progress.backfill;
  const { from = 0 } = options;
  const stream = step === 'orders' ? ORDERS : TRASH;
  // What walks by ids has no trash either.
  if (visit.api.walksById) {
    const start = { kind: 'order', afterId, from } as const;
    return stream === TRASH || readById(visit, start, (id) => save({ afterId: id }));
  }
  const after = readTo ?? Math.max(0, from - SECOND_MS);
  return readModified(visit, { stream, after }, (reach) => save({ readTo: reach.readTo }, reach.readTo));
}

/** What lists subscriptions lists them by their ids. */
async function readSubscriptions({ visit, save }: Counted, progress: Progress): Promise<boolean> {
  const { afterId = '0', options } = progress.backfill;
  const { from = 0, only } = options;
  if (only !== undefined || !isRead(visit, SUBSCRIPTIONS)) return true;
  return readById(visit, { kind: 'subscription', afterId, from }, (id) => save({ afterId: id }));
}

/** Role by role: a store knows no other way. */
async function readCustomers({ visit, save }: Counted, progress: Progress): Promise<boolean> {
  const roles = rolesOf(visit);
  for (let { role = 0 } = progress.backfill; role < roles.length; role += 1)
    if (!(await readRole(visit, { progress, role, name: roles[role] ?? '' }, save))) return false;
  return true;
}

interface Role {
  readonly progress: Progress;
  /** Its place among those that are asked for. */
  readonly role: number;
  readonly name: string;
}

/** Page by page. @returns false when the next run has to go on. */
async function readRole(visit: Visit, { progress, role, name }: Role, save: Save): Promise<boolean> {
  for (;;) {
    if (!visit.hasTime()) return false;
    const { page = 0, total = 0, startedAt } = progress.backfill;
    const next = await readCustomersPage(visit, name, { startedAt, done: false, page, total });
    if (next.done) {
      await save({ role: role + 1, page: 0, total: 0 });
      return true;
    }
    await save({ role, page: next.page ?? 0, total: next.total ?? 0 });
  }
}

/** How much there is, as the store says it: what it does not say counts as nothing. */
async function expect({ visit, progress }: ReadingRun): Promise<NonNullable<Backfill['expected']>> {
  const { from, only } = progress.backfill.options;
  const since =
    from !== undefined && visit.api.walksById === undefined ? { modifiedAfter: from - SECOND_MS } : {};
  const isOrders = only !== 'customers';
  const orders = isOrders ? await totalOf(visit, { kind: 'order', ...since }) : 0;
  const trash = isOrders ? await totalOf(visit, { kind: 'order', ...since, trash: true }) : 0;
  let customers = 0;
  for (const role of rolesOf(visit)) customers += await totalOf(visit, { kind: 'customer', role });
  if (!isOrders || !isRead(visit, SUBSCRIPTIONS)) return { orders, trash, customers };
  return { orders, trash, customers, subscriptions: await totalOf(visit, { kind: 'subscription' }) };
}

async function totalOf(
  visit: Visit,
  question: Omit<StoreQuestion, 'page'> & { kind: StoreKind },
): Promise<number> {
  const answer = await visit.api.list({ ...question, page: 1, perPage: 1, outline: true });
  if (answer.ok) return answer.value.total ?? 0;
  // A role that one store does not have is no reason to stop.
  if (answer.failure.code === 'bad-request') return 0;
  throw new Unread(answer.failure, nameOf({ ...question, page: 1 }));
}
