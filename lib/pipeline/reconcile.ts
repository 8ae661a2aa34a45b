import type { Failure } from '../core/ledger/failure.ts';
import type { Store } from '../core/policy/configuration/store.ts';
import { readUnfinished } from '../core/stores/store-progress.ts';
import { isAway } from './reconcile/answering.ts';
import { openBookmark } from './reconcile/bookmark.ts';
import { deleteExpiredCoupons } from './reconcile/coupons.ts';
import { attempt, noteUnread, openVisit } from './reconcile/one-store.ts';
import { readAllOptOuts, readNewOptOuts } from './reconcile/opt-outs.ts';
import { findErased } from './reconcile/orders/erased.ts';
import { NIGHTLY } from './reconcile/orders/nightly.ts';
import { RECENT } from './reconcile/orders/recent.ts';
import { rereadOrders } from './reconcile/orders/rereads.ts';
import { readWeekly } from './reconcile/orders/weekly.ts';
import { tellUnfinished } from './reconcile/pages/take-in.ts';
import type { ReconcileParts } from './reconcile/parts.ts';
import { retryLeftOut } from './reconcile/retry-left-out.ts';
import { Unread, type Visit } from './reconcile/visit.ts';
import { showSilence } from './reconcile/webhooks/silence.ts';
import { guardWebhooks } from './reconcile/webhooks/webhooks.ts';

/** Nothing new is started when the run has no more time than this: a request and what follows from it must fit. */
const RESERVED_MS = 30_000;

/**
 * The second witness: reads from each store what no webhook told, and looks after its webhooks. Stores share the time
 * of a run; one that fails stops no other, and the next run goes on where this one stopped.
 * @throws Error when something that runs beside failed.
 */
export function createReconcile(parts: ReconcileParts): (remainingMs: () => number) => Promise<void> {
  return async function reconcile(remainingMs) {
    // Not every start of the function is one: the second schedule only reads again what differs.
    parts.metrics.count('ReconcileRun');
    const failures = await runBeside(parts, remainingMs);
    for (const [index, store] of parts.stores.entries()) {
      await readStore(parts, store, shareOf(remainingMs, parts.stores.length - index));
      await attempt(parts, store, () => showSilence(parts, store));
    }
    if (failures.length > 0) throw new Error('Part of the run failed', { cause: failures[0] });
  };
}

/** Whether a store may start something new: each has an equal share of the time that is left. */
function shareOf(remainingMs: () => number, stores: number): () => boolean {
  const others = ((remainingMs() - RESERVED_MS) * (stores - 1)) / stores;
  const reserved = RESERVED_MS + (Number.isFinite(others) ? Math.max(0, others) : 0);
  return () => remainingMs() > reserved;
}

async function runBeside(
  { also = [], log }: ReconcileParts,
  remainingMs: () => number,
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const work of also) {
    try {
      await work(remainingMs);
    } catch (error) {
      log.error('Something that runs beside the reading of the stores failed', {}, error);
      failures.push(error);
    }
  }
  return failures;
}

async function readStore(parts: ReconcileParts, store: Store, hasTime: () => boolean): Promise<void> {
  await attempt(parts, store, async () => {
    const unfinished = await openBookmark(
      parts.registers,
      { of: { store: store.id }, name: 'FOLDING' },
      readUnfinished,
    );
    const visit = await openVisit(parts, store, { hasTime, unfinished });
    if (!visit) return;
    const blind = await guardWebhooks(visit).catch((error: unknown) => {
      parts.log.warn('The webhooks of a store could not be looked after', { store: store.id }, error);
    });
    const { finished, unread } = await readAll(visit);
    const fields = { store: store.id, ...visit.tally, finished };
    parts.log.info('A store was read', fields);
    const isSaid = unread.some(({ failure }) => failure.code === blind?.code);
    if (blind && !isSaid) noteBlindness(parts, store, blind);
    visit.leftOut.count();
    noteUnread(parts, store, unread);
  });
}

/** What is read of a store, one after the other; none waits for another that the store does not answer. */
const READINGS: readonly ((visit: Visit) => Promise<boolean>)[] = [
  readNewOptOuts,
  rereadOrders,
  retryLeftOut,
  ...RECENT,
  ...NIGHTLY,
  readWeekly,
  findErased,
  readAllOptOuts,
  deleteExpiredCoupons,
];

interface AllRead {
  /** False: the next run goes on. */
  readonly finished: boolean;
  readonly unread: readonly Unread[];
}

async function readAll(visit: Visit): Promise<AllRead> {
  await tellUnfinished(visit);
  const unread: Unread[] = [];
  for (const reading of READINGS) {
    try {
      if (!(await reading(visit))) return { finished: false, unread };
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      unread.push(error);
      if (isAway(error.failure)) break;
    }
  }
  return { finished: unread.length === 0, unread };
}

/** The store lets its orders be read, but not its webhooks. */
function noteBlindness({ log, metrics }: ReconcileParts, { id: store }: Store, failure: Failure): void {
  const { kind, code, message: remedy } = failure;
  if (kind !== 'retry' && kind !== 'unknown') metrics.count('WebhookTrouble');
  log.warn('The store does not show its webhooks to the bridge', { store, code, remedy });
}
