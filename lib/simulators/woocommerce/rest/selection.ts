import { customerBody } from '../records/customers/customer-body.ts';
import type { ListKind } from '../records/flaws.ts';
import { orderBody } from '../records/orders/order-body.ts';
import { DRAFT, type ShopOrder } from '../records/orders/order-state.ts';
import { productBody } from '../records/products/product-body.ts';
import type { Shop } from '../shop.ts';

/** Which things a list shows, and in which order. */
export interface Selection {
  readonly kind: ListKind;
  /** Epoch ms in whole seconds; both exclusive. WooCommerce ignores them for customers (facts/woocommerce §4). */
  readonly modifiedAfter?: number;
  readonly modifiedBefore?: number;
  readonly ids?: readonly number[];
  /** Of orders; all but drafts and the trash by default. */
  readonly statuses?: readonly string[];
  /** Of orders: whose billing says this; part of an address is enough (recording `orders-search-email`). */
  readonly search?: string;
  /** Of customers; `customer` by default, `all` is everybody. */
  readonly role?: string;
  readonly orderBy: 'id' | 'modified' | 'date';
  readonly descending?: boolean;
  /** Names of the fields to show; all if none are given. */
  readonly fields?: readonly string[];
}

interface Page {
  readonly items: readonly Record<string, unknown>[];
  readonly total: number;
}

/** Roles that WordPress and WooCommerce bring along. */
const ROLES = ['administrator', 'editor', 'author', 'contributor', 'subscriber', 'customer', 'shop_manager'];

/** The roles that may be asked for: `all`, those that every shop has, and those its users have. */
export function rolesOf({ records }: Shop): readonly string[] {
  return [...new Set(['all', ...ROLES, ...[...records.customers.values()].map(({ role }) => role)])];
}

interface Row {
  readonly id: number;
  readonly createdAt: number;
  readonly modifiedAt?: number;
  readonly body: () => Record<string, unknown>;
}

/**
 * One page, and how many there are; a page past the end has a total of 0 (recording `orders-beyond-last`).
 * `undefined`: one of its things cannot be shown, and so the page cannot.
 */
export function pageOf(
  shop: Shop,
  selection: Selection,
  { page, perPage }: { readonly page: number; readonly perPage: number },
): Page | undefined {
  const rows = rowsOf(shop, selection).filter((row) => isInWindow(row, selection));
  rows.sort((a, b) => compare(a, b, selection) * (selection.descending === true ? -1 : 1));
  const shown = rows.slice((page - 1) * perPage, page * perPage);
  const { kind, fields } = selection;
  const ids = shown.map(({ id }) => id);
  if (shop.flaws.ruin(kind, ids, fields)) return undefined;
  const items = shown.map((row) => withFields(row.body(), fields));
  return { items, total: page > 1 && shown.length === 0 ? 0 : rows.length };
}

/** What `_fields` leaves of a body, in the order of the body (recording `orders-fields`). */
export function withFields(
  body: Record<string, unknown>,
  fields: readonly string[] | undefined,
): Record<string, unknown> {
  if (fields === undefined) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => fields.includes(name)));
}

function rowsOf({ records, site }: Shop, selection: Selection): Row[] {
  const wanted = new Set(selection.ids ?? []);
  const isAsked = ({ id }: { id: number }) => selection.ids === undefined || wanted.has(id);
  if (selection.kind === 'products') {
    const products = [...records.products.values()].filter(({ status }) => status !== 'trash');
    return products
      .filter(isAsked)
      .map((product) => ({ ...product, body: () => productBody(product, site) }));
  }
  if (selection.kind === 'customers') {
    const { role = 'customer' } = selection;
    const customers = [...records.customers.values()].filter((one) => role === 'all' || one.role === role);
    return customers.filter(isAsked).map((one) => ({ ...one, body: () => customerBody(one, site) }));
  }
  const orders = [...records.orders.values()].filter(
    (order) => isListed(order.status, selection.statuses) && isFound(order, selection.search),
  );
  return orders.filter(isAsked).map((order) => ({ ...order, body: () => orderBody(order, site) }));
}

function isFound({ billing }: ShopOrder, search: string | undefined): boolean {
  if (search === undefined) return true;
  const said = [billing.first_name, billing.last_name, billing.email].join(' ').toLowerCase();
  return said.includes(search.toLowerCase());
}

/** `any` leaves out drafts and the trash (facts/woocommerce §1.11). */
function isListed(status: string, statuses: readonly string[] = ['any']): boolean {
  if (statuses.includes(status)) return true;
  return statuses.includes('any') && status !== DRAFT && status !== 'trash';
}

function isInWindow({ modifiedAt = 0 }: Row, { kind, modifiedAfter, modifiedBefore }: Selection): boolean {
  if (kind === 'customers') return true;
  if (modifiedAfter !== undefined && modifiedAt <= modifiedAfter) return false;
  return modifiedBefore === undefined || modifiedAt < modifiedBefore;
}

/** Equal dates are ordered by id. */
function compare(a: Row, b: Row, { orderBy }: Selection): number {
  if (orderBy === 'modified') return (a.modifiedAt ?? 0) - (b.modifiedAt ?? 0) || a.id - b.id;
  if (orderBy === 'date') return a.createdAt - b.createdAt || a.id - b.id;
  return a.id - b.id;
}
