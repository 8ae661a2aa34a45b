import type { Context } from 'aws-lambda';
import { masked } from './scrub.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * A function that a schedule starts, told how long (ms) it may still run; what it throws is logged and thrown on, so
 * that CloudWatch counts it.
 */
export function scheduledDoor(work: (remainingMs: () => number) => Promise<unknown>, telemetry: Telemetry) {
  return async function handler(
    _event?: unknown,
    context?: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<void> {
    try {
      await work(() => context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY);
    } catch (error) {
      telemetry.log.error('A scheduled run failed; the next one tries again', {}, error);
      throw masked(error);
    } finally {
      telemetry.flush();
    }
  };
}
