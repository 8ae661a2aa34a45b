import type { StoreQuestion } from '../../../core/stores/store-api.ts';
import { takeIn } from '../pages/take-in.ts';
import { askWhole, isLast, type WholePage } from '../pages/whole-page.ts';
import { contradiction, type Visit } from '../visit.ts';

/** How often it is read again when its orders change while its pages are read. */
const MOST_TRIES = 5;

/**
 * Reads one whole second, of which there is more than a page: by page numbers, so if it got fewer meanwhile, some may
 * have moved to a page that was read, and it is read again. Where nobody says how many there are, it is read until
 * nothing new comes up. @returns false when the time was over before.
 */
export async function readCrowded(visit: Visit, question: StoreQuestion): Promise<boolean> {
  let before: ReadonlySet<string> | undefined;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const pass = new Pass();
    if (!(await pass.read(visit, question))) return false;
    if (pass.isWhole(before)) return true;
    before = pass.ids;
  }
  throw contradiction(question, 'gets shorter and shorter while it is read');
}

/** Once through all pages, or until there are fewer than there were. */
class Pass {
  readonly ids = new Set<string>();
  #total: number | undefined;
  #shrank = false;

  /** False when the time was over before. */
  async read(visit: Visit, question: StoreQuestion): Promise<boolean> {
    for (let page = 1; ; page += 1) {
      if (!visit.hasTime()) return false;
      const answer = await askWhole(visit, { ...question, page });
      if (this.#isShorter(answer)) return true;
      const read = await takeIn(visit, question.kind, answer.items);
      for (const { id } of read) this.ids.add(id ?? '');
      if (answer.length === 0 || isLast(answer, page)) return true;
    }
  }

  #isShorter({ total }: WholePage): boolean {
    const known = this.#total ?? 0;
    this.#total = total ?? this.#total;
    this.#shrank = total !== undefined && total < known;
    return this.#shrank;
  }

  isWhole(before: ReadonlySet<string> | undefined): boolean {
    if (this.#shrank) return false;
    if (this.#total !== undefined) return true;
    return before !== undefined && [...this.ids].every((id) => before.has(id));
  }
}
