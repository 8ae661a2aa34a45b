import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { StoreItem } from '../../../core/stores/store-api.ts';
import type { Query } from './client.ts';
import {
  contradiction,
  type Found,
  type Item,
  insideOf,
  isBare,
  type List,
  ORDERS,
  orderAlone,
  PER_PAGE,
  PRODUCTS,
  type Reading,
  readAll,
  storeTime,
  unlessGone,
} from './pages.ts';
import { slim, WITH_ALL, WITH_SKUS } from './relations.ts';

/** One order; `undefined` when the store has none of this id. Deleting a customer deletes all of theirs. */
export async function oneOrder(reading: Reading, id: string): Promise<Outcome<StoreItem | undefined>> {
  const found = await orderAlone(reading, id);
  if (!found.ok || found.value === undefined) return found;
  return succeeded({ ...found.value, item: slim(found.value.item) });
}

/** The orders of these ids, with all that belongs to them if nothing else is said. */
export async function ordersOf(
  reading: Reading,
  ids: readonly string[],
  relations: Query = WITH_ALL,
): Promise<Outcome<Found>> {
  const found = await thingsOf(reading, { list: ORDERS, relations }, ids);
  return found.ok ? succeeded({ ...found.value, items: found.value.items.map(slim) }) : found;
}

/**
 * The things of a list that have these ids. `include_ids` does not restrict anything (facts/fluentcart A2), a range of
 * ids does: so neighbours are asked for together.
 */
export async function thingsOf(
  reading: Reading,
  { list, relations }: { readonly list: List; readonly relations: Query },
  ids: readonly string[],
): Promise<Outcome<Found>> {
  const wanted = new Set(ids.map(Number));
  const found: Item[] = [];
  let now: number | undefined;
  for (const [first, last] of rangesOf([...wanted])) {
    const answer = await readAll(reading, list, [
      ['search', `id :: ${String(first)}-${String(last)}`],
      ['sort_by', 'id'],
      ['sort_type', 'asc'],
      ...relations,
    ]);
    if (!answer.ok) return answer;
    now ??= answer.value.now;
    const own = answer.value.items.map((item) => Number(item['id']));
    if (own.some((id) => id < first || id > last))
      return failed(contradiction(list.path, 'does not keep to ids'));
    found.push(...answer.value.items.filter((item) => wanted.has(Number(item['id']))));
  }
  return succeeded({ items: found, now: now ?? reading.clock.now() });
}

/** Neighbours that one page holds, whatever of them there is. */
function rangesOf(ids: readonly number[]): readonly (readonly [first: number, last: number])[] {
  const ranges: [number, number][] = [];
  for (const id of [...ids].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range && id - range[0] < PER_PAGE) range[1] = id;
    else ranges.push([id, id]);
  }
  return ranges;
}

/** The products of these ids; what is gone, or shows nothing of what was asked for, is left out. */
export async function productsOf(
  reading: Reading,
  ids: readonly string[],
  relations: Query = WITH_SKUS,
): Promise<Outcome<Found>> {
  const found: Item[] = [];
  let now: number | undefined;
  for (const id of ids) {
    const path = `${PRODUCTS.path}/${encodeURIComponent(id)}`;
    const answer = await unlessGone(reading, { method: 'GET', path, query: relations });
    if (!answer.ok) return answer;
    if (answer.value) now ??= storeTime(answer.value, reading.clock);
    const product = answer.value && insideOf(answer.value, 'product');
    if (product && !isBare(product, relations)) found.push(product);
  }
  return succeeded({ items: found, now: now ?? reading.clock.now() });
}
