import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Budget,
  isBudgetNews,
  isNearlySpent,
  isScarce,
  isSpent,
  laterBudget,
} from '../../../lib/core/pace/budget.ts';
import { CALM, isNews, observe, type Pace, paceText, readPace } from '../../../lib/core/pace/pace.ts';

const NOW = Date.parse('2026-12-01T12:00:00Z');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function left(remaining: number, changes: Partial<Budget> = {}): Budget {
  return { limit: 20, remaining, resetAt: NOW + MINUTE, ...changes };
}

const budget: fc.Arbitrary<Budget> = fc.record({
  limit: fc.constant(20),
  remaining: fc.integer({ min: 0, max: 20 }),
  resetAt: fc.integer({ min: NOW, max: NOW + HOUR }),
});

describe('what two answers say about a rate limit', () => {
  it('is what the later window says', () => {
    const next = left(19, { resetAt: NOW + 2 * MINUTE });

    expect(laterBudget(left(0), next)).toBe(next);
    expect(laterBudget(next, left(0))).toBe(next);
  });

  it('in one window is the fewest calls, and the earlier of two times that are too late', () => {
    const late = left(7, { resetAt: NOW + MINUTE + 900 });

    expect(laterBudget(left(3), late)).toEqual(left(3));
    expect(laterBudget(late, left(3))).toEqual(left(3));
  });

  it('is what was said last when the limit is another', () => {
    expect(laterBudget(left(0), left(99, { limit: 100 }))).toEqual(left(99, { limit: 100 }));
  });

  it('never gives more calls for one window than any answer did', () => {
    fc.assert(
      fc.property(budget, budget, (a, b) => {
        const both = laterBudget(a, b);
        const same = [a, b].filter(({ resetAt }) => Math.abs(resetAt - both.resetAt) <= 2 * SECOND);
        expect(both.remaining).toBeLessThanOrEqual(Math.min(...same.map(({ remaining }) => remaining)));
      }),
    );
  });
});

describe('a rate limit', () => {
  it('is used up at nothing left, until its window ends', () => {
    expect([isSpent(left(1), NOW), isSpent(left(0), NOW), isSpent(left(0), NOW + MINUTE)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(isSpent(undefined, NOW)).toBe(false);
  });

  it('keeps its last quarter for live work', () => {
    expect([left(5), left(4), left(0)].map((one) => isScarce(one, NOW))).toEqual([false, true, true]);
    expect(isScarce(left(4), NOW + MINUTE)).toBe(false);
  });

  it('has its last calls made one after the other', () => {
    expect([left(10), left(9)].map((one) => isNearlySpent(one, NOW))).toEqual([false, true]);
    expect(isNearlySpent(undefined, NOW)).toBe(false);
  });
});

describe('the pace under a rate limit', () => {
  const call = (seen: Budget, at = NOW) => ({ at, ms: 50, evidence: 'answered', budget: seen }) as const;

  it('holds every call until the next window once the last call is made, to the second', () => {
    expect(observe(CALM, call(left(1))).heldUntil).toBe(0);
    expect(observe(CALM, call(left(0))).heldUntil).toBe(NOW + MINUTE);
  });

  it('is no slower and opens no breaker for being limited, however often', () => {
    let pace: Pace = CALM;
    for (let n = 0; n < 50; n += 1)
      pace = observe(pace, { at: NOW + n * MINUTE, ms: 20, evidence: 'limited', waitMs: 30 * SECOND });

    expect(pace).toEqual({ ...CALM, heldUntil: NOW + 49 * MINUTE + 30 * SECOND });
  });

  it('closes an open breaker when its probe is only limited: Mautic is back', () => {
    const open: Pace = { ...CALM, open: { until: NOW, opens: 3, probe: NOW + HOUR } };
    const limited = { at: NOW, ms: 20, evidence: 'limited', waitMs: SECOND, probe: NOW + HOUR } as const;

    expect(observe(open, limited).open).toBeUndefined();
  });

  it('is written for others only when it begins to matter, or ends to', () => {
    const ample = observe(CALM, call(left(15)));
    const scarce = observe(ample, call(left(3)));
    const next = observe(scarce, call(left(18, { resetAt: NOW + 3 * MINUTE }), NOW + 2 * MINUTE));

    expect([isNews(CALM, ample), isNews(ample, scarce), isNews(scarce, next)]).toEqual([false, true, true]);
    expect(isBudgetNews(left(3), left(2))).toBe(false);
  });

  it('is kept as text, and read from a version that knew no limits', () => {
    const scarce = observe(CALM, call(left(3)));
    const { budget: _budget, ...old } = scarce;

    expect(readPace(paceText(scarce))).toEqual(scarce);
    expect(readPace(paceText(old))).toEqual(old);
  });
});
