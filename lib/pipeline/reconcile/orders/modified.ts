import type { ReadItem } from '../../../core/stores/source.ts';
import type { StoreKind, StoreQuestion } from '../../../core/stores/store-api.ts';
import { takeIn } from '../pages/take-in.ts';
import { askWhole, isLast, type WholePage } from '../pages/whole-page.ts';
import { contradiction, type Visit } from '../visit.ts';
import { readCrowded } from './crowded.ts';

/** What a store lists by the time of its last change. */
export interface Stream {
  readonly name: string;
  readonly kind: StoreKind;
  readonly trash?: true;
}

export const ORDERS: Stream = { name: 'orders', kind: 'order' };
export const TRASH: Stream = { name: 'trash', kind: 'order', trash: true };
export const PRODUCTS: Stream = { name: 'products', kind: 'product' };
export const SUBSCRIPTIONS: Stream = { name: 'subscriptions', kind: 'subscription' };

/** What a store has none of, or lists by no date, is not asked for, nor what no policy asks for. */
export function isRead({ source, parts, api }: Visit, { kind }: Stream): boolean {
  if (kind === 'product') return api.walksProducts !== true;
  return kind !== 'subscription' || (source.hasSubscriptions === true && parts.subscriptions === true);
}

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

const SECOND_MS = 1_000;
/** What changed less than this ago may change again within its second (facts/woocommerce §1.9). */
const SETTLING_MS = 2_000;

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
    const page = await askWhole(visit, question);
    to ??= wholeSecond(page.now - SETTLING_MS);
    const { first, last } = spanOf(question, page, await takeIn(visit, stream.kind, page.items));
    newest = last ?? newest;
    if (isLast(page, 1) || (last !== undefined && last > to)) {
      await moved({ readTo: to, asOf: to, newest });
      return true;
    }
    const next = endOf(question, { first, last, after });
    const second = questionOf(stream, next - SECOND_MS, next);
    if (first === last && !(await readCrowded(visit, second))) return false;
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

interface Span {
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** From when to when a page reaches. @throws Unread when it is not in order: then its end would say nothing. */
function spanOf(question: StoreQuestion, page: WholePage, read: readonly ReadItem[]): Span {
  if (page.length === 0 && (page.total ?? 0) > 0)
    throw contradiction(question, 'does not hold as many as it says');
  const times =
    page.times ?? read.flatMap(({ modifiedAt }) => (modifiedAt === undefined ? [] : [modifiedAt]));
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

function wholeSecond(time: number): number {
  return Math.floor(time / SECOND_MS) * SECOND_MS;
}
