import type { Meta } from '../orders/order-state.ts';

/** A coupon as the shop holds it. Times are epoch ms in whole seconds, amounts decimal strings. */
export interface ShopCoupon {
  readonly id: number;
  /** In lower case, whatever was asked for (recording `coupon-create`). */
  readonly code: string;
  readonly discountType: string;
  readonly amount: string;
  readonly description: string;
  readonly minimumAmount: string;
  /** Absent: it never expires. */
  readonly expiresAt?: number;
  readonly individualUse: boolean;
  readonly usageLimit: number | null;
  readonly usageLimitPerUser: number | null;
  readonly emailRestrictions: readonly string[];
  readonly meta: readonly Meta[];
  readonly createdAt: number;
  readonly isTrashed: boolean;
}

/** What whoever makes a coupon says of it; all but the code has a default. */
export interface NewShopCoupon extends Partial<Omit<ShopCoupon, 'id' | 'code' | 'createdAt' | 'meta'>> {
  readonly code: string;
  readonly metaData?: readonly Omit<Meta, 'id'>[];
}
