import type { Budget } from '../core/pace/budget.ts';
import { believedMs, retryAfterMs } from '../core/pace/retry.ts';

type Headers = Readonly<Record<string, string>>;

/** Below it a reset is a number of seconds, above it a time. */
const EPOCH_SECONDS = 1_000_000_000;

/** How long an answer asks to be left alone, in ms: Mautic 4 to 6 name a time (recording 562), what stands before it a Retry-After. */
export function waitOf(headers: Headers, now: number): number | undefined {
  const after = headers['retry-after'];
  return after === undefined || after === ''
    ? resetIn(headers, now)
    : retryAfterMs(after, serverNow(headers, now));
}

/**
 * What the rate limiter of Mautic 4 to 6 says on every answer, a successful one too (5.2.1: 265-269); `undefined` where
 * there is none, as in Mautic 7 (7.0.0: 262-266).
 */
export function budgetOf(headers: Headers, now: number): Budget | undefined {
  const [limit, remaining] = [
    numberIn(headers, 'x-ratelimit-limit'),
    numberIn(headers, 'x-ratelimit-remaining'),
  ];
  const wait = resetIn(headers, now);
  if (limit === undefined || remaining === undefined || wait === undefined) return undefined;
  return { limit, remaining, resetAt: now + wait };
}

/** By Mautic's own clock: a time in epoch seconds, or a number of seconds. */
function resetIn(headers: Headers, now: number): number | undefined {
  const reset = numberIn(headers, 'x-ratelimit-reset');
  if (reset === undefined) return undefined;
  return believedMs(reset > EPOCH_SECONDS ? reset * 1000 - serverNow(headers, now) : reset * 1000);
}

function numberIn(headers: Headers, name: string): number | undefined {
  const value = Number(headers[name] || Number.NaN);
  return Number.isNaN(value) ? undefined : value;
}

function serverNow(headers: Headers, now: number): number {
  return Date.parse(headers['date'] ?? '') || now;
}
