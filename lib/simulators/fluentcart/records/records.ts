import type { ShopCustomer, ShopOrder, ShopProduct, ShopSubscription } from './order-state.ts';

/** All a shop holds, and what making a new thing needs. */
export interface Records {
  readonly orders: Map<number, ShopOrder>;
  readonly customers: Map<number, ShopCustomer>;
  readonly products: Map<number, ShopProduct>;
  readonly subscriptions: Map<number, ShopSubscription>;
  readonly nextId: (
    of:
      | 'order'
      | 'customer'
      | 'product'
      | 'variation'
      | 'address'
      | 'item'
      | 'transaction'
      | 'receipt'
      | 'subscription',
  ) => number;
  readonly uuid: () => string;
  /** The shop's clock in whole seconds, epoch ms. */
  readonly now: () => number;
  readonly currency: string;
  /** Something happened for which there may be a feed. */
  readonly tell: (event: string, order: number) => void;
}

/** @throws Error when there is none of this id. */
export function found<Thing>(things: ReadonlyMap<number, Thing>, id: number): Thing {
  const thing = things.get(id);
  if (!thing) throw new Error(`the shop has no thing ${String(id)}`);
  return thing;
}
