import { cents, shares } from '../amounts.ts';
import { type Billing, NO_BILLING } from '../billing.ts';
import { takenCoupons } from '../coupons/coupons.ts';
import { randomText } from '../random-text.ts';
import type { Records } from '../records.ts';
import { inStatus, type Meta, type Payment, type ShopLine, type ShopOrder, type Via } from './order-state.ts';

/** What whoever orders chooses; everything has a default. */
export interface NewOrder {
  /** `processing` by default. */
  readonly status?: string;
  readonly billing?: Partial<Billing>;
  readonly customerId?: number;
  /** As plugins do that make several orders of one; 0, none, by default. */
  readonly parentId?: number;
  /** One line of 10.00 by default; `[]` is an order without items. */
  readonly lines?: readonly NewLine[];
  readonly coupons?: readonly string[];
  /** Off the lines together. */
  readonly discount?: string;
  /** `cod` is paid only when it is completed (recordings 0057, 0059). Card by default. */
  readonly payment?: Payment;
  readonly currency?: string;
  readonly meta?: readonly Omit<Meta, 'id'>[];
}

export interface NewLine {
  /** One of the shop's gives name, SKU and price where they are left out. 0 by default. */
  readonly productId?: number;
  readonly name?: string;
  readonly sku?: string;
  readonly quantity?: number;
  /** Of one piece. */
  readonly price?: string;
}

const CARD: Payment = { id: 'stripe', title: 'Card' };

/** A new order, with the dates its status sets. */
export function createOrder(records: Records, order: NewOrder, via: Via): ShopOrder {
  const now = records.now();
  const lines = order.lines ?? [{}];
  const placed: ShopOrder = {
    id: records.nextId(),
    parentId: order.parentId ?? 0,
    status: 'new',
    currency: order.currency ?? records.currency,
    customerId: order.customerId ?? 0,
    billing: { ...NO_BILLING, ...order.billing },
    ...priced(records, lines, cents(order.discount ?? '0')),
    coupons: takenCoupons(records, order.coupons ?? []),
    refunds: [],
    payment: order.payment ?? CARD,
    createdVia: via,
    key: `wc_order_${randomText(records.random, 13)}`,
    meta: (order.meta ?? []).map((meta) => ({ id: records.nextMetaId(), ...meta })),
    createdAt: now,
    modifiedAt: now,
    stockTaken: false,
  };
  return inStatus(placed, order.status ?? 'processing', now);
}

/** Lines with their discounts. */
export function priced(
  records: Records,
  lines: readonly NewLine[],
  discount: number,
): Pick<ShopOrder, 'lines' | 'discount'> {
  const bare = lines.map((line) => lineOf(records, line));
  const parts = shares(
    discount,
    bare.map(({ subtotal }) => subtotal),
  );
  const whole = bare.map((line, index) => ({ ...line, total: line.subtotal - (parts[index] ?? 0) }));
  return { lines: whole, discount };
}

function lineOf(records: Records, { productId = 0, ...line }: NewLine): ShopLine {
  const product = records.products.get(productId);
  const quantity = line.quantity ?? 1;
  const price = line.price ?? product?.price ?? '10.00';
  return {
    id: records.nextMetaId(),
    productId,
    name: line.name ?? product?.name ?? 'Thing',
    sku: line.sku ?? product?.sku ?? '',
    quantity,
    subtotal: quantity * cents(price),
    total: quantity * cents(price),
  };
}
