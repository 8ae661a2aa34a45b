import { isGone } from '../../../core/ledger/fold/order.ts';
import type { Ref } from '../../../core/ledger/snapshot.ts';
import type { SurveyedThing } from '../../../core/ports/ledger.ts';
import { readRound } from '../../../core/stores/store-progress.ts';
import { mayBeOneThing } from '../answering.ts';
import { openBookmark } from '../bookmark.ts';
import { takeInOrders } from '../pages/take-in.ts';
import { lastNight, openRound, unhurried } from '../rounds.ts';
import { Unread, type Visit } from '../visit.ts';
import { lookAtAll } from './all-orders.ts';
import { lookFor } from './look-for.ts';
import { WEEKLY } from './weekly.ts';

/** More than of what is read whole: a question brings one number. */
const MOST_BATCHES = 100;

/**
 * Once a night: asks the store whether it still has every order of the ledger, because erasing one for good tells
 * nobody (facts/woocommerce §1.14). A hundred are one question, answered with their number; only where some are missing
 * it is asked which. In the night of the weekly reading that does it. @returns false when the next run has to go on.
 */
export async function findErased(hurried: Visit): Promise<boolean> {
  const visit = unhurried(hurried);
  const since = lastNight(visit.parts.clock.now());
  if (await wasReadWhole(visit, since)) return true;
  const work = await openRound(visit, 'GONE', since);
  if (!work) return true;
  return lookAtAll(visit, work, { mostBatches: MOST_BATCHES, at: (orders) => findMissing(visit, orders) });
}

async function wasReadWhole({ parts, store }: Visit, since: number): Promise<boolean> {
  const weekly = await openBookmark(parts.registers, { of: { store: store.id }, name: WEEKLY }, readRound);
  return (weekly.value()?.startedAt ?? 0) >= since;
}

/** Those that are gone already, in the trash or erased, cannot go. */
async function findMissing(visit: Visit, orders: readonly SurveyedThing[]): Promise<void> {
  const refs = orders
    .filter(({ entry: { state } }) => state.type === 'order' && state.data && !isGone(state))
    .map(({ ref }) => ref);
  if (refs.length === 0 || (await numberOf(visit, refs)) === refs.length) return;
  const present = await idsOf(visit, refs);
  if (present === 'unshown') await lookFor(visit, refs);
  else
    await takeInOrders(
      visit,
      refs.filter(({ id }) => !present.has(id)),
    );
}

/** How many of them the store lists; `undefined` where nobody can say. */
async function numberOf(visit: Visit, refs: readonly Ref[]): Promise<number | undefined> {
  const answer = await visit.api.list({ ...questionOf(refs), perPage: 1 });
  return answer.ok ? answer.value.total : undefined;
}

/** Which of them the store lists. `unshown`: one of them may be at fault that it does not say so. @throws Unread. */
async function idsOf(visit: Visit, refs: readonly Ref[]): Promise<ReadonlySet<string> | 'unshown'> {
  const answer = await visit.api.list(questionOf(refs));
  if (answer.ok) return new Set(answer.value.items.map((item) => idIn(visit, item)));
  if (mayBeOneThing(answer.failure)) return 'unshown';
  throw new Unread(answer.failure, 'orders');
}

function questionOf(refs: readonly Ref[]) {
  return { kind: 'order', page: 1, ids: refs.map(({ id }) => id), outline: true } as const;
}

function idIn({ source, store }: Visit, item: unknown): string {
  return source.read({ kind: 'order', store: store.id, item, now: 0 }).id ?? '';
}
