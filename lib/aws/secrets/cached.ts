import type { Clock } from '../../core/ports/telemetry.ts';

/** A value that is expensive to load, remembered; however many ask at once, it is loaded once. */
export interface Cached<Value> {
  /** A copy loaded less than `maxAgeMs` ago. @throws when it cannot be loaded. */
  get(maxAgeMs: number): Promise<Value>;
  /** The same, but the last copy, however old, when it cannot be loaded. @throws when there is none. */
  getOrLast(maxAgeMs: number): Promise<Value>;
}

interface Copy<Value> {
  readonly value: Value;
  readonly readAt: number;
}

/** While a source fails, the last copy is used this long before the source is asked again. */
const PAUSE_AFTER_FAILURE_MS = 10_000;

export function createCached<Value>(load: () => Promise<Value>, clock: Pick<Clock, 'now'>): Cached<Value> {
  let last: Copy<Value> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let flight: Promise<Value> | undefined;

  async function refresh(): Promise<Value> {
    const readAt = clock.now();
    try {
      last = { value: await load(), readAt };
      failedAt = Number.NEGATIVE_INFINITY;
      return last.value;
    } catch (error) {
      failedAt = clock.now();
      throw error;
    } finally {
      flight = undefined;
    }
  }

  async function get(maxAgeMs: number): Promise<Value> {
    if (last && clock.now() - last.readAt < maxAgeMs) return last.value;
    flight ??= refresh();
    return flight;
  }

  async function getOrLast(maxAgeMs: number): Promise<Value> {
    if (last && clock.now() - failedAt < PAUSE_AFTER_FAILURE_MS) return last.value;
    try {
      return await get(maxAgeMs);
    } catch (error) {
      if (last) return last.value;
      throw error;
    }
  }

  return { get, getOrLast };
}
