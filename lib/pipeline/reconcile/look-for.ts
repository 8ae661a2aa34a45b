import type { Ref } from '../../core/ledger/snapshot.ts';
import { takeIn, takeInOrders } from './take-in.ts';
import { ask, type Visit } from './visit.ts';

/**
 * Reads these orders, at most 100, in one question. Those that the store does not list are in the trash or erased, and
 * are asked for one by one, unless `isKnownErased` says that this was seen.
 */
export async function lookFor(
  visit: Visit,
  refs: readonly Ref[],
  isKnownErased: (ref: Ref) => boolean = () => false,
): Promise<void> {
  const { items, now } = await ask(visit, { kind: 'order', page: 1, ids: refs.map(({ id }) => id) });
  const read = await takeIn(
    visit,
    'order',
    items.map((item) => ({ item, now })),
  );
  const listed = new Set(read.map(({ id }) => id));
  await takeInOrders(
    visit,
    refs.filter((ref) => !listed.has(ref.id) && !isKnownErased(ref)),
  );
}
