import { describe, expect, it, test } from 'vitest';
import {
  type Buying,
  FEWEST_BUYERS,
  scoreBorders,
  scoresOf,
} from '../../../../lib/core/contact/facts/scores.ts';

/** Buyers numbered from 1: each bought later, more often and for more than the one before. */
function buyers(count: number, change: (buying: Buying) => Partial<Buying> = () => ({})): readonly Buying[] {
  return Array.from({ length: count }, (_, index) => {
    const buying = { lastAt: 1000 + index, purchases: index + 1, spent: `${String(index + 1)}.50` };
    return { ...buying, ...change(buying) };
  });
}

function scored(buying: Partial<Buying>, all: readonly Buying[]) {
  const borders = scoreBorders(all);
  return borders && scoresOf({ lastAt: 0, purchases: 0, spent: '0.00', ...buying }, borders);
}

describe('scores of buyers', () => {
  it('are 1 to 5 by the fifths of the shop, each fifth of equal size', () => {
    const all = buyers(50);
    const recency = all.map((buying) => scored(buying, all)?.recency);
    const monetary = all.map((buying) => scored(buying, all)?.monetary);

    for (const scores of [recency, monetary])
      expect([1, 2, 3, 4, 5].map((score) => scores.filter((one) => one === score).length)).toEqual([
        10, 10, 10, 10, 10,
      ]);
    expect([recency[0], recency[49], monetary[0], monetary[49]]).toEqual([1, 5, 1, 5]);
  });

  it('are equal for equal values, and the lower one: who bought once is in the first fifth', () => {
    const all = buyers(50, ({ purchases }) => ({ purchases: purchases > 35 ? purchases - 34 : 1 }));

    expect(scored({ purchases: 1 }, all)?.frequency).toBe(1);
    expect(scored({ purchases: 2 }, all)?.frequency).toBe(4);
    expect(scored({ purchases: 16 }, all)?.frequency).toBe(5);
  });

  it('take amounts for what they are, and not for texts', () => {
    const all = buyers(50);

    expect(scored({ spent: '9.50' }, all)?.monetary).toBe(1);
    expect(scored({ spent: '100000.00' }, all)?.monetary).toBe(5);
    expect(scored({ spent: '-3.00' }, all)?.monetary).toBe(1);
  });

  test.each([FEWEST_BUYERS - 1, 0])('of %i buyers there are none', (count) => {
    expect(scoreBorders(buyers(count))).toBeUndefined();
  });

  it('do not depend on the order in which buyers are read', () => {
    const all = buyers(33);

    expect(scoreBorders(all.toReversed())).toEqual(scoreBorders(all));
    expect(scoreBorders(all)?.buyers).toBe(33);
  });

  it('give 5 to who bought after the borders were calculated', () => {
    expect(scored({ lastAt: 5000 }, buyers(20))?.recency).toBe(5);
  });
});
