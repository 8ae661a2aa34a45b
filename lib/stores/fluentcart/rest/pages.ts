import * as v from 'valibot';
import { type Failure, failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { momentIn } from '../../../core/ledger/moment.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import { TOO_MANY } from '../../../core/stores/store-api.ts';
import type { StoreAnswer } from './classify.ts';
import type { Query, StoreClient } from './client.ts';

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
    if (page.success) return succeeded({ items: page.output.data, total: page.output.total, now });
  }
  const published = v.safeParse(Published, body);
  if (published.success) {
    const { data, pagination } = published.output;
    return succeeded({ items: data, total: pagination.total, now });
  }
  return failed(contradiction(path, 'is no list'));
}

/** An answer nobody can go on from; the next run may get a better one. */
export function contradiction(path: string, why: string) {
  const message = `The answer to GET ${path} ${why}. Find out what stands before the store and changes its answers.`;
  return { kind: 'retry', code: 'not-fluentcart', message } as const;
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

/** Everything a question finds, page by page, once each; a failure where it is too much. */
export async function readAll(reading: Reading, list: List, query: Query): Promise<Outcome<Found>> {
  const found = new Map<unknown, Item>();
  let now: number | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const paged: Query = [...query, ['per_page', String(PER_PAGE)], ['page', String(page)]];
    const answer = await readPage(reading, list, paged);
    if (!answer.ok) return answer;
    const { items, total } = answer.value;
    if (total > MOST_PAGES * PER_PAGE) break;
    now ??= answer.value.now;
    for (const item of items) found.set(item['id'] ?? item['ID'], item);
    if (items.length === 0 || page * PER_PAGE >= total) return succeeded({ items: [...found.values()], now });
  }
  return failed(tooMany(list.path));
}
