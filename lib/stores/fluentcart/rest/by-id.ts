import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { StoreItem } from '../../../core/stores/store-api.ts';
import { NOT_THERE, type StoreAnswer } from './classify.ts';
import type { Query, StoreCall } from './client.ts';
import {
  contradiction,
  type Found,
  type Item,
  type List,
  ORDERS,
  PER_PAGE,
  PRODUCTS,
  type Reading,
  readPage,
  storeTime,
} from './pages.ts';
import { slim, WITH_ALL, WITH_SKUS } from './relations.ts';

/** One order; `undefined` when the store has none of this id. Deleting a customer deletes all of theirs. */
export async function oneOrder(reading: Reading, id: string): Promise<Outcome<StoreItem | undefined>> {
  const answer = await unlessGone(reading, {
    method: 'GET',
    path: `${ORDERS.path}/${encodeURIComponent(id)}`,
  });
  if (!answer.ok || answer.value === undefined) return answer as Outcome<undefined>;
  const order = insideOf(answer.value, 'order');
  if (!order) return failed(contradiction(`${ORDERS.path}/${id}`, 'is no order'));
  return succeeded({ item: slim(order), now: storeTime(answer.value, reading.clock) });
}

/** The orders of these ids, with all that belongs to them. */
export async function ordersOf(reading: Reading, ids: readonly string[]): Promise<Outcome<Found>> {
  const found = await thingsOf(reading, { list: ORDERS, relations: WITH_ALL }, ids);
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
    const answer = await readPage(reading, list, [
      ['search', `id :: ${String(first)}-${String(last)}`],
      ['sort_by', 'id'],
      ['sort_type', 'asc'],
      ['per_page', String(PER_PAGE)],
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

/** The products of these ids; what is gone is left out. */
export async function productsOf(reading: Reading, ids: readonly string[]): Promise<Outcome<Found>> {
  const found: Item[] = [];
  let now: number | undefined;
  for (const id of ids) {
    const path = `${PRODUCTS.path}/${encodeURIComponent(id)}`;
    const answer = await unlessGone(reading, { method: 'GET', path, query: WITH_SKUS });
    if (!answer.ok) return answer;
    if (answer.value) now ??= storeTime(answer.value, reading.clock);
    const product = answer.value && insideOf(answer.value, 'product');
    if (product) found.push(product);
  }
  return succeeded({ items: found, now: now ?? reading.clock.now() });
}

async function unlessGone({ client }: Reading, call: StoreCall): Promise<Outcome<StoreAnswer | undefined>> {
  const answer = await client.call(call);
  return !answer.ok && answer.failure.code === NOT_THERE ? succeeded(undefined) : answer;
}

/** `{order: {…}}`, or the published `{success, data: {…}}`. */
function insideOf({ body }: StoreAnswer, name: string): Item | undefined {
  const found = [body[name], body['data']].find((value) => typeof value === 'object' && value !== null);
  return Array.isArray(found) ? undefined : (found as Item | undefined);
}
