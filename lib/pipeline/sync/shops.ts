import { NO_KEYS } from '../../core/contact/carts/cart-coupon.ts';
import type { ShownOrder } from '../../core/contact/carts/checkout-now.ts';
import { spellingsOf } from '../../core/ledger/email.ts';
import { type Failure, failed, type Outcome, succeeded } from '../../core/ledger/failure.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { StoreKey, StoreKeys } from '../../core/ports/secrets.ts';
import type { OpenShops, Shop, Shops } from '../../core/ports/shop.ts';
import type { Clock, Log } from '../../core/ports/telemetry.ts';
import type { Source } from '../../core/stores/source.ts';
import type { StoreApi, StoreItem } from '../../core/stores/store-api.ts';

/** So long one call to a shop may take; whoever makes the APIs keeps to it. */
export const SHOP_CALL_MS = 8_000;
/** So much of a batch's time a shop gets: others wait behind it. */
const SHOP_BATCH_MS = 30_000;
/** Whoever has given no keys may never do. */
const KEYS_AGAIN_MS = 3_600_000;

/** Without what is read aloud or copied wrongly: i, l and o. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz';

export interface ShopsParts {
  readonly stores: readonly Store[];
  readonly keys: StoreKeys;
  /** `undefined` for a store whose address nobody gave. */
  readonly storeApiOf: (store: Store, key: StoreKey) => StoreApi | undefined;
  readonly sourceOf: (kind: Store['kind']) => Pick<Source, 'read'>;
  /** A whole number from 0 up to, and without, this one, that nobody can guess. */
  readonly randomBelow: (limit: number) => number;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
}

/** The shops of the configuration, each within its limits. */
export function createShops(parts: ShopsParts): Shops {
  const { randomBelow } = parts;
  const newCode = () =>
    `m${Array.from({ length: 9 }, () => LETTERS[randomBelow(LETTERS.length)] ?? '').join('')}`;
  return {
    open: (): OpenShops => {
      const opened = new Map<string, Promise<Outcome<Shop>>>();
      return {
        newCode,
        of: async (id) => {
          const shop = opened.get(id) ?? openShop(parts, id);
          opened.set(id, shop);
          return shop;
        },
      };
    },
  };
}

async function openShop(parts: ShopsParts, id: string): Promise<Outcome<Shop>> {
  const api = await apiOf(parts, id);
  if (!api.ok) return api;
  const { coupons, ordersOf } = api.value;
  const within = limited(parts.clock);
  const read = readerOf(parts, id);
  return succeeded({
    ...(coupons && {
      coupons: {
        make: (coupon) => within(() => coupons.make(coupon)),
        find: (code) => within(() => coupons.find(code)),
      },
    }),
    ...(ordersOf && {
      ordersOf: async (email) => {
        const orders: ShownOrder[] = [];
        for (const spelling of spellingsOf(email)) {
          const page = await within(() => ordersOf(spelling));
          if (!page.ok) return page;
          const { items, now } = page.value;
          orders.push(...items.flatMap((item) => read({ item, now })));
        }
        return succeeded(orders);
      },
    }),
    order: async (order) => {
      const found = await within(() => api.value.order(order));
      if (!found.ok) return found;
      return succeeded(found.value && read(found.value)[0]);
    },
  });
}

/** Of what is an order, what it says. */
function readerOf({ stores, sourceOf }: ShopsParts, id: string) {
  const { kind = 'woocommerce', testOrders = false } = stores.find((one) => one.id === id) ?? {};
  const source = sourceOf(kind);
  return ({ item, now }: StoreItem): readonly ShownOrder[] => {
    const reading = { kind: 'order', store: id, item, now, ...(testOrders && { testOrders }) } as const;
    return source.read(reading).snapshots.filter((snapshot) => snapshot.type === 'order');
  };
}

async function apiOf({ stores, keys, storeApiOf, log }: ShopsParts, id: string): Promise<Outcome<StoreApi>> {
  const store = stores.find((one) => one.id === id);
  try {
    const key = await keys.of(id);
    const api = store && key && storeApiOf(store, key);
    return api ? succeeded(api) : failed(keyless(id));
  } catch (error) {
    log.warn("A store's keys could not be read; what is to be done in it waits", { store: id }, error);
    return failed({ kind: 'retry', code: 'keys-unread', message: `The keys of store ${id} cannot be read.` });
  }
}

function keyless(id: string): Failure {
  const message = `Store ${id} has no keys for its REST API, or no address: fill them into the secret of the output StoreKeysId, with the right to write.`;
  return { kind: 'retry', code: NO_KEYS, message, retryAfterMs: KEYS_AGAIN_MS };
}

/** One call after the other; none once the time of the batch is used up. */
function limited(clock: Pick<Clock, 'now'>) {
  let spentMs = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function call<Value>(make: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
    if (spentMs >= SHOP_BATCH_MS) return failed(TOO_SLOW);
    const began = clock.now();
    try {
      return await make();
    } finally {
      spentMs += clock.now() - began;
    }
  }

  return <Value>(make: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> => {
    const called = turn.then(() => call(make));
    turn = called.catch(() => undefined);
    return called;
  };
}

const TOO_SLOW: Failure = {
  kind: 'retry',
  code: 'shop-too-slow',
  message: 'The shop has used up its half minute of this batch; what is left comes later',
};
