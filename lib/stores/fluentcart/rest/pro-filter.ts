import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { Query } from './client.ts';
import { momentOf } from './dates.ts';
import { contradiction, type Found, type List, ORDERS, type Reading, readAll, readPage } from './pages.ts';

const SECOND_MS = 1_000;
/** No order was changed after this; Pro therefore has none to show, and free, which ignores the filter, shows all. */
const FAR_FUTURE = Date.parse('2099-01-01T00:00:00Z');

/**
 * Whether the store filters orders by the date of their change: only Pro does, the free version ignores the question in
 * silence (facts/fluentcart A2). Zero rows of the far future are the proof; a shop without any order needs none.
 */
export async function hasUpdatedSince(
  reading: Reading,
): Promise<Outcome<{ readonly has: boolean; readonly now: number }>> {
  const query: Query = [...filterOf('order', FAR_FUTURE), ['per_page', '1']];
  const answer = await readPage(reading, ORDERS, query);
  if (!answer.ok) return answer;
  const { total, items, now } = answer.value;
  return succeeded({ has: total === 0 && items.length === 0, now });
}

/** A list that Pro filters, and what its filter calls a thing of it. */
interface Filtered {
  readonly list: List;
  readonly source: 'order' | 'subscription';
}

/** What is asked for of what changed. */
export interface Since {
  /** Epoch ms. */
  readonly after: number;
  /** Along with each. */
  readonly relations: Query;
}

/** Things whose own date of change is after that moment (epoch ms), of any age. */
export async function updatedSince(
  reading: Reading,
  { list, source }: Filtered,
  { after, relations }: Since,
): Promise<Outcome<Found>> {
  // A second less, because whole seconds are compared; the rest is left to whoever asked.
  const sorted: Query = [
    ['sort_by', 'id'],
    ['sort_type', 'asc'],
  ];
  const query: Query = [...filterOf(source, after - SECOND_MS), ...sorted, ...relations];
  const items = await readAll(reading, list, query);
  if (!items.ok) return items;
  const isKept = items.value.items.every((item) => (momentOf(item['updated_at']) ?? 0) >= after - SECOND_MS);
  return isKept ? items : failed(contradiction(list.path, 'does not keep to a date'));
}

function filterOf(source: Filtered['source'], after: number): Query {
  const value = new Date(after).toISOString().slice(0, 19).replace('T', ' ');
  const condition = { source: [source, 'updated_at'], operator: 'after', value, filter_type: 'date' };
  return [
    ['filter_type', 'advanced'],
    ['advanced_filters', JSON.stringify([[condition]])],
  ];
}
