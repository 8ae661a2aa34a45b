import type { State } from '../../core/ledger/order.ts';
import { differsFromReading } from '../../core/ledger/order-reading.ts';
import { type Rereads, readRereads, rereadsOf } from '../../core/stores/store-progress.ts';
import type { Attempt, Group, RecordParts } from './parts.ts';

/** Others note at the same time; each try starts from what they left. */
const MAX_TRIES = 20;
/** As many of a store wait for being read again. Whoever edits more orders at once has them found by the weekly reading. */
const MOST_WAITING = 1000;

/** Orders of a batch that must be read again, because a webhook said something else than was read. */
export class Rereading {
  readonly #groups: Group[] = [];

  /** Looks at what a batch said of one thing, and at what the ledger holds of it now. */
  look(group: Group, state: State): void {
    if (state.type !== 'order') return;
    const differs = group.snapshots.some(
      (snapshot) => snapshot.type === 'order' && differsFromReading(snapshot, state),
    );
    if (differs) this.#groups.push(group);
  }

  /** Notes them where `reconcile` looks every few minutes. What cannot be noted comes again with its delivery. */
  async note(parts: RecordParts, attempt: Attempt): Promise<void> {
    for (const [store, groups] of Map.groupBy(this.#groups, ({ ref }) => ref.store)) {
      const positions = groups.flatMap((group) => [...group.positions]);
      const ids = groups.map(({ ref }) => ref.id);
      await attempt(positions, () => noteOrders(parts, store, ids));
    }
  }
}

async function noteOrders(parts: RecordParts, store: string, ids: readonly string[]): Promise<void> {
  const { registers, log } = parts;
  if (!registers) return;
  const register = rereadsOf(store);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await registers.read(register);
    const known = (found && readRereads(found.text)?.orders) ?? [];
    const { rereads, left } = withOrders(known, ids, found?.revision ?? 0);
    if (!(await registers.write(register, JSON.stringify(rereads), found?.revision))) continue;
    if (left > 0) log.warn('More orders wait for being read again than are noted', { store, left });
    return;
  }
  throw new Error(`the orders of ${store} to read again were changed by others all the time`);
}

function withOrders(
  known: Rereads['orders'],
  ids: readonly string[],
  noted: number,
): { readonly rereads: Rereads; readonly left: number } {
  const others = known.filter(({ id }) => !ids.includes(id));
  const room = Math.max(0, MOST_WAITING - others.length);
  const more = ids.slice(0, room).map((id) => ({ id, noted }));
  return { rereads: { orders: [...others, ...more] }, left: ids.length - more.length };
}
