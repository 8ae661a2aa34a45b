import type { Telemetry } from './telemetry.ts';

/** A function that a schedule starts; what it throws is logged and thrown on, so that CloudWatch counts it. */
export function scheduledDoor(work: () => Promise<unknown>, telemetry: Telemetry) {
  return async function handler(): Promise<void> {
    try {
      await work();
    } catch (error) {
      telemetry.log.error('A scheduled run failed; the next one tries again', {}, error);
      throw error;
    } finally {
      telemetry.flush();
    }
  };
}
