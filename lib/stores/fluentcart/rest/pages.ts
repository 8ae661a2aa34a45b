import * as v from 'valibot';
import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { momentIn } from '../../../core/ledger/moment.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import { TOO_MANY } from '../../../core/stores/store-api.ts';
import { NOT_THERE, type StoreAnswer } from './classify.ts';
import type { Query, StoreCall, StoreClient } from './client.ts';

/** 200 and more silently become 10 (facts/fluentcart A2). */
export const PER_PAGE = 199;

/** What reading a list needs. */
export interface Reading {
  readonly client: StoreClient;
  readonly clock: Pick<Clock, 'now'>;
}

/** An object of which nothing is known yet. */
export type Item = Readonly<Record<string, unknown>>;

export interface Found {
  readonly items: readonly Item[];
  /** The store's clock when it began to answer, epoch ms. */
  readonly now: number;
}

export interface ListPage extends Found {
  /** On all pages. */
  readonly total: number;
}

/** One list of the API. */
export interface List {
  readonly path: string;
  /** What its answer calls it. */
  readonly name: string;
}

export const ORDERS: List = { path: '/orders', name: 'orders' };
export const CUSTOMERS: List = { path: '/customers', name: 'customers' };
export const PRODUCTS: List = { path: '/products', name: 'products' };
/** Its answer is called otherwise than all others (recording `rest.subscriptions.list`). */
export const SUBSCRIPTIONS: List = { path: '/subscriptions', name: 'data' };

const Count = v.pipe(v.union([v.number(), v.pipe(v.string(), v.digits(), v.transform(Number))]), v.integer());
const Items = v.array(v.record(v.string(), v.unknown()));
/** Laravel's. Its `next_page_url` drops the question (facts/fluentcart D3), so pages are counted by whoever asks. */
const Paginator = v.object({ data: Items, total: Count });
/** As the published document has it. */
const Published = v.object({ data: Items, pagination: v.object({ total: Count }) });

/** One page: `per_page` and `page` are part of the query. */
export async function readPage(
  { client, clock }: Reading,
  { path, name }: List,
  query: Query,
): Promise<Outcome<ListPage>> {
  const answer = await client.call({ method: 'GET', path, query });
  if (!answer.ok) return answer;
  const { body } = answer.value;
  const now = storeTime(answer.value, clock);
  for (const found of [body[name], body['data']]) {
    const page = v.safeParse(Paginator, found);
    if (!page.success) continue;
    const { data: items, total } = page.output;
    const whole = await wholeOf({ client, clock }, { path, items }, query);
    return whole.ok ? succeeded({ items: whole.value, total, now }) : whole;
  }
  const published = v.safeParse(Published, body);
  if (published.success) {
    const { data, pagination } = published.output;
    return succeeded({ items: data, total: pagination.total, now });
  }
  return failed(unreadable(path, 'is no list'));
}

/**
 * A thing that is shown without what was asked for along with it is not one that has none of that: from 1.6.1 on lists
 * leave out what they think unsafe (facts/fluentcart A2). An order is read by itself then, which shows everything; a
 * product that shows nothing of it is left out.
 */
async function wholeOf(
  reading: Reading,
  { path, items }: { readonly path: string; readonly items: readonly Item[] },
  query: Query,
): Promise<Outcome<readonly Item[]>> {
  if (path !== ORDERS.path) return succeeded(items.filter((item) => !isBare(item, query)));
  const whole: Item[] = [];
  for (const item of items) {
    if (lacks(item, query).length === 0) {
      whole.push(item);
      continue;
    }
    const found = await orderAlone(reading, String(item['id']));
    if (!found.ok) return found;
    if (found.value) whole.push(found.value.item);
  }
  return succeeded(whole);
}

interface OrderAlone {
  readonly item: Item;
  /** The store's clock, epoch ms. */
  readonly now: number;
}

/** One order as its own answer shows it, with everything; `undefined` when the store has none of this id. */
export async function orderAlone(reading: Reading, id: string): Promise<Outcome<OrderAlone | undefined>> {
  const path = `${ORDERS.path}/${encodeURIComponent(id)}`;
  const answer = await unlessGone(reading, { method: 'GET', path });
  if (!answer.ok || answer.value === undefined) return answer as Outcome<undefined>;
  const item = insideOf(answer.value, 'order');
  if (!item) return failed(unreadable(path, 'is no order'));
  return succeeded({ item, now: storeTime(answer.value, reading.clock) });
}

/** Relations that were asked for, and that a thing does not show. */
function lacks(item: Item, query: Query): Query {
  return query.filter(([name, relation]) => name === 'with[]' && !Object.hasOwn(item, relation));
}

/** Whether a thing shows nothing at all of what was asked for along with it. */
export function isBare(item: Item, query: Query): boolean {
  const asked = query.filter(([name]) => name === 'with[]').length;
  return asked > 0 && lacks(item, query).length === asked;
}

/** An answer that does not keep to its question; the next run may get a better one. */
export function contradiction(path: string, why: string): Failure {
  const message = `The answer to GET ${path} ${why}. Find out what stands before the store and changes its answers.`;
  return { kind: 'retry', code: 'contradiction', message };
}

/** An answer in which the thing asked for is not found; one thing in it may be at fault. */
export function unreadable(path: string, why: string): Failure {
  return { ...contradiction(path, why), code: 'not-fluentcart' };
}

/** The store's clock, of one second's resolution; ours when it does not tell. Epoch ms. */
export function storeTime({ headers }: StoreAnswer, clock: Pick<Clock, 'now'>): number {
  return momentIn(headers['date'] ?? '') ?? clock.now();
}

/** Twenty thousand things: more would not fit into the function that gathers them. */
const MOST_PAGES = 100;

/** That there is more than is read, which must not pass for all there is: whoever asks goes through it by ids. */
export function tooMany(path: string): Failure {
  const message = `GET ${path} finds more than the bridge gathers at once.`;
  return { kind: 'retry', code: TOO_MANY, message };
}

/**
 * Everything a question finds, page by page, once each; a failure where it is too much. What came is counted, and not
 * what was asked for: a shop that shows less on a page than that says nothing (facts/fluentcart A2).
 */
export async function readAll(reading: Reading, list: List, query: Query): Promise<Outcome<Found>> {
  const found = new Map<unknown, Item>();
  let read = 0;
  let now: number | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const paged: Query = [...query, ['per_page', String(PER_PAGE)], ['page', String(page)]];
    const answer = await readPage(reading, list, paged);
    if (!answer.ok) return answer;
    const { items, total } = answer.value;
    if (total > MOST_PAGES * PER_PAGE) break;
    now ??= answer.value.now;
    for (const item of items) found.set(item['id'] ?? item['ID'], item);
    read += items.length;
    if (read >= total) return succeeded({ items: [...found.values()], now });
    if (items.length === 0) return failed(contradiction(list.path, 'does not hold as many as it says'));
  }
  return failed(tooMany(list.path));
}

/** An answer about one thing; `undefined` when the store does not have it. */
export async function unlessGone(
  { client }: Reading,
  call: StoreCall,
): Promise<Outcome<StoreAnswer | undefined>> {
  const answer = await client.call(call);
  return !answer.ok && answer.failure.code === NOT_THERE ? succeeded(undefined) : answer;
}

/** `{order: {…}}`, or the published `{success, data: {…}}`. */
export function insideOf({ body }: StoreAnswer, name: string): Item | undefined {
  const found = [body[name], body['data']].find((value) => typeof value === 'object' && value !== null);
  return Array.isArray(found) ? undefined : (found as Item | undefined);
}
