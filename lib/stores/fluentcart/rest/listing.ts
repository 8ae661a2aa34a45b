import { type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import type { StorePage, StoreQuestion } from '../../../core/stores/store-api.ts';
import { ordersOf, productsOf, thingsOf } from './by-id.ts';
import { ordersSince, pageOfView } from './changed-orders.ts';
import type { Query } from './client.ts';
import { orderChangedAt, subscriptionChangedAt } from './dates.ts';
import { CUSTOMERS, type Item, ORDERS, PRODUCTS, type Reading, readPage, SUBSCRIPTIONS } from './pages.ts';
import { slim, WITH_ALL, WITH_SKUS } from './relations.ts';
import { subscriptionsSince, withOrders } from './subscriptions.ts';

/** What a page of the bridge holds unless it asks for less. */
const PER_PAGE = 100;
const SECOND_MS = 1_000;
/** Whoever asks for all or for customers means everybody that FluentCart calls a customer. */
const [EVERYBODY, CUSTOMER] = ['all', 'customer'];

const LISTS = { order: ORDERS, customer: CUSTOMERS, product: PRODUCTS, subscription: SUBSCRIPTIONS } as const;
/** What a thing is not whole without. An outline has none of it: it may be what the store cannot show. */
const RELATIONS = { order: WITH_ALL, customer: [], product: WITH_SKUS, subscription: [] } as const;

type Windowed = StoreQuestion & { readonly kind: keyof typeof GATHERED };

/** Everything that one reading found to have changed, which is handed out page by page. */
interface Harvest {
  readonly kind: StoreQuestion['kind'];
  readonly isOutline: boolean;
  readonly after: number;
  readonly items: readonly (readonly [at: number, item: Item])[];
  readonly now: number;
}

/**
 * Lists as the bridge asks for them. FluentCart orders nothing by the date of its change and the free version cannot
 * even be asked for it, so what changed is gathered once and answered in that order from then on: a question with an
 * end is one that goes on.
 */
export function createListing(reading: Reading): (question: StoreQuestion) => Promise<Outcome<StorePage>> {
  let known: Harvest | undefined;

  async function changed(question: Windowed): Promise<Outcome<StorePage>> {
    if (known && goesOn(known, question)) return succeeded(pageOf(known, question));
    const harvest = await gather(reading, question);
    if (!harvest.ok) return harvest;
    known = harvest.value;
    return succeeded(pageOf(known, question));
  }

  async function plain(question: StoreQuestion): Promise<Outcome<StorePage>> {
    const { ids, trash, kind } = question;
    // FluentCart has no trash and no roles; customers and products have no window.
    if (trash || ids?.length === 0 || isOfRole(question))
      return succeeded({ items: [], total: 0, now: reading.clock.now() });
    if (ids !== undefined) return some(reading, question, ids);
    if (question.view !== undefined) return pageOfView(reading, question.view, pageQuery(question));
    const hasWindow = question.modifiedAfter !== undefined || question.modifiedBefore !== undefined;
    const isGathered = kind === 'order' || kind === 'subscription';
    return hasWindow && isGathered ? changed({ ...question, kind }) : byId(reading, question);
  }

  return async function list(question) {
    const page = await plain(question);
    if (!page.ok || question.kind !== 'subscription' || question.outline) return page;
    const items = await withOrders(reading, page.value.items as readonly Item[]);
    return items.ok ? succeeded({ ...page.value, items: items.value }) : items;
  };
}

/** Whether a question is about what was gathered for one before it. */
function goesOn(known: Harvest, { kind, outline, modifiedAfter = 0, modifiedBefore }: Windowed): boolean {
  return (
    modifiedBefore !== undefined &&
    known.kind === kind &&
    known.isOutline === (outline === true) &&
    known.after <= modifiedAfter
  );
}

function relationsOf({ kind, outline }: StoreQuestion): Query {
  return outline ? [] : RELATIONS[kind];
}

function isOfRole({ role = EVERYBODY }: StoreQuestion): boolean {
  return role !== EVERYBODY && role !== CUSTOMER;
}

const BY_ID = {
  order: ordersOf,
  product: productsOf,
  customer: (reading: Reading, ids: readonly string[], relations: Query) =>
    thingsOf(reading, { list: CUSTOMERS, relations }, ids),
  subscription: (reading: Reading, ids: readonly string[], relations: Query) =>
    thingsOf(reading, { list: SUBSCRIPTIONS, relations }, ids),
} as const;

async function some(
  reading: Reading,
  question: StoreQuestion,
  ids: readonly string[],
): Promise<Outcome<StorePage>> {
  const found = await BY_ID[question.kind](reading, ids, relationsOf(question));
  if (!found.ok) return found;
  return succeeded({ ...found.value, total: found.value.items.length });
}

async function byId(reading: Reading, question: StoreQuestion): Promise<Outcome<StorePage>> {
  const { kind, beforeId } = question;
  const query: Query = [
    ...boundOf(question),
    ['sort_by', 'id'],
    ['sort_type', beforeId === undefined ? 'asc' : 'desc'],
    ...pageQuery(question),
  ];
  const answer = await readPage(reading, LISTS[kind], query);
  if (!answer.ok || kind !== 'order') return answer;
  return succeeded({ ...answer.value, items: answer.value.items.map(slim) });
}

/** `>=` is no operator, and would find everything (facts/fluentcart C12, C13). */
function boundOf({ afterId, beforeId }: StoreQuestion): Query {
  if (afterId !== undefined) return [['search', `id > ${String(Number(afterId))}`]];
  return beforeId === undefined ? [] : [['search', `id < ${String(Number(beforeId))}`]];
}

function pageQuery(question: StoreQuestion): Query {
  const { page, perPage = PER_PAGE } = question;
  return [['per_page', String(perPage)], ['page', String(page)], ...relationsOf(question)];
}

/** What changed of each kind, and when. */
const GATHERED = {
  order: { since: ordersSince, changedAt: orderChangedAt },
  subscription: { since: subscriptionsSince, changedAt: subscriptionChangedAt },
} as const;

async function gather(reading: Reading, question: Windowed): Promise<Outcome<Harvest>> {
  const { kind, outline, modifiedAfter: after = 0 } = question;
  const found = await GATHERED[kind].since(reading, { after, relations: relationsOf(question) });
  if (!found.ok) return found;
  const { items, now } = found.value;
  const { changedAt } = GATHERED[kind];
  const dated = items.map((item): [number, Item] => [changedAt(item), item]);
  const inTime = dated.filter(([at]) => at > after).sort(byDate);
  return succeeded({ kind, isOutline: outline === true, after, items: inTime, now });
}

function byDate([one, a]: readonly [number, Item], [other, b]: readonly [number, Item]): number {
  return one - other || Number(a['id'] ?? a['ID']) - Number(b['id'] ?? b['ID']);
}

/** Both bounds are exclusive, by whole seconds. */
function pageOf({ items, now }: Harvest, question: StoreQuestion): StorePage {
  const { modifiedAfter = 0, modifiedBefore, page, perPage = PER_PAGE } = question;
  const after = wholeSecond(modifiedAfter);
  const before = modifiedBefore === undefined ? Number.POSITIVE_INFINITY : wholeSecond(modifiedBefore);
  const found = items.filter(([at]) => wholeSecond(at) > after && wholeSecond(at) < before);
  const start = (page - 1) * perPage;
  return { items: found.slice(start, start + perPage).map(([, item]) => item), total: found.length, now };
}

function wholeSecond(time: number): number {
  return Math.floor(time / SECOND_MS) * SECOND_MS;
}
