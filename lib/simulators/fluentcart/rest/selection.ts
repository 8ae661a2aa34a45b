import type { ShopCustomer, ShopOrder, ShopSubscription } from '../records/order-state.ts';

/** What a list was asked for. */
export type Params = URLSearchParams;

const VIEWS: Readonly<Record<string, (order: ShopOrder) => boolean>> = {
  'on-hold': ({ status }) => status === 'on-hold',
  processing: ({ status }) => status === 'processing',
  completed: ({ status }) => status === 'completed',
  paid: ({ paymentStatus }) => paymentStatus === 'paid',
  refunded: ({ paymentStatus }) => paymentStatus === 'refunded',
  partially_refunded: ({ paymentStatus }) => paymentStatus === 'partially_refunded',
  renewal: ({ type }) => type === 'renewal',
  subscription: ({ type }) => type === 'subscription',
};

/**
 * The orders a question finds, sorted. What it does not understand it leaves out in silence, so that everything is
 * found: unknown views, `id >= 3`, and in the free version the advanced filter (facts/fluentcart D3).
 */
export function selectOrders(
  orders: readonly ShopOrder[],
  params: Params,
  isPro: boolean,
): readonly ShopOrder[] {
  const view = VIEWS[params.get('active_view') ?? ''] ?? (() => true);
  const changed = isPro ? changedBy(params) : () => true;
  const found = orders
    .filter((order) => view(order) && changed(order))
    .filter(searched(params.get('search') ?? ''));
  return sorted(found, params);
}

/** Customers know operators for ids only. */
export function selectCustomers(customers: readonly ShopCustomer[], params: Params): readonly ShopCustomer[] {
  const search = params.get('search') ?? '';
  const byId = idTest(search);
  const isTold = (customer: ShopCustomer) =>
    byId
      ? byId(customer.id)
      : [customer.email, customer.firstName, customer.lastName].some((text) => text.includes(search));
  const found = customers.filter((customer) => isEverything(search) || isTold(customer));
  return sorted(found, params);
}

/** Subscriptions know operators for ids only, and Pro's filter. */
export function selectSubscriptions(
  subscriptions: readonly ShopSubscription[],
  params: Params,
  isPro: boolean,
): readonly ShopSubscription[] {
  const byId = idTest(params.get('search') ?? '') ?? (() => true);
  const changed = isPro ? changedBy(params) : () => true;
  return sorted(
    subscriptions.filter((one) => byId(one.id) && changed(one)),
    params,
  );
}

function searched(search: string): (order: ShopOrder) => boolean {
  if (isEverything(search)) return () => true;
  const byId = idTest(search);
  if (byId) return ({ id }) => byId(id);
  const [, field, value] = /^(status|payment)\s*=\s*([\w-]+)$/.exec(search) ?? [];
  if (field === 'status') return ({ status }) => status === value;
  if (field === 'payment') return ({ paymentStatus }) => paymentStatus === value;
  return ({ receiptNumber }) => `INV-${String(receiptNumber)}` === search;
}

function isEverything(search: string): boolean {
  return search === '' || /^id\s*>=/.test(search);
}

function idTest(search: string): ((id: number) => boolean) | undefined {
  const [, from, to] = /^id\s*::\s*(\d+)-(\d+)$/.exec(search) ?? [];
  if (from !== undefined) return (id) => id >= Number(from) && id <= Number(to);
  const [, operator, number] = /^id\s*(!=|[<>=])\s*(\d+)$/.exec(search) ?? [];
  if (operator === undefined) return undefined;
  const wanted = Number(number);
  const tests = {
    '>': (id: number) => id > wanted,
    '<': (id: number) => id < wanted,
    '=': (id: number) => id === wanted,
  };
  return operator in tests ? tests[operator as keyof typeof tests] : (id) => id !== wanted;
}

function changedBy(params: Params): (thing: { readonly updatedAt: number }) => boolean {
  if (params.get('filter_type') !== 'advanced') return () => true;
  const [[condition] = []] = JSON.parse(params.get('advanced_filters') ?? '[]') as {
    value: string;
    source: string[];
  }[][];
  if (condition?.source[1] !== 'updated_at') return () => true;
  const after = Date.parse(`${condition.value.replace(' ', 'T')}Z`);
  return ({ updatedAt }) => updatedAt > after;
}

/** `updated_at` cannot be sorted by: it is silently the id, newest first unless asked otherwise. */
function sorted<Thing extends { readonly id: number; readonly createdAt: number }>(
  things: readonly Thing[],
  params: Params,
): readonly Thing[] {
  const byCreation = params.get('sort_by') === 'created_at';
  const rising = [...things].sort((a, b) => (byCreation ? a.createdAt - b.createdAt : 0) || a.id - b.id);
  return params.get('sort_type')?.toLowerCase() === 'asc' ? rising : rising.reverse();
}
