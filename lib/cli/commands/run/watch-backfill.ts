import { commandLine } from '../../../core/ledger/command.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import { type Backfill, thingsIn } from '../../../core/stores/backfill.ts';
import { type BackfillControl, readBackfill } from '../../../pipeline/backfill/control.ts';
import { createProgress, type Progress } from '../../output/progress.ts';
import type { Site } from '../../place/place.ts';
import { answer } from '../../terminal.ts';
import { standLines } from './backfill-lines.ts';

const EVERY_MS = 2_000;
/** A run notes each page, and steps wait for five minutes at most. */
const STALLED_MS = 10 * 60_000;

/**
 * Shows how far the backfill of a store is, until it has finished or is paused. Whoever stops watching stops nothing.
 * @throws Error when there is none.
 */
export async function watchBackfill(
  site: Site,
  control: Pick<BackfillControl, 'registers'> & { readonly clock: Clock },
  store: string,
): Promise<void> {
  site.whenInterrupted(
    `The backfill goes on without this terminal. Watch it: ${commandLine('backfill --watch')}`,
  );
  const view = new View(site, store);
  try {
    for (;;) {
      const backfill = await readBackfill(control, store);
      if (!backfill) throw new Error(`There is no backfill of store ${store}.`);
      if (backfill.state !== 'running') {
        view.end();
        return answer(site, backfill, standLines(store, backfill));
      }
      view.show(backfill, control.clock.now());
      await control.clock.sleep(EVERY_MS);
    }
  } finally {
    view.end();
  }
}

/** One bar a step, and a line for what hinders it. */
class View {
  readonly #site: Site;
  readonly #store: string;
  #step = '';
  #progress: Progress | undefined;
  #trouble = '';
  #most = 0;
  #isStalled = false;

  constructor(site: Site, store: string) {
    this.#site = site;
    this.#store = store;
  }

  show(backfill: Backfill, now: number): void {
    const { step, trouble } = backfill;
    const phase =
      step === 'writing'
        ? 'contacts'
        : step === 'telling'
          ? 'contacts looked at again'
          : 'orders and customers';
    if (phase !== this.#step) {
      this.end();
      this.#step = phase;
      this.#progress = this.#site.json ? undefined : createProgress({ what: phase });
    }
    if (step !== 'writing' || backfill.left !== undefined)
      this.#progress?.update(...this.#countsOf(backfill));
    if (trouble && trouble.code !== this.#trouble)
      this.#site.terminal.complain(
        `Store ${this.#store} does not answer for now (${trouble.code}): ${trouble.message}`,
      );
    this.#trouble = trouble?.code ?? '';
    this.#tellStalled(backfill, now);
  }

  /** Once, until it moves again. */
  #tellStalled({ movedAt, trouble }: Backfill, now: number): void {
    const isStalled = trouble === undefined && now - movedAt > STALLED_MS;
    if (isStalled && !this.#isStalled)
      this.#site.terminal.complain(
        `Nothing has moved since ${new Date(movedAt).toISOString()}: ${commandLine('doctor')} says what is in the way, ${
          this.#site.place.kind === 'local' ? 'and npm start must run' : 'and the log of backfill what failed'
        }.`,
      );
    this.#isStalled = isStalled;
  }

  end(): void {
    this.#progress?.end();
    this.#progress = undefined;
  }

  #countsOf({ step, tally, expected, told = 0, left }: Backfill): [done: number, total?: number] {
    if (step === 'telling') return [told];
    if (step === 'writing') {
      this.#most = Math.max(this.#most, left ?? 0);
      return [this.#most - (left ?? this.#most), this.#most];
    }
    return [thingsIn(tally), expected === undefined ? 0 : thingsIn(expected)];
  }
}
