import type { Backfill } from '../../core/stores/backfill.ts';
import type { StoreKind, StoreQuestion } from '../../core/stores/store-api.ts';
import { ORDERS, readModified, type Stream, TRASH } from '../reconcile/modified.ts';
import { readCustomersPage, rolesOf } from '../reconcile/nightly.ts';
import { nameOf, Unread, type Visit } from '../reconcile/visit.ts';
import { readById } from './by-id.ts';
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
  if (run.progress.backfill.expected === undefined)
    await run.progress.advance({ expected: await expect(run) });
  const counting = new Counting(run.parts.policy, step === 'customers' ? 'customer' : 'order');
  const visit: Visit = { ...run.visit, watch: counting.watch };
  const save: Save = async (change, upTo) => {
    const { tally, leftOut } = visit;
    const counts = {
      ...counting.take(upTo),
      changed: tally.changed,
      nameless: leftOut.takeNameless(step === 'customers' ? 'customer' : 'order'),
    };
    tally.changed = 0;
    await run.progress.advanceReading({ ...change, usualMs: run.politeness.usualMs }, step, counts);
    await run.renew();
  };
  if (step === 'customers') return readCustomers(visit, run.progress, save);
  return readOrders(visit, { run, stream: step === 'orders' ? ORDERS : TRASH }, save);
}

/** Writes down where the reading is, and counts what changed up to then. */
type Save = (change: Partial<Backfill>, upTo?: number) => Promise<void>;

async function readOrders(
  visit: Visit,
  { run: { progress }, stream }: { readonly run: ReadingRun; readonly stream: Stream },
  save: Save,
): Promise<boolean> {
  const { readTo, afterId = '0', options } = progress.backfill;
  const { from = 0 } = options;
  // What walks by ids has no trash either.
  if (visit.api.walksById)
    return stream === TRASH || readById(visit, { afterId, from }, (id) => save({ afterId: id }));
  const after = readTo ?? Math.max(0, from - SECOND_MS);
  return readModified(visit, { stream, after }, (reach) => save({ readTo: reach.readTo }, reach.readTo));
}

/** Role by role: a store knows no other way. */
async function readCustomers(visit: Visit, progress: Progress, save: Save): Promise<boolean> {
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
  return { orders, trash, customers };
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
