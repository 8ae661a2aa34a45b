import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { Query } from './client.ts';
import { momentOf } from './dates.ts';
import {
  contradiction,
  type Found,
  type Item,
  MOST_PAGES,
  ORDERS,
  PER_PAGE,
  type Reading,
  readAll,
  readFirst,
  readPage,
  tooMany,
} from './pages.ts';
import { hasUpdatedSince, updatedSince } from './pro-filter.ts';
import { slim, WITH_ALL } from './relations.ts';

const DAY_MS = 24 * 3_600_000;
/** An order older than this is seldom edited by hand; what happens to it by itself has a view of its own. */
const REACH_MS = 30 * DAY_MS;

/**
 * Views that the free version filters rightly, and what each of their orders must say: an unknown one silently returns
 * everything (facts/fluentcart D3).
 */
const VIEWS = [
  { search: 'status = canceled', field: 'status', value: 'canceled' },
  { search: 'payment = refunded', field: 'payment_status', value: 'refunded' },
  { search: 'payment = partially_refunded', field: 'payment_status', value: 'partially_refunded' },
  { search: 'payment = failed', field: 'payment_status', value: 'failed' },
] as const;
type View = (typeof VIEWS)[number];

/**
 * Orders that may have changed after that moment (epoch ms). Pro is asked for them. Free has no such question: there
 * the newest orders are read, and of each view the newest page that tells of what has no webhook. What is further back is found by the
 * reading of a longer time, which goes through all orders of a month before it, because an edited address or customer
 * moves no date of an order, with Pro or without.
 */
export async function ordersSince(reading: Reading, after: number): Promise<Outcome<Found>> {
  const isLong = after < reading.clock.now() - DAY_MS;
  const probe = await hasUpdatedSince(reading);
  if (!probe.ok) return probe;
  const { has: hasPro, now } = probe.value;
  const parts = [
    ...(hasPro
      ? [() => updatedSince(reading, { list: ORDERS, source: 'order', relations: WITH_ALL }, after)]
      : VIEWS.map((view) => () => viewed(reading, view, isLong))),
    ...(isLong || !hasPro ? [() => scan(reading, isLong ? after - REACH_MS : after)] : []),
  ];
  const found = new Map<unknown, Item>();
  for (const part of parts) {
    const items = await part();
    if (!items.ok) return items;
    for (const item of items.value.items) found.set(item['id'], item);
  }
  return succeeded({ items: [...found.values()].map(slim), now });
}

/** All pages of a view, or the newest. */
async function viewed(reading: Reading, view: View, all: boolean): Promise<Outcome<Found>> {
  const query: Query = [['search', view.search], ...WITH_ALL];
  const items = await (all ? readAll : readFirst)(reading, ORDERS, query);
  if (!items.ok || items.value.items.every((item) => item[view.field] === view.value)) return items;
  return failed(contradiction(ORDERS.path, `does not keep to ${view.search}`));
}

/**
 * From the newest order on, down to those placed before `oldest` (epoch ms): by id and not by page, so that what is
 * placed or deleted meanwhile moves nothing. At least one page.
 */
async function scan(reading: Reading, oldest: number): Promise<Outcome<Found>> {
  const found: Item[] = [];
  let now: number | undefined;
  let below = Number.POSITIVE_INFINITY;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await readPage(reading, ORDERS, [
      ...(Number.isFinite(below) ? [['search', `id < ${String(below)}`] as const] : []),
      ['sort_by', 'id'],
      ['sort_type', 'desc'],
      ['per_page', String(PER_PAGE)],
      ...WITH_ALL,
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
