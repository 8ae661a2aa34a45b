import type { Failure } from '../../../core/ledger/failure.ts';
import type { StoreItem, StorePage, StoreQuestion } from '../../../core/stores/store-api.ts';
import { clockOf, mayBeOneThing } from '../answering.ts';
import type { Unshown } from '../left-out.ts';
import { contradiction, nameOf, readItem, Unread, type Visit } from '../visit.ts';

/** As many as a store shows on a page. */
export const PER_PAGE = 100;
/** The next smaller part: few that fail, because each may take as long as a request may. */
const PARTS = [10, 1];
/** When nothing of a page can be shown it is the store's fault, unless there is next to nothing on it. */
const MOST_ALONE = 3;

/** What of a page could be shown. */
export interface Parts {
  readonly items: readonly StoreItem[];
  readonly unshown: readonly Unshown[];
  readonly total: number | undefined;
}

/**
 * Asks for a page that failed in parts, by ids where the question names them, else by place; what fails alone is left
 * out. @throws Unread when nothing can be shown, the time is over, or the list changes while it is read by place.
 */
export async function inParts(visit: Visit, question: StoreQuestion, failure: Failure): Promise<Parts> {
  const gathering = new Gathering(visit);
  const { failed } = gathering;
  const isWhole = await gathering.divide(question, failure);
  const isInVain = failed.length > 0 && !gathering.hasAnswered;
  const isUnread = failed.length > MOST_ALONE || (isInVain && (await clockOf(visit, question)) === undefined);
  if (isInVain && isUnread) throw new Unread(failure, nameOf(question));
  for (const [unshown, why] of failed) await visit.leftOut.add(unshown, why);
  if (!isWhole) throw new Unread(failure, nameOf(question));
  const { items, total, known } = gathering;
  return { items, unshown: [...known, ...failed.map(([unshown]) => unshown)], total };
}

class Gathering {
  readonly items: StoreItem[] = [];
  /** What failed alone, and how. */
  readonly failed: [Unshown, Failure][] = [];
  /** What is left out since long. */
  readonly known: Unshown[] = [];
  hasAnswered = false;
  total: number | undefined;
  #isAtEnd = false;
  readonly #visit: Visit;

  constructor(visit: Visit) {
    this.#visit = visit;
  }

  /** False when the time is over before all was asked for. */
  async divide(question: StoreQuestion, failure: Failure): Promise<boolean> {
    if (sizeOf(question) === 1) return this.#giveUp(question, failure);
    for (const part of partsOf(this.#withoutKnown(question))) {
      if (this.#isAtEnd) return true;
      if (!this.#visit.hasTime() || !(await this.#ask(part))) return false;
    }
    return true;
  }

  /** What has no name cannot be tried again later, so it gets its second chance now. */
  async #giveUp(question: StoreQuestion, failure: Failure): Promise<boolean> {
    const again = question.ids ? undefined : await this.#visit.api.list(question);
    if (again?.ok) this.#take(question, again.value);
    else this.failed.push([this.#nameOf(question), failure]);
    return true;
  }

  async #ask(part: StoreQuestion): Promise<boolean> {
    const answer = await this.#visit.api.list(part);
    if (answer.ok) {
      this.#take(part, answer.value);
      return true;
    }
    if (!mayBeOneThing(answer.failure)) throw new Unread(answer.failure, nameOf(part));
    return this.divide(part, answer.failure);
  }

  #take(part: StoreQuestion, { items, total, now }: StorePage): void {
    this.hasAnswered = true;
    this.items.push(...items.map((item) => ({ item, now })));
    if (part.ids) return;
    this.#isAtEnd = items.length < sizeOf(part);
    if (items.length > 0 && total !== undefined && total !== (this.total ?? total))
      throw contradiction(part, 'changes while it is read in parts');
    this.total ??= total;
  }

  #withoutKnown(question: StoreQuestion): StoreQuestion {
    const { kind, ids } = question;
    if (!ids) return question;
    const { known = [], rest = [] } = Object.groupBy(ids, (id) =>
      this.#visit.leftOut.has(kind, id) ? 'known' : 'rest',
    );
    this.known.push(...known.map((id) => ({ kind, id })));
    return { ...question, ids: rest };
  }

  #nameOf({ kind, ids }: StoreQuestion): Unshown {
    const last = this.items.at(-1);
    return ids
      ? { kind, id: ids[0] }
      : { kind, id: undefined, after: last && readItem(this.#visit, kind, last).id };
  }
}

function sizeOf({ ids, perPage = PER_PAGE }: StoreQuestion): number {
  return ids ? ids.length : perPage;
}

function partsOf(question: StoreQuestion): readonly StoreQuestion[] {
  const whole = sizeOf(question);
  const size = PARTS.find((one) => one < whole) ?? 1;
  const { ids, page } = question;
  const count = Math.ceil(whole / size);
  return Array.from({ length: count }, (_, index) =>
    ids
      ? { ...question, ids: ids.slice(index * size, (index + 1) * size) }
      : { ...question, perPage: size, page: (page - 1) * count + index + 1 },
  );
}
