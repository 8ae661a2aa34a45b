import type { Failure } from '../../core/ledger/failure.ts';
import type { Register } from '../../core/ledger/register.ts';
import type { StoreKind } from '../../core/stores/store-api.ts';
import { type LeftOutThings, readLeftOut } from '../../core/stores/store-progress.ts';
import { type Bookmark, Overtaken, openBookmark } from './bookmark.ts';
import type { ReconcileParts } from './parts.ts';

export type Thing = LeftOutThings['things'][number];

/** Which thing the store cannot show, as far as that is known. */
export interface Unshown {
  readonly kind: StoreKind;
  /** `undefined` where the store says nothing at all of a page that holds it. */
  readonly id: string | undefined;
  /** The one before it in the store's list. */
  readonly after?: string | undefined;
}

/** As many of a store are tried again. */
const MOST_KEPT = 200;
/** An attempt may cost the store as long as a request may take. */
const AGAIN_MS = 3_600_000;
/** Others note what they cannot read at the same time. */
const MOST_TRIES = 20;
const REMEDY =
  'Open it in the store. If that fails too, the PHP log names the plugin; if not, megabytes of meta data may be too much for it.';

/**
 * What the store has and cannot show: one plugin that fails at one order, or more meta data than PHP has memory for,
 * spoils every page that holds it. It is left out of them, counted until it can be shown, and tried again.
 */
export class LeftOut {
  readonly #parts: ReconcileParts;
  readonly #store: string;
  #bookmark: Bookmark<LeftOutThings>;
  /** Of this run only: nobody can try them again. */
  #nameless: StoreKind[] = [];

  private constructor(parts: ReconcileParts, store: string, bookmark: Bookmark<LeftOutThings>) {
    this.#parts = parts;
    this.#store = store;
    this.#bookmark = bookmark;
  }

  static async open(parts: ReconcileParts, store: string): Promise<LeftOut> {
    return new LeftOut(parts, store, await openBookmark(parts.registers, registerOf(store), readLeftOut));
  }

  has(kind: StoreKind, id: string): boolean {
    return this.#things.some((thing) => thing.kind === kind && thing.id === id);
  }

  /** Those whose last attempt was a while ago, the longest first. */
  due(): readonly Thing[] {
    const before = this.#parts.clock.now() - AGAIN_MS;
    return this.#things.filter(({ triedAt }) => triedAt <= before).toSorted((a, b) => a.triedAt - b.triedAt);
  }

  /** It was tried in vain, for the first time or again. */
  async add({ kind, id, after }: Unshown, { code }: Failure): Promise<void> {
    const { clock, log } = this.#parts;
    const known = this.#things.find((thing) => thing.kind === kind && thing.id === id);
    const fields = { store: this.#store, kind, id, after, code, remedy: REMEDY };
    if (!known) log.error('The store cannot show one of its things; it is left out and tried again', fields);
    if (id === undefined) {
      this.#nameless.push(kind);
      return;
    }
    const now = clock.now();
    await this.#change((things) => {
      const same = things.find((thing) => thing.kind === kind && thing.id === id);
      const others = things.filter((thing) => thing !== same);
      return [...others, { kind, id, since: same?.since ?? now, triedAt: now }].slice(0, MOST_KEPT);
    });
  }

  /** The store shows it again, or has it no more; unless it failed once more since. */
  async remove(thing: Thing): Promise<void> {
    if (!this.#things.includes(thing)) return;
    await this.#change((things) =>
      things.filter((one) => one.kind !== thing.kind || one.id !== thing.id || one.triedAt !== thing.triedAt),
    );
    const { kind, id } = thing;
    const fields = { store: this.#store, kind, id };
    this.#parts.log.info('The store answers again about what it could not show', fields);
  }

  /** Counts what is left out now, so that an alarm lasts as long as that does. */
  count(): void {
    const number = this.#things.length + this.#nameless.length;
    if (number > 0) this.#parts.metrics.count('StoreItemUnreadable', number);
  }

  /** How many of a kind nobody can try again, of those that came up since this was asked last. */
  takeNameless(kind: StoreKind): number {
    const { [kind]: same = [] } = Object.groupBy(this.#nameless, (one) => one);
    this.#nameless = this.#nameless.filter((one) => one !== kind);
    return same.length;
  }

  /** How many of a kind wait for being tried again, as the ledger has it now. */
  async waiting(kind: StoreKind): Promise<number> {
    this.#bookmark = await this.#open();
    return this.#things.filter((thing) => thing.kind === kind).length;
  }

  /** A reading of another kind may note something at the same time; each try starts from what it left. */
  async #change(change: (things: LeftOutThings['things']) => LeftOutThings['things']): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#bookmark.save({ things: change(this.#things) });
        return;
      } catch (error) {
        if (!(error instanceof Overtaken) || tries === MOST_TRIES) throw error;
        this.#bookmark = await this.#open();
      }
    }
  }

  #open(): Promise<Bookmark<LeftOutThings>> {
    return openBookmark(this.#parts.registers, registerOf(this.#store), readLeftOut);
  }

  get #things(): LeftOutThings['things'] {
    return this.#bookmark.value()?.things ?? [];
  }
}

function registerOf(store: string): Register {
  return { of: { store }, name: 'LEFT-OUT' };
}
