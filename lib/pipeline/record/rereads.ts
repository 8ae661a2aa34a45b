import type { State } from '../../core/ledger/fold/order.ts';
import { isBeyondReadings, isDisputed } from '../../core/ledger/fold/order-reading.ts';
import type { Version } from '../../core/ledger/version.ts';
import type { Registers } from '../../core/ports/ledger.ts';
import { cursorOf, type Rereads, readRereads, rereadsOf } from '../../core/stores/store-progress.ts';
import type { Attempt, Folded, Group, RecordParts } from './parts.ts';

/** Others note at the same time; each try starts from what they left. */
const MAX_TRIES = 20;
/** As many of a store wait for being read again. Whoever edits more orders at once has them found by the weekly reading. */
const MOST_WAITING = 1000;

type Parts = Pick<RecordParts, 'registers' | 'log'>;

/** Orders of a batch that must be read again: nobody can tell, or nobody else would look, what they are now. */
export class Rereading {
  readonly #groups: Group[] = [];

  /** Looks at what was seen of one thing, and at what the ledger held before and holds now. */
  readonly look: Folded = (group, { now, before }) => {
    const orders = [now, before].filter((state) => state?.type === 'order');
    const isDoubtful = group.snapshots.some(
      (seen) =>
        seen.type === 'order' &&
        (orders.some((state) => isDisputed(seen, state)) || (isWitness(seen, now) && isBeyondReadings(seen))),
    );
    if (isDoubtful) this.#groups.push(group);
  };

  /** Notes them where `reconcile` looks every few minutes. What cannot be noted has to come again. */
  async note(parts: Parts, attempt: Attempt): Promise<void> {
    for (const [store, groups] of Map.groupBy(this.#groups, ({ ref }) => ref.store)) {
      const positions = groups.flatMap((group) => [...group.positions]);
      const ids = groups.map(({ ref }) => ref.id);
      await attempt(positions, () => noteOrders(parts, store, ids));
    }
  }
}

/** What the ledger holds is what this webhook said. */
function isWitness({ version }: { readonly version: Version }, now: State): boolean {
  return now.version === version;
}

/** Notes orders of a store, whether they wait already or not. @throws Error when it cannot be done. */
export async function noteOrders(parts: Parts, store: string, ids: readonly string[]): Promise<void> {
  const { registers, log } = parts;
  if (!registers || !(await isRead(registers, store))) return;
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

/** Nobody reads a store that gave no keys. */
async function isRead(registers: Registers, store: string): Promise<boolean> {
  return (await registers.read(cursorOf(store, 'orders'))) !== undefined;
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
