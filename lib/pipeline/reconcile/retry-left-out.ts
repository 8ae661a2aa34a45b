import { mayBeOneThing } from './answering.ts';
import type { Thing } from './left-out.ts';
import { takeIn, takeInOrders } from './pages/take-in.ts';
import { Unread, type Visit } from './visit.ts';

/** Each may cost as long as a request may take, and a run has more to do. */
const MOST_TRIED = 5;

/** Tries again what the store could not show an hour ago. @returns false when the time was over before. */
export async function retryLeftOut(visit: Visit): Promise<boolean> {
  for (const thing of visit.leftOut.due().slice(0, MOST_TRIED)) {
    if (!visit.hasTime()) return false;
    await retry(visit, thing);
  }
  return true;
}

async function retry(visit: Visit, thing: Thing): Promise<void> {
  const { kind, id } = thing;
  // Whatever role they have by now: without one, stores show those of their own customers only.
  const role = kind === 'customer' ? { role: 'all' } : {};
  const answer = await visit.api.list({ kind, page: 1, ids: [id], ...role });
  if (!answer.ok) {
    const { failure } = answer;
    if (!mayBeOneThing(failure)) throw new Unread(failure, `one ${kind}`);
    await visit.leftOut.add({ kind, id }, failure);
    return;
  }
  const { items, now } = answer.value;
  await takeIn(
    visit,
    kind,
    items.map((item) => ({ item, now })),
  );
  // No list shows an order that is erased or in the trash.
  if (kind === 'order' && items.length === 0)
    await takeInOrders(visit, [{ kind, store: visit.store.id, id }]);
  await visit.leftOut.remove(thing);
}
