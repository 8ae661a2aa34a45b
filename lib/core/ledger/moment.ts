/** Of the year 9999, which is as far as four digits of a date go, and the fifteen that a version has for one. */
const LAST = Date.UTC(10_000, 0, 1) - 1;

/**
 * Epoch ms of a date in any form that JavaScript reads; `undefined` where it is none that anything can have happened at:
 * before 1970, or after the year 9999.
 */
export function momentIn(text: string): number | undefined {
  const at = Date.parse(text);
  return at >= 0 && at <= LAST ? at : undefined;
}
