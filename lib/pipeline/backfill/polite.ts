import type { Clock } from '../../core/ports/telemetry.ts';
import type { StoreApi, StoreQuestion } from '../../core/stores/store-api.ts';

/** Pages that take so many times as long as usual find the store busy. */
const BUSY = 2;
/** What is quicker than this is no burden, whatever is usual. */
const FINE_MS = 500;
/** A rest is as many times as long as a page takes, at most. */
const MOST_RESTS = 3;
const LONGEST_REST_MS = 10_000;
/** One page that takes long is none of the store's troubles: the last few count. */
const RECENT = 0.4;
/** What is usual falls slowly and rises slower, or a store that is slow for an hour would be taken for well. */
const FALLING = 0.2;
const RISING = 0.01;

/**
 * Reads a store as a guest: one request at a time, and a rest after each while pages take longer than usual, the longer
 * the slower the store has become.
 */
export class Politeness {
  /** Kind of thing → how long (ms) a full page takes when the store is well. */
  readonly usualMs: Record<string, number>;
  readonly #clock: Clock;
  readonly #recentMs = new Map<string, number>();
  #restUntil = 0;

  constructor(clock: Clock, usualMs: Readonly<Record<string, number>> = {}) {
    this.#clock = clock;
    this.usualMs = { ...usualMs };
  }

  /** The same API, called politely. */
  guest(api: StoreApi): StoreApi {
    return {
      ...api,
      list: (question) => this.#politely(() => api.list(question), pageOf(question)),
      order: (id) => this.#politely(() => api.order(id), undefined),
    };
  }

  async #politely<Value>(call: () => Promise<Value>, page: string | undefined): Promise<Value> {
    const rest = this.#restUntil - this.#clock.now();
    if (rest > 0) await this.#clock.sleep(rest);
    const start = this.#clock.now();
    const answer = await call();
    const end = this.#clock.now();
    if (page !== undefined) this.#restUntil = end + this.#restAfter(page, end - start);
    return answer;
  }

  #restAfter(page: string, ms: number): number {
    const usual = Math.max(1, this.usualMs[page] ?? ms);
    const before = this.#recentMs.get(page) ?? usual;
    const recent = before + (ms - before) * RECENT;
    this.#recentMs.set(page, recent);
    this.usualMs[page] = Math.round(usual + (ms - usual) * (ms < usual ? FALLING : RISING));
    if (recent < FINE_MS || recent < usual * BUSY) return 0;
    return Math.min(LONGEST_REST_MS, recent * Math.min(MOST_RESTS, recent / usual - 1));
  }
}

/** Only whole pages of one kind can be compared. */
function pageOf({ kind, perPage, ids, outline }: StoreQuestion): string | undefined {
  return perPage === undefined && ids === undefined && outline === undefined ? kind : undefined;
}
