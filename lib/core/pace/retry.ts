/** Waits between tries, each about twice the last: a minute at first, an hour at most. */
const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;

/** How long to leave a contact alone after its `attempts`-th ring from the sweep, in ms. */
export function backOffMs(attempts: number): number {
  return Math.min(FIRST_MS * 2 ** Math.max(0, Math.min(attempts, 20) - 1), LONGEST_MS);
}
