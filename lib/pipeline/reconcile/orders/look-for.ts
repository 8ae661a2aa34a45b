import type { Ref } from '../../../core/ledger/snapshot.ts';
import { takeIn, takeInOrders } from '../pages/take-in.ts';
import { askWhole } from '../pages/whole-page.ts';
import type { Visit } from '../visit.ts';

/**
 * Reads these orders, at most 100, in one question. Those that the store does not list are in the trash or erased, and
 * are asked for one by one, unless `isKnownErased` says that this was seen.
 */
export async function lookFor(
  visit: Visit,
  refs: readonly Ref[],
  isKnownErased: (ref: Ref) => boolean = () => false,
): Promise<void> {
  const ids = refs.map(({ id }) => id);
  const { items, unshown } = await askWhole(visit, { kind: 'order', page: 1, ids });
  const read = await takeIn(visit, 'order', items);
  const listed = new Set([...read, ...unshown].map(({ id }) => id));
  await takeInOrders(
    visit,
    refs.filter((ref) => !listed.has(ref.id) && !isKnownErased(ref)),
  );
}
