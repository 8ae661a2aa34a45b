import { parentPort, workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { fuzz } from './fuzz.ts';

/** One part of a run, in a thread of its own. */
const Part = v.object({ seed: v.number(), inputs: v.number() });

parentPort?.postMessage(await fuzz(v.parse(Part, workerData)));
