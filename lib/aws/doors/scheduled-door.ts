import type { Context } from 'aws-lambda';
import * as v from 'valibot';
import { masked } from '../telemetry/scrub.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

const Part = v.object({ only: v.string() });

/** `only`: the part of the work that the schedule asks for, where it does not ask for all of it. */
type Work = (remainingMs: () => number, only: string | undefined) => Promise<unknown>;

/**
 * A function that a schedule starts, told how long (ms) it may still run; what it throws is logged and thrown on, so
 * that CloudWatch counts it.
 */
export function scheduledDoor(work: Work, telemetry: Telemetry) {
  return async function handler(
    event?: unknown,
    context?: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<void> {
    try {
      const only = v.is(Part, event) ? event.only : undefined;
      await work(() => context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY, only);
    } catch (error) {
      telemetry.log.error('A scheduled run failed; the next one tries again', {}, error);
      throw masked(error);
    } finally {
      telemetry.flush();
    }
  };
}
