import type { Register } from '../../core/ledger/register.ts';
import { isNews, type Pace, paceText, readPace } from '../../core/pace/pace.ts';
import type { Registers } from '../../core/ports/ledger.ts';
import type { Log, Metrics } from '../../core/ports/telemetry.ts';

export interface PaceParts {
  readonly registers: Registers;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The pace as it was read, and the revision under which it may be replaced. */
export interface SharedPace {
  readonly pace: Pace;
  readonly revision: number | undefined;
}

export type PaceChange = (pace: Pace) => Pace;

const REGISTER: Register = { of: 'mautic', name: 'PACE' };
/** Instances that write at once take turns; news that never get their turn are not worth more. */
const MAX_TRIES = 4;

/** Reads the pace that all instances share; `undefined` when it cannot be had: then everything goes on at full speed. */
export async function readSharedPace({
  registers,
  log,
}: Pick<PaceParts, 'log'> & { readonly registers: Pick<Registers, 'read'> }): Promise<
  SharedPace | undefined
> {
  try {
    const stored = await registers.read(REGISTER);
    return { pace: readPace(stored?.text), revision: stored?.revision };
  } catch (error) {
    log.warn('The pace of calls to Mautic could not be read; going on at full speed', {}, error);
    return undefined;
  }
}

/**
 * Applies a change to what is in the register, however often somebody else is faster, and answers what is there now;
 * `undefined` when it could not be written. A change that is no news is not written.
 */
export async function changeSharedPace(
  parts: PaceParts,
  seen: SharedPace | undefined,
  change: PaceChange,
): Promise<SharedPace | undefined> {
  let current = seen ?? (await readSharedPace(parts));
  for (let tries = 0; current && tries < MAX_TRIES; tries += 1) {
    const pace = change(current.pace);
    if (!isNews(current.pace, pace)) return current;
    const written = await write(parts, pace, current.revision);
    if (written === undefined) return undefined;
    if (written) {
      report(parts, current.pace, pace);
      return { pace, revision: (current.revision ?? 0) + 1 };
    }
    current = await readSharedPace(parts);
  }
  return undefined;
}

/** False: somebody was faster; `undefined`: nobody knows. */
async function write(
  { registers, log }: PaceParts,
  pace: Pace,
  revision: number | undefined,
): Promise<boolean | undefined> {
  try {
    return await registers.write(REGISTER, paceText(pace), revision);
  } catch (error) {
    log.warn('The pace of calls to Mautic could not be written; others learn it for themselves', {}, error);
    return undefined;
  }
}

/** Whoever wrote it tells of it, so that it is told once. */
function report({ log, metrics }: PaceParts, before: Pace, after: Pace): void {
  if (after.level > before.level) metrics.count('MauticSlowed');
  if (after.open && after.open.opens > (before.open?.opens ?? 0)) {
    metrics.count('BreakerOpened');
    const { until, opens } = after.open;
    log.error('Most calls to Mautic fail; it is left alone and contacts wait in the ledger', {
      until,
      opens,
    });
  }
  const { budget } = after;
  if (budget && budget.remaining <= 0 && after.heldUntil > before.heldUntil) {
    const fields = { limit: budget.limit, until: budget.resetAt };
    log.warn("Mautic's rate limit is used up; contacts wait for its next window", fields);
  }
  if (before.open && !after.open) log.info('Mautic answers again; contacts are written again');
}
