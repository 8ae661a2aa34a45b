import { describe, expect, it } from 'vitest';
import { recordingLog } from '../support/log.ts';
import { FAULTS } from './faults.ts';
import { NOTHING_YET, sum, tallyOf } from './report.ts';
import { simulate } from './world.ts';

/** More by hand: npm run simulate -- --seeds 10000 */
const SEEDS = 200;

describe('the bridge in a world where everything goes wrong', () => {
  it(`loses nothing, doubles nothing and ends right in ${String(SEEDS)} seeds`, async () => {
    const log = recordingLog();
    let tally = NOTHING_YET;
    for (let seed = 1; seed <= SEEDS; seed += 1) tally = sum(tally, tallyOf(await simulate({ seed, log })));

    expect(tally.failures).toEqual([]);
    expect({ lost: tally.lost, doubled: tally.doubled, wrong: tally.wrong }).toEqual({
      lost: 0,
      doubled: 0,
      wrong: 0,
    });
    expect(tally.seeds).toBe(SEEDS);
  }, 600_000);

  it('replays a seed exactly', async () => {
    const [first, again] = [await simulate({ seed: 8 }), await simulate({ seed: 8 })];

    expect({ ...again, faults: [...again.faults] }).toEqual({ ...first, faults: [...first.faults] });
  });

  it('has every kind of fault in it', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 150 && seen.size < FAULTS.length; seed += 1)
      for (const fault of (await simulate({ seed })).faults.keys()) seen.add(fault);

    expect(FAULTS.filter((fault) => !seen.has(fault))).toEqual([]);
  }, 600_000);
});
