import { type Backfill, backfillOf, readBackfillText } from '../../core/stores/backfill.ts';
import { type Bookmark, openBookmark } from '../reconcile/bookmark.ts';
import type { Counted } from './counting.ts';
import type { BackfillParts } from './parts.ts';

type Place = 'readTo' | 'afterId' | 'role' | 'page' | 'total' | 'after';
const PLACES: readonly Place[] = ['readTo', 'afterId', 'role', 'page', 'total', 'after'];

/** How far the backfill of a store is. Whoever else writes it, such as a person who pauses it, ends this run. */
export class Progress {
  readonly #parts: BackfillParts;
  readonly #bookmark: Bookmark<Backfill>;
  #backfill: Backfill;
  #savedAt: number;

  private constructor(parts: BackfillParts, bookmark: Bookmark<Backfill>, backfill: Backfill) {
    this.#parts = parts;
    this.#bookmark = bookmark;
    this.#backfill = backfill;
    this.#savedAt = parts.clock.now();
  }

  /** `undefined`: there is none for this store. */
  static async open(parts: BackfillParts, store: string): Promise<Progress | undefined> {
    const bookmark = await openBookmark(parts.registers, backfillOf(store), readBackfillText);
    const backfill = bookmark.value();
    return backfill && new Progress(parts, bookmark, backfill);
  }

  get backfill(): Backfill {
    return this.#backfill;
  }

  /** It got further. @throws Overtaken when somebody else wrote in the meantime. */
  async advance(change: Partial<Backfill>): Promise<void> {
    const { trouble: _trouble, ...rest } = this.#backfill;
    await this.#save({ ...rest, ...change, movedAt: this.#parts.clock.now() });
  }

  /** It got further in what is read, of which so much is new. */
  async advanceReading(
    change: Partial<Backfill>,
    of: 'orders' | 'trash' | 'customers' | 'subscriptions',
    {
      read,
      skipped,
      changed,
      nameless,
    }: Omit<Counted, 'shown'> & { readonly changed: number; readonly nameless: number },
  ): Promise<void> {
    const { tally } = this.#backfill;
    const counts = { ...tally.skipped };
    for (const [reason, count] of Object.entries(skipped)) counts[reason] = (counts[reason] ?? 0) + count;
    this.#parts.metrics.count('BackfillRead', read);
    await this.advance({
      ...change,
      tally: {
        ...tally,
        [of]: (tally[of] ?? 0) + read,
        changed: tally.changed + changed,
        nameless: tally.nameless + nameless,
        skipped: counts,
      },
    });
  }

  /** Another step begins, at its beginning. */
  async enter(step: Backfill['step'], change: Partial<Backfill> = {}): Promise<void> {
    const before = Object.entries(this.#backfill).filter(([name]) => !PLACES.includes(name as Place));
    this.#backfill = Object.fromEntries(before) as Backfill;
    await this.advance({ ...change, step });
  }

  /** It does not get further for now. */
  async hinder(trouble: NonNullable<Backfill['trouble']>): Promise<void> {
    await this.#save({ ...this.#backfill, trouble });
  }

  async #save(next: Backfill): Promise<void> {
    const now = this.#parts.clock.now();
    const saved = { ...next, busyMs: next.busyMs + Math.max(0, now - this.#savedAt) };
    await this.#bookmark.save(saved);
    this.#backfill = saved;
    this.#savedAt = now;
  }
}
