import { createCarts, type ShopCarts } from './records/carts.ts';
import { createCustomers, type ShopCustomers } from './records/customers.ts';
import { createFlaws, type Flaws } from './records/flaws.ts';
import { createOrders, type ShopOrders } from './records/orders.ts';
import { createProducts, type ShopProducts } from './records/products.ts';
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
  readonly webhooks: ShopWebhooks;
  /** What REST cannot show. */
  readonly flaws: Flaws;
  readonly deliveries: Deliveries;
  /** What REST and webhooks are made from; read it, do not write it. */
  readonly records: Pick<Records, 'orders' | 'customers' | 'products'>;
  /** The shop's clock in whole seconds, epoch ms. */
  now(): number;
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
}

/** WordPress has its administrator and some posts before a shop opens. */
const FIRST_ID = 11;
const FIRST_CUSTOMER_ID = 1;

/** An empty shop without webhooks. */
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
  const records: Records = {
    orders: new Map(),
    customers: new Map(),
    products: new Map(),
    carts: new Map(),
    nextId: counter(FIRST_ID),
    nextCustomerId: counter(FIRST_CUSTOMER_ID),
    nextCartId: counter(0),
    nextMetaId: counter(0),
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
    orders: createOrders(records),
    customers: createCustomers(records),
    products: createProducts(records),
    webhooks,
    flaws: createFlaws(),
    deliveries: queue,
    records,
    now,
  };
}

function counter(last: number): () => number {
  let id = last;
  return () => {
    id += 1;
    return id;
  };
}
