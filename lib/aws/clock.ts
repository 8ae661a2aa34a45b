import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/ports/telemetry.ts';

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms) => {
    await sleep(ms);
  },
};
