/** A cart as a companion in the shop keeps it. Times are epoch ms in whole seconds. */
export interface ShopCart {
  /** Of the row; what the shop tells has `uuid`. */
  readonly id: number;
  readonly uuid: string;
  readonly revision: number;
  readonly status: 'open' | 'empty' | 'ordered';
  readonly email: string;
  readonly previousEmail: string | null;
  readonly customerId: number;
  readonly consent: Readonly<Record<string, boolean>> | null;
  readonly lines: readonly CartItem[];
  readonly coupons: readonly string[];
  readonly order: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface CartItem {
  readonly productId: number;
  readonly quantity: number;
}
