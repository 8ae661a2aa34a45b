import { describe, expect, it } from 'vitest';
import { NOTHING_WRITTEN } from '../../../lib/core/contact/contact.ts';
import {
  isKeptGone,
  unseenTotals,
  withHeldTotals,
  withoutKept,
} from '../../../lib/core/contact/held-totals.ts';
import { DEFAULT_POLICY } from '../../../lib/core/policy/policy.ts';

const SPENT = 'mautic_woo_total_spent';
const COUNT = 'mautic_woo_order_count';

describe('totals that nobody has looked at', () => {
  it('are both while nothing is written', () => {
    expect(unseenTotals(DEFAULT_POLICY, NOTHING_WRITTEN)).toEqual([SPENT, COUNT]);
  });

  it('are not those that the bridge wrote, blanked or left alone', () => {
    const written = { ...NOTHING_WRITTEN, fields: { [SPENT]: 'null' }, kept: [COUNT] };

    expect(unseenTotals(DEFAULT_POLICY, written)).toEqual([]);
  });

  it('are none that the policy leaves out', () => {
    const aliases = { ...DEFAULT_POLICY.aliases, totalSpent: false, orderCount: 'orders' } as const;

    expect(unseenTotals({ ...DEFAULT_POLICY, aliases }, NOTHING_WRITTEN)).toEqual(['orders']);
  });
});

describe('a total that Mautic holds', () => {
  it.each([[1], [-1], [0.5], ['12.50'], ['many'], [true]])('is left alone when it is %j', (value) => {
    expect(withHeldTotals(NOTHING_WRITTEN, [SPENT], { [SPENT]: value }).kept).toEqual([SPENT]);
  });

  it.each([[null], [undefined], [''], [0], ['0'], ['0.00'], [false]])('is nothing when it is %j', (value) => {
    expect(withHeldTotals(NOTHING_WRITTEN, [SPENT], { [SPENT]: value })).toBe(NOTHING_WRITTEN);
  });

  it('joins those that were left alone before, and is forgotten with them', () => {
    const written = withHeldTotals({ ...NOTHING_WRITTEN, kept: [SPENT] }, [COUNT], { [COUNT]: 3 });

    expect(written.kept).toEqual([COUNT, SPENT]);
    expect(withoutKept(written)).toEqual(NOTHING_WRITTEN);
  });

  it('is gone when an answer shows it empty, not when the answer does not show it', () => {
    const written = { ...NOTHING_WRITTEN, kept: [SPENT] };

    expect(isKeptGone(written, { [SPENT]: null })).toBe(true);
    expect(isKeptGone(written, { [SPENT]: 5 })).toBe(false);
    expect(isKeptGone(written, {})).toBe(false);
  });
});
