import type { Outcome } from '../ledger/failure.ts';

/** What is asked of a store's coupons. Calls never throw; no failure names a code. */
export interface StoreCoupons {
  /** A failure of the code `COUPON_EXISTS` says that one of this code is there. */
  make(coupon: NewCoupon): Promise<Outcome<StoreCoupon>>;
  /** By its code; `undefined`: there is none, or it lies in the trash. */
  find(code: string): Promise<Outcome<StoreCoupon | undefined>>;
  /** All that are not in the trash, a page of at most 100, from the oldest on. */
  page(page: number): Promise<Outcome<CouponPage>>;
  /** For good: in the trash it would stay for ever. */
  remove(id: string): Promise<Outcome<void>>;
}

/** A coupon that one order may take, alone. */
export interface NewCoupon {
  /** In lower case: a store may change anything else. */
  readonly code: string;
  /** Off everything in the cart, 0 to 100. */
  readonly percent: number;
  /** The least that the cart must be worth, as a decimal string. */
  readonly minTotal?: string;
  /** Epoch ms, in whole seconds. */
  readonly expiresAt: number;
}

/** A coupon as the store shows it. */
export interface StoreCoupon {
  readonly id: string;
  readonly code: string;
  /** Absent of one that takes off something else than a share. */
  readonly percent?: number;
  /** Epoch ms; absent: it never expires. */
  readonly expiresAt?: number;
  /** By how many orders, those that wait for their payment too. */
  readonly used: number;
  /** The bridge made it. */
  readonly isOurs: boolean;
}

interface CouponPage {
  readonly coupons: readonly StoreCoupon[];
  readonly isLast: boolean;
  /** The store's clock when it answered, epoch ms. */
  readonly now: number;
}

/** The failure's code of a coupon that is there already: it was made by an earlier try. */
export const COUPON_EXISTS = 'coupon-exists';
