import { filterMoment } from '../records/site-time.ts';
import type { Shop } from '../shop.ts';
import { CRITICAL, invalidParameter, ok, type RestAnswer, restError } from './rest-answer.ts';
import { pageOf, rolesOf, type Selection } from './selection.ts';

type Query = ReadonlyMap<string, string>;

const ORDERINGS: Readonly<Record<Selection['kind'], readonly string[]>> = {
  orders: ['date', 'id', 'include', 'title', 'slug', 'modified'],
  products: ['date', 'id', 'include', 'title', 'slug', 'modified'],
  customers: ['id', 'include', 'name', 'registered_date'],
};
const STATUSES =
  /^(any|trash|auto-draft|pending|processing|on-hold|completed|cancelled|refunded|failed|checkout-draft)$/;

/** `GET /wc/v3/orders|products|customers`; unknown parameters are ignored, as the real one does (facts §4). */
export function listThings(shop: Shop, kind: Selection['kind'], query: Query): RestAnswer {
  const perPage = Number(query.get('per_page') ?? '10');
  if (!Number.isInteger(perPage)) return invalidParameter('per_page', 'per_page is not of type integer.');
  if (perPage < 1 || perPage > 100) {
    return invalidParameter('per_page', 'per_page must be between 1 (inclusive) and 100 (inclusive)');
  }
  const wrong = wrongIn(kind, query) ?? wrongRole(shop, kind, query);
  if (wrong !== undefined) return wrong;
  const page = Math.max(1, Number(query.get('page') ?? '1'));
  const shown = pageOf(shop, selectionIn(shop, kind, query), { page, perPage });
  return shown === undefined ? CRITICAL : paged(shown.items, shown.total, perPage);
}

/** A list with its two headers. */
export function paged(items: readonly unknown[], total: number, perPage: number): RestAnswer {
  const pages = String(Math.ceil(total / perPage));
  return { ...ok(items), headers: { 'x-wp-total': String(total), 'x-wp-totalpages': pages } };
}

/** Recordings `orders-orderby-price`, `orders-status-bad`. */
function wrongIn(kind: Selection['kind'], query: Query): RestAnswer | undefined {
  const orderings = ORDERINGS[kind];
  const orderBy = query.get('orderby');
  if (orderBy !== undefined && !orderings.includes(orderBy)) {
    return invalidParameter('orderby', `orderby is not one of ${orderings.join(', ')}.`);
  }
  const bad = kind === 'orders' && statusesIn(query)?.some((status) => !STATUSES.test(status));
  if (bad === true) return invalidParameter('status', 'status[0] is not one of any, trash and the statuses.');
  const dates = [query.get('modified_after'), query.get('modified_before')];
  if (dates.some((date) => date !== undefined && Number.isNaN(Date.parse(date)))) {
    return restError(400, 'rest_invalid_param', 'Invalid date.');
  }
  return undefined;
}

/** The roles are an enumeration of those that the shop has (class-wc-rest-customers-v1-controller.php). */
function wrongRole(shop: Shop, kind: Selection['kind'], query: Query): RestAnswer | undefined {
  const role = query.get('role');
  const roles = rolesOf(shop);
  if (kind !== 'customers' || role === undefined || roles.includes(role)) return undefined;
  return invalidParameter('role', `role is not one of ${roles.join(', ')}.`);
}

function selectionIn({ site }: Shop, kind: Selection['kind'], query: Query): Selection {
  const forms = { gmt: query.get('dates_are_gmt') === 'true', zone: site.zone };
  const after = filterMoment(query.get('modified_after') ?? '', forms);
  const before = filterMoment(query.get('modified_before') ?? '', forms);
  const ids = query.get('include')?.split(',').map(Number);
  const statuses = statusesIn(query);
  const role = query.get('role');
  const search = query.get('search');
  const fields = fieldsIn(query);
  return {
    kind,
    orderBy: orderByIn(query, kind),
    descending: (query.get('order') ?? (kind === 'customers' ? 'asc' : 'desc')) === 'desc',
    ...(after === undefined ? {} : { modifiedAfter: after }),
    ...(before === undefined ? {} : { modifiedBefore: before }),
    ...(ids === undefined ? {} : { ids }),
    ...(statuses === undefined ? {} : { statuses }),
    ...(role === undefined ? {} : { role }),
    ...(search === undefined ? {} : { search }),
    ...(fields === undefined ? {} : { fields }),
  };
}

/** The fields asked for; none: all. */
export function fieldsIn(query: Query): readonly string[] | undefined {
  return query.get('_fields')?.split(',');
}

function statusesIn(query: Query): readonly string[] | undefined {
  return query.get('status')?.split(',');
}

function orderByIn(query: Query, kind: Selection['kind']): Selection['orderBy'] {
  const orderBy = query.get('orderby') ?? (kind === 'customers' ? 'id' : 'date');
  if (orderBy === 'modified' || orderBy === 'date') return orderBy;
  return 'id';
}
