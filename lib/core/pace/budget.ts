import * as v from 'valibot';

/**
 * How many calls Mautic still takes from this token, as its rate limiter says in the headers of every answer (5.2.1:
 * recordings 265-270; 7.0 has none). Calls of all instances count.
 */
export const Budget = v.object({
  /** Calls a window. */
  limit: v.number(),
  /** Calls left in it. */
  remaining: v.number(),
  /** When the next window begins, epoch ms of our clock: never before, up to a second after. */
  resetAt: v.number(),
});
export type Budget = v.InferOutput<typeof Budget>;

/** Clocks are read to the second, and answers take their time. */
const SAME_WINDOW_MS = 2_000;
/** What is left of a window for live work alone. */
const RESERVED_SHARE = 0.25;
/** So few calls are made one after the other. */
const LAST_CALLS = 10;

/** Of two answers the one of the later window; in one window calls are only used up, and reset times are upper bounds. */
export function laterBudget(known: Budget | undefined, seen: Budget): Budget {
  if (known?.limit !== seen.limit || seen.resetAt - known.resetAt > SAME_WINDOW_MS) return seen;
  if (known.resetAt - seen.resetAt > SAME_WINDOW_MS) return known;
  return {
    ...seen,
    remaining: Math.min(known.remaining, seen.remaining),
    resetAt: Math.min(known.resetAt, seen.resetAt),
  };
}

/** No call is left in the window that is under way. */
export function isSpent(budget: Budget | undefined, now: number): budget is Budget {
  return budget !== undefined && budget.remaining <= 0 && budget.resetAt > now;
}

/** What is left is for live work. */
export function isScarce(budget: Budget | undefined, now: number): budget is Budget {
  return budget !== undefined && gradeOf(budget) !== 'ample' && budget.resetAt > now;
}

/** Calls at once might be more than are left. */
export function isNearlySpent(budget: Budget | undefined, now: number): boolean {
  return budget !== undefined && budget.remaining < LAST_CALLS && budget.resetAt > now;
}

/** Whether others should know: while there is enough, everybody sees it by their own answers. */
export function isBudgetNews(before: Budget | undefined, after: Budget | undefined): boolean {
  const [grade, next] = [gradeOf(before), gradeOf(after)];
  if (grade !== next) return true;
  return next !== 'ample' && (after?.resetAt ?? 0) - (before?.resetAt ?? 0) > SAME_WINDOW_MS;
}

function gradeOf(budget: Budget | undefined): 'ample' | 'scarce' | 'spent' {
  if (!budget || budget.remaining >= budget.limit * RESERVED_SHARE) return 'ample';
  return budget.remaining <= 0 ? 'spent' : 'scarce';
}
