import type { Billing } from '../billing.ts';

/** An order as the shop holds it. Amounts are cents, times epoch ms in whole seconds. */
export interface ShopOrder {
  readonly id: number;
  /** The order it is a part of; 0: of none. */
  readonly parentId: number;
  readonly status: string;
  readonly currency: string;
  /** 0: a guest. */
  readonly customerId: number;
  readonly billing: Billing;
  readonly lines: readonly ShopLine[];
  readonly coupons: readonly string[];
  readonly discount: number;
  /** Newest first; their sum is what was given back, `total` never changes (facts/woocommerce §3). */
  readonly refunds: readonly ShopRefund[];
  readonly payment: Payment;
  readonly createdVia: Via;
  readonly key: string;
  readonly meta: readonly Meta[];
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly paidAt?: number;
  readonly completedAt?: number;
  /** The status before the trash, while it lies there, and since when. */
  readonly trashed?: Trashed;
  /** Its lines were taken from the stock. */
  readonly stockTaken: boolean;
}

interface Trashed {
  readonly from: string;
  readonly at: number;
  readonly metaId: number;
}

export interface ShopLine {
  readonly id: number;
  /** 0 when there is none, or it was erased. */
  readonly productId: number;
  readonly name: string;
  /** null when the product was erased (recording 0146). */
  readonly sku: string | null;
  readonly quantity: number;
  /** Of all pieces, before discounts. */
  readonly subtotal: number;
  readonly total: number;
}

interface ShopRefund {
  readonly id: number;
  readonly reason: string;
  /** Positive. */
  readonly amount: number;
  readonly at: number;
}

export interface Meta {
  readonly id: number;
  readonly key: string;
  readonly value: unknown;
}

export interface Payment {
  readonly id: string;
  readonly title: string;
}

/** Block checkout, classic checkout, or REST and the admin pages. */
export type Via = 'store-api' | 'checkout' | 'rest-api';

export const DRAFT = 'checkout-draft';

/** The order in another status, with the dates WooCommerce then sets; the modification date is not one of them. */
export function inStatus(order: ShopOrder, status: string, now: number): ShopOrder {
  if (order.status === status) return order;
  const completed = status === 'completed' ? { completedAt: now } : {};
  return { ...order, ...completed, ...paidBy(order, status, now), status };
}

/** Cash on delivery is paid when it is delivered (recording 0059), anything else when the work begins. */
function paidBy(order: ShopOrder, status: string, now: number): { paidAt?: number } {
  const paying = order.payment.id === 'cod' ? ['completed'] : ['processing', 'completed'];
  return order.paidAt === undefined && paying.includes(status) ? { paidAt: now } : {};
}

/** What was charged, before refunds. */
export function totalOf(order: ShopOrder): number {
  return order.lines.reduce((sum, line) => sum + line.total, 0);
}

/** What has not been given back. */
export function unrefunded(order: ShopOrder): number {
  return totalOf(order) - order.refunds.reduce((sum, refund) => sum + refund.amount, 0);
}
