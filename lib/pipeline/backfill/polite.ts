import type { Clock } from '../../core/ports/telemetry.ts';
import type { StoreApi, StoreQuestion } from '../../core/stores/store-api.ts';

/** A page that takes so many times as long as usual finds the store busy. */
const BUSY = 1.5;
/** A rest is as many times as long as the page took, at most. */
const MOST_RESTS = 3;
const LONGEST_REST_MS = 10_000;
/** What is usual rises slowly, or a store that is slow for an hour would be taken for well. */
const FORGETTING = 0.01;

/**
 * Reads a store as a guest: one request at a time, and a rest after each page that took longer than usual, the longer
 * the slower the store has become.
 */
export class Politeness {
  /** Kind of thing → how long (ms) a full page takes when the store is well. */
  readonly usualMs: Record<string, number>;
  readonly #clock: Clock;
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
    this.usualMs[page] = Math.round(
      ms < usual ? (usual + ms) / 2 : usual * (1 - FORGETTING) + ms * FORGETTING,
    );
    const slower = ms / usual;
    return slower < BUSY ? 0 : Math.min(LONGEST_REST_MS, ms * Math.min(MOST_RESTS, slower - 1));
  }
}

/** Only whole pages of one kind can be compared. */
function pageOf({ kind, perPage, ids, outline }: StoreQuestion): string | undefined {
  return perPage === undefined && ids === undefined && outline === undefined ? kind : undefined;
}
