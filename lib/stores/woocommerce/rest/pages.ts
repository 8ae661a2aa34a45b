import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { momentIn } from '../../../core/ledger/moment.ts';
import type { Clock } from '../../../core/ports/telemetry.ts';
import type { Query } from '../../../core/stores/oauth1.ts';
import type { StoreFields, StoreKind, StorePage, StoreQuestion } from '../../../core/stores/store-api.ts';
import type { StoreAnswer } from './classify.ts';
import type { StoreClient } from './client.ts';

/** WooCommerce answers 400 to more (recording `orders-per_page-101`). */
export const PER_PAGE = 100;

const PATHS: Readonly<Record<StoreKind, string>> = {
  order: '/orders',
  product: '/products',
  customer: '/customers',
  subscription: '/subscriptions',
};

const OUTLINE = 'id,date_modified_gmt';

/** What reading needs. */
export interface Reading {
  readonly client: StoreClient;
  readonly clock: Pick<Clock, 'now'>;
  readonly fields: StoreFields;
}

/** One page of orders, products, or customers (of role `customer`, as WooCommerce shows them, unless another is asked for). */
export async function listPage(reading: Reading, question: StoreQuestion): Promise<Outcome<StorePage>> {
  // An empty `include` is as good as none, and would bring everything.
  if (question.ids?.length === 0) return succeeded({ items: [], total: 0, now: reading.clock.now() });
  return readPage(reading, PATHS[question.kind], queryOf(question, reading.fields[question.kind]));
}

/** Any list: its items, and what its headers say. Caches are known to take `X-WP-Total` out. */
export async function readPage(
  { client, clock }: Omit<Reading, 'fields'>,
  path: string,
  query: Query,
): Promise<Outcome<StorePage>> {
  const answer = await client.call({ method: 'GET', path, query });
  if (!answer.ok) return answer;
  const { body, headers } = answer.value;
  if (!Array.isArray(body)) {
    const message = `The answer to GET ${path} is no list. Find out what stands before the store and changes its answers.`;
    return failed({ kind: 'retry', code: 'not-woocommerce', message });
  }
  const total = headers['x-wp-total'] ?? '';
  const now = storeTime(answer.value, clock);
  return succeeded({ items: body, now, ...(/^\d+$/.test(total) && { total: Number(total) }) });
}

/** The store's clock, of one second's resolution; ours when it does not tell. Epoch ms. */
export function storeTime({ headers }: StoreAnswer, clock: Pick<Clock, 'now'>): number {
  return momentIn(headers.date ?? '') ?? clock.now();
}

function queryOf(question: StoreQuestion, fields: readonly string[]): Query {
  const { kind, page, perPage = PER_PAGE, outline, trash, ids, role } = question;
  const window = kind === 'customer' ? {} : windowOf(question);
  return {
    per_page: String(perPage),
    page: String(page),
    orderby: 'modified_after' in window || 'modified_before' in window ? 'modified' : 'id',
    order: 'asc',
    ...window,
    ...(kind === 'order' && trash === true ? { status: 'trash' } : {}),
    ...(ids === undefined ? {} : { include: ids.join(',') }),
    ...(kind === 'customer' && role !== undefined ? { role } : {}),
    _fields: outline === true ? OUTLINE : fields.join(','),
  };
}

/**
 * The one form that means the same in every time zone: without a zone, with `dates_are_gmt`; JavaScript's own
 * `….000Z` is wrong by the shop's offset (facts/woocommerce §1.8). The store excludes both bounds.
 */
function windowOf({ modifiedAfter, modifiedBefore }: StoreQuestion): Query {
  if (modifiedAfter === undefined && modifiedBefore === undefined) return {};
  return {
    dates_are_gmt: 'true',
    ...(modifiedAfter === undefined ? {} : { modified_after: gmtText(modifiedAfter) }),
    ...(modifiedBefore === undefined ? {} : { modified_before: gmtText(modifiedBefore) }),
  };
}

function gmtText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
