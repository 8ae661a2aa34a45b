import { recordingLog } from '../support/log.ts';
import { NOTHING_YET, sum, type Tally, tallyOf } from './report.ts';
import { simulate } from './world.ts';

/** What became of the worlds of these seeds, first and last included. */
export async function tallyOfMany({ from, to }: { from: number; to: number }): Promise<Tally> {
  const log = recordingLog();
  let tally = NOTHING_YET;
  for (let seed = from; seed <= to; seed += 1) tally = sum(tally, tallyOf(await simulate({ seed, log })));
  return tally;
}
