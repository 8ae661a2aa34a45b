import { describe, expect, it, test } from 'vitest';
import {
  complaintAbout,
  isDirect,
  isOfOrder,
  isWithin,
  type Selection,
} from '../../../lib/core/ledger/selection.ts';
import { contact, orderRef } from '../../contracts/samples.ts';

describe('a selection', () => {
  test.each<[Selection, RegExp]>([
    [{}, /nothing is selected/],
    [{ all: false }, /nothing is selected/],
    [{ order: '23' }, /needs its store/],
    [{ order: '23', contact: contact('ada') }, /needs its store/],
    [{ since: 5, until: 5 }, /ends before it begins/],
  ])('%j is refused', (selection, complaint) => {
    expect(complaintAbout(selection)).toMatch(complaint);
  });

  test.each<Selection>([
    { all: true },
    { store: 'demo' },
    { store: 'demo', order: '23' },
    { contact: contact('ada') },
    { since: 0 },
    { until: 5 },
    { since: 5, until: 6 },
    { error: 'crashes' },
  ])('%j is none to complain about', (selection) => {
    expect(complaintAbout(selection)).toBeUndefined();
  });

  it('names one thing when it has an order or a contact', () => {
    expect([{ store: 'demo' }, { since: 1 }, { all: true }].map(isDirect)).toEqual([false, false, false]);
    expect([{ store: 'demo', order: '1' }, { contact: contact('ada') }].map(isDirect)).toEqual([true, true]);
  });

  it('begins with its first moment and ends before its last', () => {
    expect([4, 5, 6, 7].map((at) => isWithin({ since: 5, until: 7 }, at))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([0, 9e15].map((at) => isWithin({}, at))).toEqual([true, true]);
  });

  it('takes an order by store and number, and nothing else by that number', () => {
    const selection = { store: 'demo', order: '23' };

    expect(isOfOrder(selection, orderRef(23))).toBe(true);
    expect(isOfOrder(selection, orderRef(24))).toBe(false);
    expect(isOfOrder(selection, orderRef(23, 'other'))).toBe(false);
    expect(isOfOrder(selection, { kind: 'product', store: 'demo', id: '23' })).toBe(false);
    expect(isOfOrder({ store: 'demo' }, { kind: 'product', store: 'demo', id: '23' })).toBe(true);
  });
});
