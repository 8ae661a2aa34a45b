import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { NOTHING_YET, sum, tallyOf } from './report.ts';
import { UNBROKEN } from './variant.ts';
import { VARIANTS } from './variants.ts';
import { simulate } from './world.ts';

const Work = v.object({
  seed: v.number(),
  seeds: v.number(),
  step: v.number(),
  variant: v.optional(v.string()),
});

/** Runs every `step`-th seed and posts their tally. */
const { seed: first, seeds, step, variant: name } = v.parse(Work, workerData);
const variant = VARIANTS.find((one) => one.name === name) ?? UNBROKEN;
let tally = NOTHING_YET;
for (let seed = first; seed < first + seeds; seed += step)
  tally = sum(tally, tallyOf(await simulate({ seed, variant })));
parentPort?.postMessage(tally);
