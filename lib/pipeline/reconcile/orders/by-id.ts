import type { ReadItem } from '../../../core/stores/source.ts';
import type { StoreKind, StoreQuestion } from '../../../core/stores/store-api.ts';
import { takeIn } from '../pages/take-in.ts';
import { askWhole, isLast, type WholePage } from '../pages/whole-page.ts';
import { contradiction, readItem, type Unread, type Visit } from '../visit.ts';

const SECOND_MS = 1_000;

/** What is read by ids, and where that begins: after this id, and without what changed before `from` (epoch ms). */
export interface Start {
  readonly kind: StoreKind;
  readonly afterId: string;
  readonly from: number;
}

/**
 * Reads everything of a kind of a store that lists it by nothing but ids, each page from the last id of the one before:
 * whatever changes, or is deleted, moves no other. `moved` hears the id up to which everything is in the ledger.
 * @returns false when the time was over before the end. @throws Unread when the store does not answer.
 */
export async function readById(
  visit: Visit,
  { kind, afterId, from: moment }: Start,
  moved: (afterId: string) => Promise<void>,
): Promise<boolean> {
  // Stores know whole seconds.
  const from = Math.floor(moment / SECOND_MS) * SECOND_MS;
  let after = afterId;
  for (;;) {
    if (!visit.hasTime()) return false;
    const question: StoreQuestion = { kind, page: 1, afterId: after };
    const page = await askWhole(visit, question);
    const last = lastOf(visit, question, page);
    await takeIn(
      visit,
      kind,
      page.items.filter((item) => (readItem(visit, kind, item).modifiedAt ?? from) >= from),
    );
    if (page.length === 0 || isLast(page, 1)) {
      await moved(last ?? after);
      return true;
    }
    if (last === undefined) throw contradiction(question, 'has no ids');
    after = last;
    await moved(after);
  }
}

/** The greatest id on the page. @throws Unread when one of them was not asked for: then its end would say nothing. */
function lastOf(visit: Visit, question: StoreQuestion, page: WholePage): string | undefined {
  const ids = idsOf(visit, question, page);
  if (ids.some((id) => !(id > Number(question.afterId)))) throw strayed(question);
  return ids.length === 0 ? undefined : String(Math.max(...ids));
}

/** Of everything on the page, what the store cannot show included. */
function idsOf(visit: Visit, { kind }: StoreQuestion, { items, unshown }: WholePage): readonly number[] {
  const named = items.map((item) => readItem(visit, kind, item).id);
  return [...named, ...unshown.map(({ id }) => id)].flatMap((id) => (id === undefined ? [] : Number(id)));
}

function strayed(question: StoreQuestion): Unread {
  return contradiction(question, 'does not keep to the ids that were asked for');
}

/** Above every id. */
export const HIGHEST_ID = String(Number.MAX_SAFE_INTEGER);

/** Where a walk back begins and where it ends. */
export interface WayBack {
  readonly beforeId: string;
  /** Without what changed before it, epoch ms. */
  readonly from: number;
  /** Orders placed before it end the walk, epoch ms. */
  readonly oldest: number;
}

/**
 * The same for orders from the newest on, back to those placed before a moment. `moved` hears the id from which on
 * everything is in the ledger.
 * @returns false when the time was over before the end. @throws Unread when the store does not answer.
 */
export async function readBack(
  visit: Visit,
  { beforeId, from, oldest }: WayBack,
  moved: (beforeId: string) => Promise<void>,
): Promise<boolean> {
  let before = beforeId;
  for (;;) {
    if (!visit.hasTime()) return false;
    const question: StoreQuestion = { kind: 'order', page: 1, beforeId: before };
    const page = await askWhole(visit, question);
    const ids = idsOf(visit, question, page);
    if (ids.some((id) => !(id < Number(before)))) throw strayed(question);
    const read = page.items.map((item) => ({ item, says: readItem(visit, 'order', item) }));
    const changed = read.filter(({ says }) => (says.modifiedAt ?? from) >= from);
    await takeIn(
      visit,
      'order',
      changed.map(({ item }) => item),
    );
    if (page.length === 0 || isLast(page, 1) || read.some(({ says }) => placedAt(says) < oldest)) return true;
    if (ids.length === 0) throw contradiction(question, 'has no ids');
    before = String(Math.min(...ids));
    await moved(before);
  }
}

function placedAt({ snapshots }: ReadItem): number {
  return snapshots.find((snapshot) => snapshot.type === 'order')?.data.createdAt ?? Number.POSITIVE_INFINITY;
}
