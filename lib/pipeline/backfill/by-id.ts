import type { StoreKind, StoreQuestion } from '../../core/stores/store-api.ts';
import { takeIn } from '../reconcile/take-in.ts';
import { contradiction, readItem, type Visit } from '../reconcile/visit.ts';
import { askWhole, isLast, type WholePage } from '../reconcile/whole-page.ts';

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
function lastOf(visit: Visit, question: StoreQuestion, { items, unshown }: WholePage): string | undefined {
  const named = items.map((item) => readItem(visit, question.kind, item).id);
  const ids = [...named, ...unshown.map(({ id }) => id)].flatMap((id) =>
    id === undefined ? [] : Number(id),
  );
  if (ids.some((id) => !(id > Number(question.afterId))))
    throw contradiction(question, 'does not keep to the ids that were asked for');
  return ids.length === 0 ? undefined : String(Math.max(...ids));
}
