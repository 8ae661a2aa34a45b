import type { Billing } from '../billing.ts';

/** A WordPress user; only role `customer` is a customer of the shop. */
export interface ShopCustomer {
  readonly id: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: string;
  readonly billing: Billing;
  readonly isPaying: boolean;
  /** Epoch ms, whole seconds. */
  readonly createdAt: number;
  /** Absent until WooCommerce itself changes the user (recording 0202). */
  readonly modifiedAt?: number;
}
