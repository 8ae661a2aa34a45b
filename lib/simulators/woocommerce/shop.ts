import type { ShopCart } from './records/carts/cart-state.ts';
import { createCarts, type ShopCarts } from './records/carts/carts.ts';
import type { ShopCoupon } from './records/coupons/coupon-state.ts';
import { createCoupons, type ShopCoupons } from './records/coupons/coupons.ts';
import type { ShopCustomer } from './records/customers/customer-state.ts';
import { createCustomers, type ShopCustomers } from './records/customers/customers.ts';
import { createFlaws, type Flaws } from './records/flaws.ts';
import type { ShopOrder } from './records/orders/order-state.ts';
import { createOrders, type ShopOrders } from './records/orders/orders.ts';
import type { ShopProduct } from './records/products/product-state.ts';
import { createProducts, type ShopProducts } from './records/products/products.ts';
import type { OrderStorage, Records } from './records/records.ts';
import type { Site } from './records/site.ts';
import { wholeSecond } from './records/site-time.ts';
import { createDeliveryQueue, type Deliveries } from './webhooks/delivery-queue.ts';
import { eventBody } from './webhooks/event-body.ts';
import { createWebhooks, type ShopWebhooks } from './webhooks/webhooks.ts';

/**
 * A WooCommerce shop in memory: what it truly holds, and what its webhooks say of it. Synchronous, without timers
 * and I/O; time passes only by the clock it is given.
 */
export interface Shop {
  readonly site: Site;
  readonly orders: ShopOrders;
  readonly customers: ShopCustomers;
  readonly products: ShopProducts;
  readonly carts: ShopCarts;
  readonly coupons: ShopCoupons;
  readonly webhooks: ShopWebhooks;
  /** What REST cannot show. */
  readonly flaws: Flaws;
  readonly deliveries: Deliveries;
  /** What REST and webhooks are made from; read it, do not write it. */
  readonly records: Pick<Records, 'orders' | 'customers' | 'products'>;
  /** The shop's clock in whole seconds, epoch ms. */
  now(): number;
  /** All it holds but webhooks and what they have not sent yet, as JSON keeps it. */
  hold(): HeldShop;
}

/** What a shop was left with. */
export interface HeldShop {
  readonly orders: readonly ShopOrder[];
  readonly customers: readonly ShopCustomer[];
  readonly products: readonly ShopProduct[];
  readonly carts: readonly ShopCart[];
  /** Absent in what a version before left. */
  readonly coupons?: readonly ShopCoupon[];
  /** The last id of each sequence. */
  readonly last: Readonly<Record<'thing' | 'customer' | 'meta' | 'cart', number>>;
}

export interface ShopOptions {
  /** Numbers in [0, 1), for keys and secrets. */
  readonly random: () => number;
  readonly clock: { now(): number };
  /** The shop's address, with a slash at the end; `https://shop.example.test/` by default. */
  readonly home?: string;
  /** The site's time zone, `Europe/Paris` by default: a shop in UTC hides mistakes (facts/woocommerce §1.8). */
  readonly zone?: string;
  /** `EUR` by default. */
  readonly currency?: string;
  /** `tables` (HPOS) by default. */
  readonly storage?: OrderStorage;
  /** It goes on with what it held before; empty by default. */
  readonly held?: HeldShop | undefined;
}

/** WordPress has its administrator and some posts before a shop opens. */
const FIRST_ID = 11;
const FIRST_CUSTOMER_ID = 1;

/** A shop without webhooks, empty unless it held something before. */
export function createShop(options: ShopOptions): Shop {
  const { random, clock } = options;
  const site = { home: options.home ?? 'https://shop.example.test/', zone: options.zone ?? 'Europe/Paris' };
  const now = () => wholeSecond(clock.now());
  const webhooks = createWebhooks({ now, random, hasCompanion: () => carts.isThere() });
  const queue = createDeliveryQueue({
    webhooks,
    home: site.home,
    now,
    bodyOf: (event, loaded) => eventBody({ records, site }, event, loaded),
  });
  const { held } = options;
  const last = held?.last;
  const ids = {
    thing: counter(last?.thing ?? FIRST_ID),
    customer: counter(last?.customer ?? FIRST_CUSTOMER_ID),
    meta: counter(last?.meta ?? 0),
    cart: counter(last?.cart ?? 0),
  };
  const records: Records = {
    ...shelvesOf(held),
    nextId: ids.thing.next,
    nextCustomerId: ids.customer.next,
    nextCartId: ids.cart.next,
    nextMetaId: ids.meta.next,
    random,
    now,
    currency: options.currency ?? 'EUR',
    storage: options.storage ?? 'tables',
    tell: (topic, id) => queue.tell(topic, id),
  };
  const carts = createCarts(records);
  return {
    site,
    carts,
    coupons: createCoupons(records),
    orders: createOrders(records),
    customers: createCustomers(records),
    products: createProducts(records),
    webhooks,
    flaws: createFlaws(),
    deliveries: queue,
    records,
    now,
    hold: () => ({
      ...heldOf(records),
      last: {
        thing: ids.thing.last(),
        customer: ids.customer.last(),
        meta: ids.meta.last(),
        cart: ids.cart.last(),
      },
    }),
  };
}

function shelvesOf(held: Partial<HeldShop> = {}) {
  return {
    orders: byId(held.orders ?? []),
    customers: byId(held.customers ?? []),
    products: byId(held.products ?? []),
    carts: byId(held.carts ?? []),
    coupons: byId(held.coupons ?? []),
  };
}

function heldOf({ orders, customers, products, carts, coupons }: Records): Omit<HeldShop, 'last'> {
  return {
    orders: [...orders.values()],
    customers: [...customers.values()],
    products: [...products.values()],
    carts: [...carts.values()],
    coupons: [...coupons.values()],
  };
}

function byId<Thing extends { readonly id: number }>(things: readonly Thing[]): Map<number, Thing> {
  return new Map(things.map((thing) => [thing.id, thing]));
}

function counter(last: number) {
  let id = last;
  return {
    next: () => {
      id += 1;
      return id;
    },
    last: () => id,
  };
}
