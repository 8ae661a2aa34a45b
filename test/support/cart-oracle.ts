import { asAddress } from './oracle.ts';

/**
 * An independent calculation of which cart Mautic must hold for each address after a set of deliveries, straight from
 * their raw bodies and the words of the design. It shares no code with the bridge.
 */

export interface RawCartDelivery {
  readonly topic: string;
  readonly body: string;
}

export interface ExpectedCart {
  readonly id: string;
  readonly total: string;
  readonly items: number;
  /** What the way back begins with. */
  readonly url: string;
  /** Epoch ms. */
  readonly touched: number;
}

interface RawCart {
  id: string;
  revision: number;
  status: string;
  email: string;
  updated_at: string;
  consent: Record<string, boolean> | null;
  totals: { total: string };
  lines: unknown[];
  checkout_link: string | null;
  restore_url: string | null;
}

interface RawOrder {
  id: number;
  parent_id: number;
  status: string;
  total: string;
  created_via: string;
  date_created_gmt: string;
  date_modified_gmt: string;
  date_paid_gmt: string | null;
  billing: { email: string };
  line_items: unknown[];
  payment_url: string;
  needs_payment: boolean;
  meta_data: { key: string; value: unknown }[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PROGRESS = ['pending', 'failed', 'on-hold', 'processing', 'cancelled', 'completed', 'refunded'];
const ATTEMPTS = ['pending', 'failed', 'cancelled', 'checkout-draft', 'trash'];

/** What of a policy decides about carts; milliseconds. */
export interface CartRules {
  readonly after?: number;
  readonly forget?: number;
  readonly unpaid?: boolean;
  /** Ids of orders that the shop does not have any more: nobody goes on with them. */
  readonly gone?: ReadonlySet<number>;
}

/** Address → the cart that is abandoned at a moment (epoch ms), by the default times unless told; `null`: none is. */
export function expectedCarts(
  deliveries: readonly RawCartDelivery[],
  at: number,
  rules: CartRules = {},
): Map<string, ExpectedCart | null> {
  const carts = deliveries.flatMap(({ topic, body }) =>
    topic === 'cart.updated' ? [JSON.parse(body) as RawCart] : [],
  );
  const orders = deliveries.flatMap(({ topic, body }) =>
    topic.startsWith('order.') ? [JSON.parse(body) as RawOrder] : [],
  );
  const told = carts.filter(({ status }) => status !== 'gone');
  const addresses = new Set([
    ...told.map(({ email }) => asAddress(email)),
    ...orders.map(({ billing }) => asAddress(billing.email)),
  ]);
  const world = { carts, orders, at, ...rules };
  return new Map([...addresses].map((address) => [address, cartOf(address, world) ?? null]));
}

interface World extends CartRules {
  readonly carts: readonly RawCart[];
  readonly orders: readonly RawOrder[];
  readonly at: number;
}

interface Candidate extends ExpectedCart {
  readonly cartId: unknown;
  readonly isOrder: boolean;
}

function cartOf(address: string, world: World): ExpectedCart | undefined {
  const { after = HOUR, forget = 14 * DAY } = world;
  const bought = finalOrders(world).filter(
    (order) => asAddress(order.billing.email) === address && isBought(order, world),
  );
  const open = [...openCarts(address, world), ...(world.unpaid === false ? [] : unpaid(address, world))]
    .filter((one) => !isOver(one, world))
    .filter((one) => !bought.some((order) => closes(order, one)))
    .sort((a, b) => b.touched - a.touched || place(b) - place(a) || (a.id > b.id ? -1 : 1));
  const [newest] = open;
  if (!newest || world.at < newest.touched + after || world.at >= newest.touched + forget) return undefined;
  const { id, total, items, url, touched } = newest;
  return { id, total, items, url, touched };
}

/** Of one moment an order, because it can be paid. */
function place({ isOrder }: Candidate): number {
  return isOrder ? 1 : 0;
}

/** Each cart as it was told of last. */
function finalCarts({ carts }: World): readonly RawCart[] {
  const told = carts.filter(({ status }) => status !== 'gone');
  return [...Map.groupBy(told, ({ id }) => id).values()].flatMap(
    (versions) =>
      versions.toSorted((a, b) =>
        a.updated_at === b.updated_at ? b.revision - a.revision : a.updated_at < b.updated_at ? 1 : -1,
      )[0] ?? [],
  );
}

function openCarts(address: string, world: World): readonly Candidate[] {
  return finalCarts(world)
    .filter(
      ({ email, status, lines }) => asAddress(email) === address && status === 'open' && lines.length > 0,
    )
    .filter((cart) => !wasTriedElsewhere(cart, world))
    .map((cart) => ({
      id: cart.id,
      cartId: cart.id,
      total: cart.totals.total,
      items: cart.lines.length,
      url: (cart.checkout_link ?? cart.restore_url ?? '').split('?')[0] ?? '',
      touched: Date.parse(cart.updated_at),
      isOrder: false,
    }));
}

function unpaid(address: string, world: World): readonly Candidate[] {
  return finalOrders(world)
    .filter(({ billing, status }) => asAddress(billing.email) === address && ATTEMPTS.includes(status))
    .filter(({ id, status }) => status !== 'trash' && world.gone?.has(id) !== true)
    .filter((order) => !isBought(order, world) && order.parent_id === 0)
    .filter(({ created_via: via }) => via === 'checkout' || via === 'store-api')
    .filter((order) => !wasCorrected(order, world))
    .map((order) => ({
      id: String(order.id),
      cartId: cartIdOf(order),
      total: order.total,
      items: order.line_items.length,
      url: order.needs_payment ? (order.payment_url.split('?')[0] ?? '') : '',
      touched: touchOf(order, world),
      isOrder: true,
    }));
}

/**
 * Somebody gave the cart that it was made from another address since, or made another order of it under one: the one of
 * the order was mistyped, or is not theirs.
 */
function wasCorrected(order: RawOrder, world: World): boolean {
  const own = asAddress(order.billing.email);
  const since = Date.parse(`${order.date_created_gmt}Z`);
  const isRetyped = finalCarts(world).some(
    ({ id, email, updated_at: at }) =>
      id === cartIdOf(order) && asAddress(email) !== own && Date.parse(at) >= since,
  );
  const others = triesAt(cartIdOf(order), world).filter(
    ({ id, address }) => id !== order.id && address !== own,
  );
  return isRetyped || others.some(({ made, id }) => made > since || (made === since && id > order.id));
}

/** Its owner was the last to touch it, but somebody with another address was the last who tried to buy it, after that. */
function wasTriedElsewhere({ id, email, updated_at: touched }: RawCart, world: World): boolean {
  const last = triesAt(id, world).at(-1);
  return last !== undefined && last.address !== asAddress(email) && last.made > Date.parse(touched);
}

interface Try {
  /** Of the order that it was. */
  readonly id: number;
  readonly address: string;
  /** When it was made, epoch ms. */
  readonly made: number;
}

/** Everybody who tried to buy a cart and could not, the last one last: with each order, or once more with the same. */
function triesAt(cart: unknown, { orders }: World): readonly Try[] {
  if (cart === undefined) return [];
  return orders
    .filter((order) => cartIdOf(order) === cart && ATTEMPTS.includes(order.status))
    .toSorted(
      (a, b) =>
        byText(a.date_created_gmt, b.date_created_gmt) ||
        a.id - b.id ||
        byText(a.date_modified_gmt, b.date_modified_gmt),
    )
    .map(({ id, billing, date_created_gmt: at }) => ({
      id,
      address: asAddress(billing.email),
      made: Date.parse(`${at}Z`),
    }));
}

/** Dates of one form sort like text. */
function byText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function touchOf(order: RawOrder, { orders }: World): number {
  const waiting = order.status === 'cancelled' ? ['pending', 'failed'] : [order.status];
  const seen = waiting.flatMap((status) => {
    const times = orders
      .filter((one) => one.id === order.id && one.status === status)
      .map((one) => Date.parse(`${one.date_modified_gmt}Z`));
    return times.length === 0 ? [] : [Math.min(...times)];
  });
  return Math.max(Date.parse(`${order.date_created_gmt}Z`), ...seen);
}

function finalOrders({ orders }: World): readonly RawOrder[] {
  const rank = (order: RawOrder) => [
    Date.parse(`${order.date_modified_gmt}Z`),
    PROGRESS.indexOf(order.status),
  ];
  return [...Map.groupBy(orders, ({ id }) => id).values()].flatMap(
    (versions) =>
      versions.toSorted((a, b) => {
        const [[at = 0, far = 0], [otherAt = 0, otherFar = 0]] = [rank(a), rank(b)];
        return otherAt - at || otherFar - far;
      })[0] ?? [],
  );
}

function isBought({ id }: RawOrder, { orders }: World): boolean {
  return orders.some(
    (one) => one.id === id && (!ATTEMPTS.includes(one.status) || one.date_paid_gmt !== null),
  );
}

/** The cart was bought by an order; or it is gone, of which an order that was made from it knows nothing. */
function isOver({ cartId, isOrder }: Candidate, world: World): boolean {
  if (cartId === undefined) return false;
  const ends = isOrder ? ['ordered'] : ['ordered', 'gone'];
  const isSaid = world.carts.some(({ id, status }) => id === cartId && ends.includes(status));
  return (
    isSaid || world.orders.some((order) => cartIdOf(order) === cartId && !ATTEMPTS.includes(order.status))
  );
}

function closes(order: RawOrder, { touched, cartId, isOrder }: Candidate): boolean {
  const before = isOrder ? HOUR : 15 * MINUTE;
  const paid = order.date_paid_gmt === null ? 0 : Date.parse(`${order.date_paid_gmt}Z`);
  const isSame = cartId !== undefined && cartIdOf(order) === cartId;
  return isSame || Date.parse(`${order.date_created_gmt}Z`) >= touched - before || paid > touched;
}

function cartIdOf(order: RawOrder): unknown {
  return order.meta_data.find(({ key }) => key === '_mcb_cart_id')?.value;
}
