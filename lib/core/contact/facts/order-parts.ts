import { isNear, isZero, sum } from '../../ledger/money.ts';
import { type OrderLine, type Ref, refName } from '../../ledger/snapshot.ts';
import type { KnownOrder } from './known-order.ts';

/** An order that is a part of another one of the same buyer. */
interface Part {
  readonly order: KnownOrder;
  /** What it is a part of, nearest first; the last is a part of nothing. */
  readonly ancestors: readonly KnownOrder[];
}

/** Orders and their parts; in any order. */
export interface Purchases {
  readonly orders: readonly KnownOrder[];
  readonly parts: readonly Part[];
}

/** No plugin goes deeper; what does goes round in a circle. */
const MOST_GENERATIONS = 8;

/** The other order that an order names as its parent. */
export function parentRef({ ref, data }: Pick<KnownOrder, 'ref' | 'data'>): Ref | undefined {
  const { parentId } = data;
  return parentId === undefined || parentId === ref.id ? undefined : { ...ref, id: parentId };
}

/** Tells the parts among one buyer's orders. What names a parent that is none of them stands for itself. */
export function purchasesOf(orders: readonly KnownOrder[]): Purchases {
  const known = new Map(orders.map((order) => [refName(order.ref), order]));
  const parts = orders.flatMap((order) => {
    const ancestors = ancestorsOf(order, known);
    return ancestors.length === 0 ? [] : [{ order, ancestors }];
  });
  const isPart = new Set(parts.map(({ order }) => order));
  return { orders: orders.filter((order) => !isPart.has(order)), parts };
}

/** Orders and parts alike, each as the store has it. */
export function ordersAndParts({ orders, parts }: Purchases): readonly KnownOrder[] {
  return [...orders, ...parts.map(({ order }) => order)];
}

function ancestorsOf(order: KnownOrder, known: ReadonlyMap<string, KnownOrder>): readonly KnownOrder[] {
  const ancestors: KnownOrder[] = [];
  for (let at = parentIn(order, known); at !== undefined; at = parentIn(at, known)) {
    if (ancestors.push(at) > MOST_GENERATIONS) return [];
  }
  return ancestors;
}

function parentIn(order: KnownOrder, known: ReadonlyMap<string, KnownOrder>): KnownOrder | undefined {
  const parent = parentRef(order);
  return parent && known.get(refName(parent));
}

/** An order that is added up by itself: its total is in no other's. */
export interface Standing {
  readonly order: KnownOrder;
  /** What was bought in one go: the order that it is, or that it is a part of. */
  readonly purchase: KnownOrder;
  /** Parts whose totals are in this one's. */
  readonly holds: readonly KnownOrder[];
}

/**
 * The orders whose totals add up to what was bought. A part is in the total of an order that has all its lines,
 * as a marketplace makes them, unless that total was lowered by exactly what such parts have. A part that has what its
 * order has no more was split off: both are added up.
 */
export function standingOrders({ orders, parts }: Purchases): readonly Standing[] {
  const held = new Map<KnownOrder, readonly KnownOrder[]>();
  for (const [holder, copies] of Map.groupBy(parts, holderOf)) {
    const copied = copies.map(({ order }) => order);
    if (holder && !isLowered(holder, copied)) held.set(holder, copied);
  }
  const inAnother = new Set([...held.values()].flat());
  const apart = parts.filter(({ order }) => !inAnother.has(order));
  const standing = [
    ...orders.map((order) => ({ order, purchase: order })),
    ...apart.map(({ order, ancestors }) => ({ order, purchase: ancestors.at(-1) ?? order })),
  ];
  return standing.map(({ order, purchase }) => ({ order, purchase, holds: held.get(order) ?? [] }));
}

function holderOf({ order, ancestors }: Part): KnownOrder | undefined {
  return ancestors.find((ancestor) => hasAllLines(ancestor, order));
}

function hasAllLines({ data: whole }: KnownOrder, { data: part }: KnownOrder): boolean {
  const left = [...whole.lines];
  return part.lines.every((line) => {
    const at = left.findIndex((other) => isSameLine(line, other));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

/** Coupons are shared out anew among vendors, so cents may differ; what was split or is paid later differs by more. */
function isSameLine(line: OrderLine, other: OrderLine): boolean {
  const isErased = line.productId === '0' || other.productId === '0';
  const isSameThing = isErased ? line.name === other.name : line.productId === other.productId;
  return isSameThing && line.quantity === other.quantity && isNear(line.total, other.total);
}

/** What its lines add up to is its own total and those of the parts that have a copy of them. */
function isLowered({ data }: KnownOrder, copies: readonly KnownOrder[]): boolean {
  const elsewhere = copies.map((copy) => copy.data.total);
  if (isZero(sum(elsewhere))) return false;
  return sum([data.total, ...elsewhere]) === sum(data.lines.map(({ total }) => total));
}
