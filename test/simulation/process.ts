import type { Clock } from '../../lib/core/ports/telemetry.ts';
import type { Engine } from './engine.ts';

/** One invocation of a function. Killed, it never does anything again, in the middle of whatever it was doing. */
export class Process {
  readonly #engine: Engine;
  readonly #startedAt: number;
  readonly #timeoutMs: number;
  #alive = true;
  #ended = false;

  constructor(engine: Engine, timeoutMs: number, onTimeout: () => void) {
    this.#engine = engine;
    this.#startedAt = engine.now;
    this.#timeoutMs = timeoutMs;
    engine.after(timeoutMs, () => {
      if (this.kill()) onTimeout();
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** True if it was still at work. */
  kill(): boolean {
    if (this.#ended || !this.#alive) return false;
    this.#alive = false;
    return true;
  }

  end(): void {
    this.#ended = true;
  }

  /** Lets time pass; does not resolve any more once the process is dead. */
  async pass(ms: number): Promise<void> {
    await this.#engine.wait(ms);
    if (!this.#alive) await FOR_EVER;
  }

  remainingMs(): number {
    return this.#startedAt + this.#timeoutMs - this.#engine.now;
  }

  get clock(): Clock {
    return { now: () => this.#engine.now, sleep: (ms) => this.pass(ms) };
  }
}

const FOR_EVER = new Promise<never>(() => undefined);
