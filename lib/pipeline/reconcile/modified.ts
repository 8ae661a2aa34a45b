import type { ReadItem } from '../../core/stores/source.ts';
import type { StoreKind, StorePage, StoreQuestion } from '../../core/stores/store-api.ts';
import { takeIn } from './take-in.ts';
import { ask, contradiction, type Visit } from './visit.ts';

/** What a store lists by the time of its last change. */
export interface Stream {
  readonly name: string;
  readonly kind: StoreKind;
  readonly trash?: true;
}

export const ORDERS: Stream = { name: 'orders', kind: 'order' };
export const TRASH: Stream = { name: 'trash', kind: 'order', trash: true };
export const PRODUCTS: Stream = { name: 'products', kind: 'product' };

/** How far a reading is, epoch ms. */
export interface Reach {
  /** Up to then everything is in the ledger. */
  readonly readTo: number;
  /** Up to then this reading goes. */
  readonly asOf: number;
  /** The latest change read so far. */
  readonly newest: number | undefined;
}

/** Hears of it after each page. */
export type Moved = (reach: Reach) => Promise<void>;

const PER_PAGE = 100;
const SECOND_MS = 1_000;
/** What changed less than this ago may change again within its second (facts/woocommerce §1.9). */
const SETTLING_MS = 2_000;
/** How often a second is read again whose orders change while its pages are read. */
const MOST_TRIES = 5;

/**
 * Reads everything of a stream that changed after `after` (epoch ms) and up to two seconds ago by the store's clock,
 * into the ledger. Each page begins where the last one ended, by time and not by number, so that what changes
 * meanwhile moves nothing: it goes beyond the end, where the next run finds it.
 * @returns false when the time was over before the end.
 * @throws Unread when the store does not answer; Error when the ledger did not take all of it.
 */
export async function readModified(
  visit: Visit,
  { stream, after: from }: { readonly stream: Stream; readonly after: number },
  moved: Moved,
): Promise<boolean> {
  let after = wholeSecond(from);
  let to: number | undefined;
  let newest: number | undefined;
  for (;;) {
    if (!visit.hasTime()) return false;
    const question = questionOf(stream, after, to);
    const page = await ask(visit, question);
    to ??= wholeSecond(page.now - SETTLING_MS);
    const { first, last } = spanOf(question, page, await takeInPage(visit, question, page));
    newest = last ?? newest;
    if (page.items.length >= page.total || (last !== undefined && last > to)) {
      await moved({ readTo: to, asOf: to, newest });
      return true;
    }
    const next = endOf(question, { first, last, after });
    if (first === last && !(await readSecond(visit, stream, next))) return false;
    after = next;
    await moved({ readTo: after, asOf: to, newest });
  }
}

/** Both bounds are exclusive, and in whole seconds. */
function questionOf({ kind, trash }: Stream, after: number, to: number | undefined): StoreQuestion {
  return {
    kind,
    page: 1,
    modifiedAfter: after,
    ...(to !== undefined && { modifiedBefore: to + SECOND_MS }),
    ...(trash && { trash }),
  };
}

async function takeInPage(
  visit: Visit,
  { kind }: StoreQuestion,
  page: StorePage,
): Promise<readonly ReadItem[]> {
  return takeIn(
    visit,
    kind,
    page.items.map((item) => ({ item, now: page.now })),
  );
}

interface Span {
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** From when to when a page reaches. @throws Unread when it is not in order: then its end would say nothing. */
function spanOf(question: StoreQuestion, page: StorePage, read: readonly ReadItem[]): Span {
  const { items, total } = page;
  if (items.length === 0 ? total > 0 : items.length >= PER_PAGE && total < items.length)
    throw contradiction(question, 'does not hold as many as it says');
  const times = read.flatMap(({ modifiedAt }) => (modifiedAt === undefined ? [] : [modifiedAt]));
  if (times.some((time, index) => time < (times[index - 1] ?? 0)))
    throw contradiction(question, 'is not in the order that was asked for');
  return { first: times[0], last: times.at(-1) };
}

/** Up to where a full page says everything: its last second may go on, unless that is all it has. */
function endOf(question: StoreQuestion, { first, last, after }: Span & { readonly after: number }): number {
  if (first === undefined || last === undefined) throw contradiction(question, 'has no dates');
  const end = first === last ? last : last - SECOND_MS;
  if (end <= after) throw contradiction(question, 'goes beyond what was asked for');
  return end;
}

/**
 * Reads one whole second, of which there is more than a page: by page numbers, so if it got fewer meanwhile, some may
 * have moved to a page that was read, and it is read again.
 */
async function readSecond(visit: Visit, stream: Stream, second: number): Promise<boolean> {
  const question = questionOf(stream, second - SECOND_MS, second);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const outcome = await readPages(visit, question);
    if (outcome !== 'shrank') return outcome === 'whole';
  }
  throw contradiction(question, 'gets shorter and shorter while it is read');
}

async function readPages(visit: Visit, question: StoreQuestion): Promise<'whole' | 'shrank' | 'out-of-time'> {
  let total = 0;
  let read = 0;
  for (let page = 1; ; page += 1) {
    if (!visit.hasTime()) return 'out-of-time';
    const answer = await ask(visit, { ...question, page });
    if (answer.total < total) return 'shrank';
    await takeInPage(visit, question, answer);
    total = answer.total;
    read += answer.items.length;
    if (read >= total || answer.items.length === 0) return 'whole';
  }
}

function wholeSecond(time: number): number {
  return Math.floor(time / SECOND_MS) * SECOND_MS;
}
