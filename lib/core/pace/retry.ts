/** Waits between tries, each about twice the last: a minute at first, an hour at most. */
const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;

/** How long to leave a contact alone after its `attempts`-th ring from the sweep, in ms. */
export function backOffMs(attempts: number): number {
  return Math.min(FIRST_MS * 2 ** Math.max(0, Math.min(attempts, 20) - 1), LONGEST_MS);
}

/** Others' clocks are wrong and their dates absurd: whoever asks for longer is asked again after this. */
const LONGEST_ASKED_MS = 3_600_000;

/** How long (ms) somebody is left alone who asks for so long. */
export function believedMs(asked: number): number {
  return Math.min(Math.max(0, asked), LONGEST_ASKED_MS);
}

/**
 * How long (ms) a `Retry-After` asks to be left alone: seconds, or a date (RFC 9110 §10.2.3) by the clock of whoever
 * sent it, epoch ms. `undefined`: it says neither.
 */
export function retryAfterMs(after: string, serverNow: number): number | undefined {
  const ms = Number.isNaN(Number(after)) ? Date.parse(after) - serverNow : Number(after) * 1000;
  return Number.isNaN(ms) ? undefined : believedMs(ms);
}
