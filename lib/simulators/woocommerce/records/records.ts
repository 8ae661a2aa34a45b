import type { Topic } from '../webhooks/topics.ts';
import type { ShopCart } from './carts/cart-state.ts';
import type { ShopCoupon } from './coupons/coupon-state.ts';
import type { ShopCustomer } from './customers/customer-state.ts';
import type { ShopOrder } from './orders/order-state.ts';
import type { ShopProduct } from './products/product-state.ts';

/**
 * Where WooCommerce keeps orders: in tables of their own, or as WordPress posts, as very many shops still do. There a
 * save without a change of status moves no date, and nobody can tell an order from a product once it is in the trash
 * (facts/woocommerce §1.13, §1.16).
 */
export type OrderStorage = 'tables' | 'posts';

/** The true state of a shop, which its actions change. States are replaced, never changed in place. */
export interface Records {
  readonly orders: Map<number, ShopOrder>;
  readonly customers: Map<number, ShopCustomer>;
  readonly products: Map<number, ShopProduct>;
  /** Rows of a companion. */
  readonly carts: Map<number, ShopCart>;
  readonly coupons: Map<number, ShopCoupon>;
  /** Orders, refunds, products and coupons share one sequence of ids. */
  readonly nextId: () => number;
  readonly nextCustomerId: () => number;
  readonly nextCartId: () => number;
  readonly nextMetaId: () => number;
  readonly random: () => number;
  /** The whole second, epoch ms. */
  readonly now: () => number;
  readonly currency: string;
  readonly storage: OrderStorage;
  /** Tells the webhooks that something happened to a thing. */
  readonly tell: (topic: Topic, id: number) => void;
}

/** @throws Error when there is none: a mistake of whoever drives the shop. */
export function found<Thing>(things: ReadonlyMap<number, Thing>, id: number): Thing {
  const thing = things.get(id);
  if (thing === undefined) throw new Error(`the shop has nothing of the id ${String(id)}`);
  return thing;
}
