import { expect, it } from 'vitest';
import { FAULTS, type Fault } from './faults.ts';
import { tallyOfMany } from './many.ts';

/** After those of simulation.test.ts. */
const [FIRST, LAST] = [11, 240];

it(`the bridge loses nothing, doubles nothing and ends right in ${String(LAST + 1 - FIRST)} more seeds, in which every kind of fault comes`, async () => {
  const { seeds, lost, doubled, wrong, failures, faults } = await tallyOfMany({ from: FIRST, to: LAST });

  expect(failures).toEqual([]);
  expect({ seeds, lost, doubled, wrong }).toEqual({ seeds: LAST + 1 - FIRST, lost: 0, doubled: 0, wrong: 0 });
  const missing = FAULTS.filter((fault: Fault) => !faults[fault]);
  expect(missing).toEqual([]);
}, 1_200_000);
