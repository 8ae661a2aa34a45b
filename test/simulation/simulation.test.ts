import { describe, expect, it } from 'vitest';
import { tallyOfMany } from './many.ts';
import { simulate } from './world.ts';

/** More in many-seeds.test.ts and once-wrong.test.ts (npm run test:deep), and by hand: npm run simulate -- --seeds 10000 */
const SEEDS = 10;

describe('the bridge in a world where everything goes wrong', () => {
  it(`loses nothing, doubles nothing and ends right in ${String(SEEDS)} seeds`, async () => {
    const { seeds, lost, doubled, wrong, failures } = await tallyOfMany({ from: 1, to: SEEDS });

    expect(failures).toEqual([]);
    expect({ seeds, lost, doubled, wrong }).toEqual({ seeds: SEEDS, lost: 0, doubled: 0, wrong: 0 });
  });

  it('replays a seed exactly', async () => {
    const [first, again] = [await simulate({ seed: 8 }), await simulate({ seed: 8 })];

    expect({ ...again, faults: [...again.faults] }).toEqual({ ...first, faults: [...first.faults] });
  });
});
