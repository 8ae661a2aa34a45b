import { describe, expect, test } from 'vitest';
import { fold, isGone, type OrderState } from '../../../../lib/core/ledger/fold/order.ts';
import {
  erasures,
  isContradicted,
  isErased,
  restorations,
} from '../../../../lib/core/ledger/fold/order-marks.ts';
import { orderRef, orderState } from '../../../contracts/samples.ts';

const REF = orderRef(23);

function order(deleted: readonly string[], restored: readonly string[], status = 'processing'): OrderState {
  return { ...orderState({ status }), deleted, restored };
}

function folded(state: OrderState, marks: ReturnType<typeof erasures>): OrderState {
  return marks.reduce<OrderState>((known, mark) => fold(known, mark) as OrderState, state);
}

/** Up to four webhooks of each kind. */
const KNOWN = [0, 1, 2, 3, 4].flatMap((deleted) =>
  [0, 1, 2, 3, 4].map((restored) => order(names('3', deleted), names('4', restored))),
);

function names(webhook: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${webhook}/${String(index)}`);
}

describe('an order that the store has', () => {
  test.each(KNOWN)(
    'is there afterwards, whatever its marks were, and no more is added than is missing',
    (state) => {
      const marks = restorations(REF, state);

      const after = folded(state, marks);

      expect(isGone(after)).toBe(false);
      expect(marks).toHaveLength(Math.max(0, state.deleted.length - state.restored.length));
      expect(after.restored).toHaveLength(state.restored.length + marks.length);
      expect(restorations(REF, after)).toEqual([]);
    },
  );

  test('gets the same marks from everybody who knows the same', () => {
    const state = order(['3/a', '3/b', '3/c'], ['4/a']);

    expect(restorations(REF, state).map(({ by }) => by)).toEqual(['rest/2', 'rest/3']);
    expect(folded(folded(state, restorations(REF, state)), restorations(REF, state)).restored).toHaveLength(
      3,
    );
  });

  test('is gone when a deletion came that nobody knew of', () => {
    const state = order(['3/a'], []);
    const marks = restorations(REF, state);

    expect(isGone(folded({ ...state, deleted: ['3/a', '3/b'] }, marks))).toBe(true);
  });

  test('is contradicted by its marks, but not by a status that says the same', () => {
    expect(isContradicted(order(['3/a'], []), 'processing')).toBe(true);
    expect(isContradicted(order(['3/a'], []), 'trash')).toBe(false);
    expect(isContradicted(order(['3/a'], ['4/a']), 'processing')).toBe(false);
  });
});

describe('an order that the store has erased', () => {
  test.each(KNOWN)('is gone afterwards, whatever its marks were, and once is enough', (state) => {
    const after = folded(state, erasures(REF, state));

    expect(isGone(after)).toBe(true);
    expect(isErased(after)).toBe(true);
    expect(after.deleted).toContain('rest/erased');
    expect(erasures(REF, after)).toEqual([]);
  });

  test.each(KNOWN)('and has again is there, and can be erased again', (state) => {
    const erased = folded(state, erasures(REF, state));
    const back = folded(erased, restorations(REF, erased));
    const again = folded(back, erasures(REF, back));

    expect([isGone(back), isErased(back)]).toEqual([false, false]);
    expect([isGone(again), isErased(again)]).toEqual([true, true]);
  });

  test('is not called erased for having been in the trash', () => {
    expect(isErased(order(['3/a'], []))).toBe(false);
    expect(isErased(order([], [], 'trash'))).toBe(false);
  });
});
