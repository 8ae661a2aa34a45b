import * as v from 'valibot';
import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { Query } from '../../../core/stores/oauth1.ts';
import type { PluginClient } from './client.ts';

/** One page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /**
   * No page follows: this one is short. What the headers say is not believed; they count rows up to the page's end
   * where no list is asked for (`subscribers-list-limit2`).
   */
  readonly last: boolean;
}

export interface Paging {
  /** 1 is the first. */
  readonly page: number;
  /** Rows on a page; 100 if not given (the store's own default is ten). */
  readonly limit?: number;
}

/** A list that is read page by page. */
export interface Listing<Item> {
  readonly path: string;
  readonly filter: Query;
  readonly paging: Paging;
  /** Where the rows are in the answer. */
  readonly rows: v.GenericSchema<unknown, readonly unknown[]>;
  readonly row: v.GenericSchema<unknown, Item>;
}

const LIMIT = 100;

/** A page of a list. A row that cannot be read fails the page: it may be the one that matters. */
export async function pageOf<Item>(
  client: PluginClient,
  { path, filter, paging, rows, row }: Listing<Item>,
): Promise<Outcome<Page<Item>>> {
  const { page, limit = LIMIT } = paging;
  const filters = Object.entries(filter).map(([name, value]) => [`filter[${name}]`, value]);
  const query = { ...Object.fromEntries(filters), 'filter[limit]': String(limit), page: String(page) };
  const answer = await client.call({ method: 'GET', path, query });
  if (!answer.ok) return answer;
  const found = v.safeParse(v.pipe(rows, v.array(row)), answer.value.body);
  if (!found.success) return unreadable(path);
  const items = found.output;
  // A filter that is not one breaks the plugin's SQL: nothing is found, and one row counted (`queue-filter-sent`).
  if (page === 1 && items.length === 0 && Number(answer.value.headers['x-fue-total']) > 0)
    return unreadable(path);
  return succeeded({ items, last: items.length < limit });
}

function unreadable<Value>(path: string): Outcome<Value> {
  const message = `The list ${path} of Follow-Up Emails cannot be understood. Check what its filters say, and the version of the plugin.`;
  return failed({ kind: 'retry', code: 'not-understood', message });
}
