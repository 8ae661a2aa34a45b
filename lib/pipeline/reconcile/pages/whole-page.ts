import type { Failure } from '../../../core/ledger/failure.ts';
import type { StoreItem, StorePage, StoreQuestion } from '../../../core/stores/store-api.ts';
import { clockOf, mayBeOneThing } from '../answering.ts';
import type { Unshown } from '../left-out.ts';
import { nameOf, readItem, Unread, type Visit } from '../visit.ts';
import { inParts, PER_PAGE } from './page-parts.ts';

const SECOND_MS = 1_000;

/** A page of a list, as far as the store can show it. */
export interface WholePage {
  readonly items: readonly StoreItem[];
  /** How many of the list it stands for, those included that the store cannot show. */
  readonly length: number;
  /** How many there are on all pages, where the store says so and it can be true. */
  readonly total?: number;
  /** The store's clock when the page was asked for, epoch ms. */
  readonly now: number;
  /** When the things were changed, epoch ms, in the order of the list; absent: as the items say. */
  readonly times?: readonly number[];
  /** What the store cannot show. */
  readonly unshown: readonly Unshown[];
}

/**
 * One page of the store. Where one thing spoils it, the page is asked for in parts until that thing stands alone: it is
 * named, left out, and tried again later. @throws Unread when the store does not answer, or shows nothing of it.
 */
export async function askWhole(visit: Visit, question: StoreQuestion): Promise<WholePage> {
  const answer = await visit.api.list(question);
  if (answer.ok) return wholeOf(answer.value);
  const { failure } = answer;
  if (!mayBeOneThing(failure)) throw new Unread(failure, nameOf(question));
  if (question.ids) return byIds(visit, question, failure);
  // Its own question, because the store may be able to say what is there even if it cannot show it.
  const outline = await visit.api.list({ ...question, outline: true });
  if (outline.ok) return byOutline(visit, { question, outline: outline.value, failure });
  const now = isGathered(visit, question) ? undefined : await clockOf(visit, question);
  if (now === undefined) throw new Unread(failure, nameOf(question));
  return byPlace(visit, { question, now, failure });
}

/** What is gathered whole before a page of it is shown: then no place on it says where it fails. */
function isGathered({ api }: Visit, { modifiedAfter, modifiedBefore }: StoreQuestion): boolean {
  return api.walksById === true && (modifiedAfter ?? modifiedBefore) !== undefined;
}

/** Whether a page is the last one, by the total where there is one that can be true, else by its length. */
export function isLast({ length, total }: WholePage, page: number): boolean {
  const before = (page - 1) * PER_PAGE;
  return total === undefined || total < before + length ? length < PER_PAGE : before + PER_PAGE >= total;
}

function wholeOf({ items, total, now }: StorePage): WholePage {
  return {
    items: items.map((item) => ({ item, now })),
    length: items.length,
    now,
    unshown: [],
    ...(total !== undefined && { total }),
  };
}

async function byIds(visit: Visit, question: StoreQuestion, failure: Failure): Promise<WholePage> {
  const { items, unshown } = await inParts(visit, question, failure);
  return { items, unshown, length: items.length + unshown.length, now: visit.parts.clock.now() };
}

/** By the ids that the store has named: whatever changes meanwhile moves none of them to another place. */
async function byOutline(
  visit: Visit,
  { question, outline, failure }: { question: StoreQuestion; outline: StorePage; failure: Failure },
): Promise<WholePage> {
  const { modifiedAfter: _after, modifiedBefore: _before, ...anyTime } = question;
  const { items: lines, now, total } = outline;
  const named = lines.map((item) => readItem(visit, question.kind, { item, now }));
  const ids = named.flatMap(({ id }) => id ?? []);
  const { items, unshown } = await inParts(visit, { ...anyTime, page: 1, ids }, failure);
  const times = named.flatMap(({ modifiedAt }) => modifiedAt ?? []);
  return { items, unshown, times, length: lines.length, now, ...(total !== undefined && { total }) };
}

/**
 * Where the store does not even name what is there. The window is closed, so that a change takes a thing out of it and
 * makes the list shorter: else what comes after would move up unseen.
 */
async function byPlace(
  visit: Visit,
  { question, now, failure }: { question: StoreQuestion; now: number; failure: Failure },
): Promise<WholePage> {
  const { modifiedAfter, modifiedBefore = now - SECOND_MS } = question;
  const closed = modifiedAfter === undefined ? question : { ...question, modifiedBefore };
  const { items, unshown, total } = await inParts(visit, closed, failure);
  return {
    items,
    unshown,
    length: items.length + unshown.length,
    now,
    ...(total !== undefined && { total }),
  };
}
