import { describe, expect, it } from 'vitest';
import { planLines, startLines } from '../../../../lib/cli/commands/run/backfill-lines.ts';
import type { BackfillPlan } from '../../../../lib/pipeline/backfill/plan.ts';

const PLAN: BackfillPlan = {
  store: 'demo',
  totals: { orders: 3, trash: 1, customers: 1 },
  sampled: { orders: 3, trash: 1, customers: 1, isAll: true },
  contacts: { create: 2, change: 0, same: 1, none: 0 },
  skipped: {},
  segments: [],
  examples: [],
  forecast: { readingSeconds: 1, writingSeconds: 180, dollars: 0.01 },
  advice: [],
};

describe('the plan of a backfill', () => {
  it('counts what lies in the trash by itself, and names the command that starts it', () => {
    const [first] = planLines(PLAN);

    expect(first).toBe('Store demo: 3 orders, 1 in the trash, 1 customer; all of them were looked at.');
    expect(planLines(PLAN)).toContain(
      'It takes about 1 second to read and 3 minutes to write, and AWS takes about $0.01.',
    );
    expect(startLines(PLAN)).toEqual([
      expect.stringMatching(/^Start it: npm run -s bridge -- backfill, with the same flags/),
    ]);
  });

  it('says that nothing would change where Mautic holds it all, and names no cost and no command', () => {
    const done = { ...PLAN, contacts: { create: 0, change: 0, same: 3, none: 0 } };

    expect(planLines(done).at(-1)).toBe(
      'Nothing would change in Mautic; reading it all once more takes about 1 second.',
    );
    expect(planLines({ ...done, sampled: { ...PLAN.sampled, isAll: false } }).at(-1)).toMatch(
      /^Nothing of what was looked at would change/,
    );
    expect(startLines(done)).toEqual([]);
  });
});
