import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { Query } from './client.ts';
import { momentOf } from './dates.ts';
import {
  contradiction,
  type Found,
  type Item,
  type ListPage,
  ORDERS,
  PER_PAGE,
  type Reading,
  readPage,
  tooMany,
} from './pages.ts';
import { hasUpdatedSince, type Since, updatedSince } from './pro-filter.ts';
import { slim } from './relations.ts';

/** Five thousand orders placed since the last reading: more are gone through by ids, a run at a time. */
const MOST_SCANNED_PAGES = 25;

/**
 * Views that the free version filters rightly, and what each of their orders must say: an unknown one silently returns
 * everything (facts/fluentcart D3).
 */
const VIEWS = {
  canceled: { search: 'status = canceled', field: 'status' },
  refunded: { search: 'payment = refunded', field: 'payment_status' },
  partially_refunded: { search: 'payment = partially_refunded', field: 'payment_status' },
  failed: { search: 'payment = failed', field: 'payment_status' },
} as const;
type View = keyof typeof VIEWS;
export const VIEW_NAMES = Object.keys(VIEWS) as readonly View[];

/**
 * Orders that may have changed after that moment (epoch ms), each with these relations. Pro is asked for them. Free has no such question: there the
 * orders placed since are read, a page of the newest at least, and the newest page of each view that tells of what has
 * no webhook. What is further back, and an edited address, which moves no date of its order with Pro either, is found
 * by whoever goes through the orders of a month and through the views.
 */
export async function ordersSince(reading: Reading, since: Since): Promise<Outcome<Found>> {
  const probe = await hasUpdatedSince(reading);
  if (!probe.ok) return probe;
  const { has: hasPro, now } = probe.value;
  const parts = hasPro
    ? [() => updatedSince(reading, { list: ORDERS, source: 'order' }, since)]
    : [...VIEW_NAMES.map((view) => () => newestIn(reading, view, since)), () => scan(reading, since)];
  const found = new Map<unknown, Item>();
  for (const part of parts) {
    const items = await part();
    if (!items.ok) return items;
    for (const item of items.value.items) found.set(item['id'], item);
  }
  return succeeded({ items: [...found.values()].map(slim), now });
}

function newestIn(reading: Reading, view: View, { relations }: Since): Promise<Outcome<ListPage>> {
  return viewed(reading, view, [['per_page', String(PER_PAGE)], ['page', '1'], ...relations]);
}

/** A page of a view, newest first, with whatever relations `page` asks for. Pro has no need of them: what changed is asked for. */
export async function pageOfView(reading: Reading, name: string, page: Query): Promise<Outcome<ListPage>> {
  const view = VIEW_NAMES.find((one) => one === name);
  const probe = await hasUpdatedSince(reading);
  if (!probe.ok) return probe;
  const { has: hasPro, now } = probe.value;
  if (view === undefined || hasPro) return succeeded({ items: [], total: 0, now });
  const found = await viewed(reading, view, page);
  return found.ok ? succeeded({ ...found.value, items: found.value.items.map(slim) }) : found;
}

async function viewed(reading: Reading, view: View, page: Query): Promise<Outcome<ListPage>> {
  const { search, field } = VIEWS[view];
  const query: Query = [['search', search], ['sort_by', 'id'], ['sort_type', 'desc'], ...page];
  const found = await readPage(reading, ORDERS, query);
  if (!found.ok || found.value.items.every((item) => item[field] === view)) return found;
  return failed(contradiction(ORDERS.path, `does not keep to ${search}`));
}

/**
 * From the newest order on, down to those placed before that moment: by id and not by page, so that what is
 * placed or deleted meanwhile moves nothing. At least one page.
 */
async function scan(reading: Reading, { after: oldest, relations }: Since): Promise<Outcome<Found>> {
  const found: Item[] = [];
  let now: number | undefined;
  let below = Number.POSITIVE_INFINITY;
  for (let page = 0; page < MOST_SCANNED_PAGES; page += 1) {
    const answer = await readPage(reading, ORDERS, [
      ...(Number.isFinite(below) ? [['search', `id < ${String(below)}`] as const] : []),
      ['sort_by', 'id'],
      ['sort_type', 'desc'],
      ['per_page', String(PER_PAGE)],
      ...relations,
    ]);
    if (!answer.ok) return answer;
    const { items, total } = answer.value;
    now ??= answer.value.now;
    const ids = items.map((item) => Number(item['id']));
    if (ids.some((id) => !(id < below))) return failed(contradiction(ORDERS.path, 'does not keep to an id'));
    found.push(...items);
    if (items.length === 0 || items.length >= total || isBefore(items, oldest))
      return succeeded({ items: found, now });
    below = Math.min(...ids);
  }
  return failed(tooMany(ORDERS.path));
}

function isBefore(items: readonly Item[], oldest: number): boolean {
  return items.some((item) => (momentOf(item['created_at']) ?? 0) < oldest);
}
