import type { StoreItem } from '../../../core/stores/store-api.ts';
import { clockOf, mayBeOneThing } from '../answering.ts';
import { Unread, type Visit } from '../visit.ts';

/** What the store says of one order: itself, that it erased it, or nothing because it cannot show it. */
export type OneOrder = StoreItem | 'erased' | 'unshown';

/** One order, in any status. What the store cannot show is left out. @throws Unread. */
export async function askForOrder(visit: Visit, id: string): Promise<OneOrder> {
  const answer = await visit.api.order(id);
  if (answer.ok) return answer.value ?? 'erased';
  const { failure } = answer;
  if (!mayBeOneThing(failure) || (await clockOf(visit, { kind: 'order' })) === undefined)
    throw new Unread(failure, 'one order');
  await visit.leftOut.add({ kind: 'order', id }, failure);
  return 'unshown';
}
