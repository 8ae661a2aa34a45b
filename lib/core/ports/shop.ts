import type { ShownOrder } from '../contact/carts/checkout-now.ts';
import type { Outcome } from '../ledger/failure.ts';
import type { StoreCoupons } from '../stores/coupons.ts';

/**
 * What `sync` may do in a shop, in its last step and within limits: one call at a time, and no more than half a minute
 * a batch. Calls never throw.
 */
export interface Shop {
  /** Absent of a store that is not known to take coupons from outside. */
  readonly coupons?: Pick<StoreCoupons, 'make' | 'find'>;
  /** The newest orders whose billing holds this address, or more than it; absent of a store that has no carts. */
  readonly ordersOf?: (email: string) => Promise<Outcome<readonly ShownOrder[]>>;
  /** One order, in the trash too; `undefined`: it was erased, or is none that counts. */
  order(id: string): Promise<Outcome<ShownOrder | undefined>>;
}

/** The shops as one batch may use them. */
export interface OpenShops {
  /** A failure of the code `no-keys`: the shop cannot be asked at all, until somebody gives its keys. */
  of(store: string): Promise<Outcome<Shop>>;
  /** A code that nobody can guess and that can be read out. */
  newCode(): string;
}

export interface Shops {
  /** For one batch. */
  open(): OpenShops;
}
