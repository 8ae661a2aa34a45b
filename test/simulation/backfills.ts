import type { Registers } from '../../lib/core/ports/ledger.ts';
import { historyOf, readHistory } from '../../lib/core/stores/history.ts';
import {
  pauseBackfill,
  readBackfill,
  resumeBackfill,
  startBackfill,
} from '../../lib/pipeline/backfill/control.ts';
import type { Dice, Engine } from './engine.ts';

const MINUTE = 60_000;

interface BackfillsParts {
  readonly stores: readonly string[];
  readonly registers: Registers;
  readonly engine: Engine;
  readonly dice: Dice;
}

/** What a person does with the past of the stores: has it read, stops that, and has it go on. */
export class Backfills {
  readonly #parts: BackfillsParts;

  constructor(parts: BackfillsParts) {
    this.#parts = parts;
  }

  /** Some time while the shop is busy. */
  plan(until: number): void {
    const { engine, dice, stores } = this.#parts;
    for (const store of stores) {
      const start = dice.between(0, until - engine.now);
      const noSegments = dice.chance(0.3);
      engine.after(start, () => void startBackfill(this.#control, store, noSegments ? { noSegments } : {}));
      if (!dice.chance(0.4)) continue;
      const pause = start + dice.between(1, 10 * MINUTE);
      engine.after(pause, () => void pauseBackfill(this.#control, store));
      engine.after(pause + dice.between(1, 60) * MINUTE, () => void resumeBackfill(this.#control, store));
    }
  }

  /** Nobody leaves one paused, or unbegun. */
  async finish(): Promise<void> {
    for (const store of this.#parts.stores) {
      await resumeBackfill(this.#control, store);
      if (!(await readBackfill(this.#control, store))) await startBackfill(this.#control, store);
    }
  }

  /** Once more, of everything. */
  async again(): Promise<void> {
    for (const store of this.#parts.stores) await startBackfill(this.#control, store);
  }

  /** Stores whose whole past was read. */
  async whole(): Promise<ReadonlySet<string>> {
    const whole = new Set<string>();
    for (const store of this.#parts.stores) {
      const { state, receipt } = (await readBackfill(this.#control, store)) ?? {};
      if (state === 'finished' && receipt?.unshown === 0) whole.add(store);
    }
    return whole;
  }

  /** A line for each that has not come to its end. */
  async unfinished(): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const store of this.#parts.stores) {
      const backfill = await readBackfill(this.#control, store);
      if (backfill?.state !== 'finished')
        lines.push(`the past of ${store} (${backfill?.step ?? 'not begun'})`);
    }
    return lines;
  }

  /** Stores whose history the ledger cannot know. */
  async unknown(): Promise<readonly string[]> {
    const { stores, registers } = this.#parts;
    const whole = await this.whole();
    const found = await Promise.all(stores.map((store) => registers.read(historyOf(store))));
    return stores.filter(
      (store, index) => !whole.has(store) && readHistory(found[index]?.text) === undefined,
    );
  }

  get #control() {
    const { registers, engine } = this.#parts;
    return { registers, clock: { now: () => engine.now } };
  }
}
