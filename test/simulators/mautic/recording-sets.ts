import { RECORDED_ON_5_2_1, RECORDED_ON_7_0_0 } from './later-sessions.ts';
import type { RecordingSet } from './replay.ts';
import { RECORDED_ON_5_2_0 } from './sessions.ts';

/** Every set of recordings the simulator is held to. */
export const RECORDING_SETS: readonly RecordingSet[] = [
  RECORDED_ON_5_2_0,
  RECORDED_ON_5_2_1,
  RECORDED_ON_7_0_0,
];
