import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';
import { KINDS } from './inputs/generate.ts';
import { written } from './report.ts';

/** Of every kind there is one at least, and one body that is too large. */
const SEED = 4700;
const INPUTS = 7200;

test(`${String(INPUTS)} hostile inputs harm nobody`, async () => {
  const report = await fuzz({ seed: SEED, inputs: INPUTS });

  expect(report.failures, written(report)).toEqual([]);
  expect(report.inputs).toBe(INPUTS);
  expect(Object.keys(report.kinds).sort()).toEqual(Object.keys(KINDS).sort());
  expect(Object.keys(report.statuses).sort()).toEqual(['200', '401', '404', '413']);
  expect(Object.keys(report.drops)).toEqual(
    expect.arrayContaining(['malformed', 'error-document', 'checkout-draft', 'product-deletion']),
  );
});

test('an input of the same seed is the same input', async () => {
  const reports = await Promise.all([1, 2].map(() => fuzz({ seed: 8123, inputs: 40 })));

  const [once, again] = reports.map(({ kinds, statuses, drops }) => ({ kinds, statuses, drops }));
  expect(again).toEqual(once);
});
