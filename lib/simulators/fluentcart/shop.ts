import type { Shown } from './bodies/payload.ts';
import { createFeeds, type ShopFeeds } from './feeds/feeds.ts';
import { createJobs, type Jobs } from './feeds/jobs.ts';
import type { ShopCustomer, ShopProduct } from './records/order-state.ts';
import { createOrders, type ShopOrders } from './records/orders.ts';
import { found, type Records } from './records/records.ts';
import { createSubscriptions, type ShopSubscriptions } from './records/subscriptions.ts';

/**
 * A FluentCart shop in memory: what it truly holds, and what its feeds say of it. Synchronous, without timers and I/O;
 * time passes only by the clock it is given.
 */
export interface FluentShop {
  readonly orders: ShopOrders;
  readonly subscriptions: ShopSubscriptions;
  readonly customers: ShopCustomers;
  readonly products: ShopProducts;
  readonly feeds: ShopFeeds;
  readonly jobs: Jobs;
  /** Bought, or no longer paid for. */
  setPro(active: boolean): void;
  /** What REST and feeds are made from; read it, do not write it. */
  readonly shown: Shown;
  readonly isPro: () => boolean;
  /** The shop's clock in whole seconds, epoch ms. */
  now(): number;
}

interface ShopCustomers {
  /** Moves no date of an order; the copy in its addresses stays as it was. */
  edit(id: number, fields: Partial<Pick<ShopCustomer, 'email' | 'firstName' | 'lastName'>>): void;
  /** Takes all their orders along, paid ones too, and sends nothing (facts/fluentcart D5). */
  remove(id: number): void;
}

interface ShopProducts {
  /** @returns its id. */
  create(product: {
    readonly name: string;
    readonly variations?: readonly { readonly name: string; readonly sku: string; readonly price: number }[];
    readonly categories?: readonly string[];
  }): number;
  recategorise(id: number, categories: readonly string[]): void;
  /** Orders keep its name. */
  remove(id: number): void;
}

export interface ShopOptions {
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly clock: { now(): number };
  /** Without a slash at the end; `https://shop.example.test` by default. */
  readonly home?: string;
  /** `EUR` by default. */
  readonly currency?: string;
  /** Active by default. */
  readonly pro?: boolean;
  /** `1.5` by default. */
  readonly version?: '1.5' | '1.6';
  /** Orders it has had before and does not show: ids begin behind it. */
  readonly lastOrder?: number;
}

const SECOND_MS = 1_000;
/** WordPress has a few posts before a shop opens. */
const FIRST_POST = 40;

/** An empty shop without feeds. */
export function createFluentShop(options: ShopOptions): FluentShop {
  let pro = options.pro ?? true;
  const isPro = () => pro;
  const now = () => Math.floor(options.clock.now() / SECOND_MS) * SECOND_MS;
  const last = new Map<string, number>([
    ['product', FIRST_POST],
    ['order', options.lastOrder ?? 0],
  ]);
  const records: Records = {
    orders: new Map(),
    customers: new Map(),
    products: new Map(),
    subscriptions: new Map(),
    nextId: (of) => {
      last.set(of, (last.get(of) ?? 0) + 1);
      return last.get(of) ?? 1;
    },
    uuid: () => Array.from({ length: 32 }, () => Math.floor(options.random() * 16).toString(16)).join(''),
    now,
    currency: options.currency ?? 'EUR',
    tell: (event, order) => jobs.tell(event, order),
  };
  const shown: Shown = { records, home: options.home ?? 'https://shop.example.test' };
  const feeds = createFeeds();
  const jobs = createJobs({ shown, feeds, pro: isPro, version: options.version ?? '1.5' });
  const orders = createOrders(records);
  return {
    orders,
    subscriptions: createSubscriptions(records, orders),
    customers: createCustomers(records),
    products: createProducts(records),
    feeds,
    jobs,
    setPro: (active) => {
      pro = active;
    },
    isPro,
    shown,
    now,
  };
}

function createCustomers({ customers, orders, now }: Records): ShopCustomers {
  return {
    edit: (id, fields) => void Object.assign(found(customers, id), fields, { updatedAt: now() }),
    remove: (id) => {
      customers.delete(id);
      for (const order of orders.values()) if (order.customerId === id) orders.delete(order.id);
    },
  };
}

function createProducts({ products, nextId, now }: Records): ShopProducts {
  return {
    create: ({ name, variations = [{ name, sku: '', price: 1000 }], categories = [] }) => {
      const id = nextId('product');
      const product: ShopProduct = {
        id,
        name,
        variations: variations.map((variation) => ({ ...variation, id: nextId('variation') })),
        categories,
        createdAt: now(),
        modifiedAt: now(),
      };
      products.set(id, product);
      return id;
    },
    recategorise: (id, categories) =>
      void Object.assign(found(products, id), { categories, modifiedAt: now() }),
    remove: (id) => void products.delete(id),
  };
}
