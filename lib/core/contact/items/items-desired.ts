import type { ContactKey } from '../../ledger/email.ts';
import { minorUnits, sum } from '../../ledger/money.ts';
import { type OrderLine, refName } from '../../ledger/snapshot.ts';
import type { LineValue, OrderValue } from '../../policy/custom-objects.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Facts } from '../facts/facts.ts';
import { type KnownOrder, newestFirst } from '../facts/known-order.ts';
import { productRef } from '../tags.ts';
import { countryName } from '../text/region.ts';
import type { AttributeValue, ItemWrite } from './item-write.ts';

/** An item that Mautic should hold, and the name of its row in the ledger. */
export interface DesiredItem extends ItemWrite {
  /** `<object>#<store>/<order>[/<line>]` */
  readonly row: string;
  /** Alias of the field whose value tells the item from all others. */
  readonly unique: string;
}

/** Whose items they are: `undefined` policy means none. */
interface Wish {
  readonly policy: Policy;
  readonly contact: ContactKey;
}

/** Whether lines go into items with their categories, which products tell. */
export function needsCategories({ customObjects }: Policy): boolean {
  return Object.values(customObjects?.lines?.attributes ?? {}).includes('categories');
}

/**
 * One item for each order of the contact and one for each line, the newest order first and its lines behind it: what
 * the ledger says now. Lines are named by their place. Orders that are gone give none: see `retiredItem`.
 */
export function* itemsOf(facts: Facts, { policy, contact }: Wish): Generator<DesiredItem> {
  const { orders, lines } = policy.customObjects ?? {};
  for (const order of newestFirst(facts.orders)) {
    const thing = { store: order.ref.store, id: order.ref.id };
    if (orders) yield orderItem({ order, thing, contact }, orders);
    if (!lines) continue;
    for (const [index, line] of order.data.lines.entries())
      yield lineItem({ order, thing: { ...thing, line: index + 1 }, contact, line, facts }, lines);
  }
}

/** An order or one of its lines, counted from 1. */
interface Thing {
  readonly store: string;
  readonly id: string;
  readonly line?: number;
}

type ItemObject<Value extends string> = {
  readonly object: string | number;
  readonly unique: string;
  readonly attributes: Readonly<Record<string, Value>>;
};

interface OrderOf {
  readonly order: KnownOrder;
  readonly thing: Thing;
  readonly contact: ContactKey;
}

function orderItem({ order, thing, contact }: OrderOf, object: ItemObject<OrderValue>): DesiredItem {
  return {
    row: rowName(object.object, thing),
    object: object.object,
    unique: object.unique,
    name: `Order ${order.data.number}`,
    attributes: {
      [object.unique]: uniqueValue(thing, contact),
      ...filled(object.attributes, (value) => ORDER[value](order)),
    },
  };
}

interface LineOf extends OrderOf {
  readonly line: OrderLine;
  readonly facts: Facts;
}

function lineItem(of: LineOf, object: ItemObject<LineValue>): DesiredItem {
  return {
    row: rowName(object.object, of.thing),
    object: object.object,
    unique: object.unique,
    name: of.line.name.trim() || of.line.sku.trim() || `Line ${String(of.thing.line)}`,
    attributes: {
      [object.unique]: uniqueValue(of.thing, of.contact),
      ...filled(object.attributes, (value) => LINE[value](of)),
    },
  };
}

/**
 * What becomes of an item whose order is gone, or of a withdrawn contact (`deleted`), or is somebody else's now
 * (`moved`): no API unlinks it, so it keeps its key, says so, and counts for nothing. Undefined: its object is no
 * longer in the policy, and nobody knows its fields.
 */
export function retiredItem(
  row: string,
  status: 'moved' | 'deleted',
  { policy, contact }: Wish,
): DesiredItem | undefined {
  const { orders, lines } = policy.customObjects ?? {};
  const object = [orders, lines].find((one) => one && row.startsWith(`${String(one.object)}#`));
  const thing = thingOf(row);
  if (!object || !thing) return undefined;
  return {
    row,
    object: object.object,
    unique: object.unique,
    name: thing.line === undefined ? `Order ${thing.id}` : `Order ${thing.id}, line ${String(thing.line)}`,
    attributes: {
      [object.unique]: uniqueValue(thing, contact),
      ...filled<string>(object.attributes, (value) => retiredValue(value, status)),
    },
  };
}

/** What is left out is emptied by Mautic (recording 541). */
function retiredValue(value: string, status: string): AttributeValue | undefined {
  if (value === 'status') return text(status);
  if (value === 'totalMinor' || value === 'quantity') return { as: 'integer', value: 0 };
  return ['total', 'refunded', 'net'].includes(value) ? text('0.00') : undefined;
}

function filled<Value extends string>(
  attributes: Readonly<Record<string, Value>>,
  read: (value: Value) => AttributeValue | undefined,
): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([alias, value]) => {
      const found = read(value);
      return found === undefined ? [] : [[alias, found] as const];
    }),
  );
}

/** Holds the contact: the same item for another contact would be linked to both (recording 542). */
function uniqueValue(thing: Thing, contact: ContactKey): AttributeValue {
  return text(`${pathOf(thing)}/${contact}`);
}

function rowName(object: string | number, thing: Thing): string {
  return `${String(object)}#${pathOf(thing)}`;
}

/** Ids are the store's own text: escaped, so that none can hold the separator. */
function pathOf({ store, id, line }: Thing): string {
  const order = `${store}/${encodeURIComponent(id)}`;
  return line === undefined ? order : `${order}/${String(line)}`;
}

/** The order or line a row is about; undefined for a name nobody gives. */
function thingOf(row: string): Thing | undefined {
  const [store, id, line] = row.slice(row.indexOf('#') + 1).split('/');
  if (store === undefined || id === undefined) return undefined;
  const order = { store, id: decodeURIComponent(id) };
  return line === undefined ? order : { ...order, line: Number(line) };
}

/** The order, as `<store>/<order>`, that a row belongs to. */
export function orderOfRow(row: string): string {
  return row
    .slice(row.indexOf('#') + 1)
    .split('/', 2)
    .join('/');
}

/** How `orderOfRow` names this order. */
export function orderName({ ref }: KnownOrder): string {
  return pathOf({ store: ref.store, id: ref.id });
}

const ORDER: Readonly<Record<OrderValue, (order: KnownOrder) => AttributeValue | undefined>> = {
  number: ({ data }) => text(data.number),
  status: ({ data }) => text(data.status),
  currency: ({ data }) => text(data.currency),
  total: ({ data }) => text(sum([data.total])),
  totalMinor: ({ data }) => ({ as: 'integer', value: Number(minorUnits(data.total, data.currency)) }),
  refunded: ({ data }) => text(sum([data.refunded])),
  net: ({ data }) => text(sum([data.total, data.refunded])),
  createdAt: ({ data }) => moment(data.createdAt),
  paidAt: ({ data }) => moment(data.paidAt),
  completedAt: ({ data }) => moment(data.completedAt),
  coupons: ({ data }) => text(data.coupons.join(',')),
  items: ({ data }) =>
    text(data.lines.map(({ quantity, name }) => `${String(quantity)} x ${name}`).join(',')),
  skus: ({ data }) =>
    text([...new Set(data.lines.map(({ sku }) => sku).filter((sku) => sku !== ''))].join(',')),
  paymentMethod: ({ data }) => text(data.paymentMethod),
  country: ({ data }) => text(countryName(data.identity.country) ?? data.identity.country),
};

const LINE: Readonly<Record<LineValue, (line: LineOf) => AttributeValue | undefined>> = {
  orderKey: ({ thing, contact }) => uniqueValue({ store: thing.store, id: thing.id }, contact),
  sku: ({ line }) => text(line.sku),
  name: ({ line }) => text(line.name),
  productId: ({ line }) => text(line.productId === '0' ? '' : line.productId),
  quantity: ({ line }) => ({ as: 'integer', value: line.quantity }),
  total: ({ line }) => text(sum([line.total])),
  categories: ({ order, line, facts }) =>
    text(facts.products.get(refName(productRef(order, line)))?.categories.join(',') ?? ''),
  status: ({ order }) => text(order.data.status),
};

function text(value: string): AttributeValue {
  return { as: 'text', value };
}

function moment(value: number | undefined): AttributeValue | undefined {
  return value === undefined ? undefined : { as: 'moment', value };
}
