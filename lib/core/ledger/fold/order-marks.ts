import type { Ref, Snapshot } from '../snapshot.ts';
import { isGoneByMarks, LOOKED_UP, type OrderState } from './order.ts';

type Mark = Extract<Snapshot, { type: 'order-mark' }>;

/** Names the deletion of an order that the store has erased for good. */
const ERASED = `${LOOKED_UP}erased`;

/**
 * The store has the order, though its marks say that it is gone: exactly the restorations that are missing. They are
 * called after their place in the set, so that a second look with the same knowledge adds nothing, and a deletion
 * that nobody knew of when `state` was read still counts.
 */
export function restorations(ref: Ref, { deleted, restored }: OrderState): readonly Mark[] {
  return missing(deleted.length - restored.length, (index) => ({
    type: 'order-mark',
    ref,
    mark: 'restored',
    by: `${LOOKED_UP}${String(restored.length + index)}`,
  }));
}

/**
 * The store has erased the order: as many deletions as make it gone, whatever is known of it, and at least the one
 * that says so. Counted like all marks, so that an order which comes back, from a backup of the store, can be restored.
 */
export function erasures(ref: Ref, state: OrderState): readonly Mark[] {
  if (isErased(state)) return [];
  const needed = Math.max(1, state.restored.length - state.deleted.length + 1);
  return missing(needed, (index) => ({
    type: 'order-mark',
    ref,
    mark: 'deleted',
    by: erasure(state, index),
  }));
}

function erasure({ deleted }: OrderState, index: number): string {
  if (index === 1 && !deleted.includes(ERASED)) return ERASED;
  return `${ERASED}/${String(deleted.length + index)}`;
}

/** The store was seen to have erased it, and has not been seen to have it since. */
export function isErased(state: OrderState): boolean {
  return isGoneByMarks(state) && state.deleted.some((by) => by.startsWith(ERASED));
}

/** Whether only a second look can tell if the order is gone: its marks say so, and a REST read says otherwise. */
export function isContradicted(state: OrderState, status: string): boolean {
  return status !== 'trash' && isGoneByMarks(state);
}

function missing(count: number, mark: (index: number) => Mark): readonly Mark[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => mark(index + 1));
}
