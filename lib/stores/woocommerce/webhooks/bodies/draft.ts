import { shareOf } from '../../../../core/ledger/money.ts';
import { DRAFT } from '../../../../core/ledger/order-status.ts';
import type { CartData, OrderData, Snapshot } from '../../../../core/ledger/snapshot.ts';
import { cartIn } from './checkout.ts';
import { type Order, orderSnapshot, orderSnapshots } from './order.ts';
import type { Witness } from './witness.ts';

/**
 * What an order says, or the cart that it still is; `undefined`: a checkout in progress of which nobody is to be told.
 * Where a companion tells of carts, it tells of this one.
 */
export function orderOrDraft(order: Order, witness: Witness): readonly Snapshot[] | undefined {
  if (order.status !== DRAFT) return orderSnapshots(order, witness);
  const { ref, version, address, data } = orderSnapshot(order, witness);
  const { checkout, cartId } = data;
  if (!checkout || cartId === undefined || cartIn(order.meta_data) !== undefined) return undefined;
  if (!address.usable) return undefined;
  const cart = { ...ref, kind: 'cart', id: cartId } as const;
  return [{ type: 'cart', ref: cart, version, address, data: cartOf({ ...data, checkout }) }];
}

/** It was touched when it was begun: the shop deletes it after a day, so no link to pay it is of use. */
function cartOf(data: OrderData & Required<Pick<OrderData, 'checkout'>>): CartData {
  const { createdAt, currency, total, lines, coupons, customerId, identity, consent } = data;
  const { createdVia, refill } = data.checkout;
  return {
    status: lines.length === 0 ? 'empty' : 'open',
    createdAt,
    updatedAt: createdAt,
    currency,
    total,
    lines: lines.map((line) => ({
      name: line.name,
      sku: line.sku,
      quantity: line.quantity,
      price: shareOf(line.total, line.quantity, currency),
      url: '',
      image: '',
    })),
    coupons,
    customerId,
    firstName: identity.firstName,
    lastName: identity.lastName,
    country: identity.country,
    consent,
    links: [],
    checkout: { createdVia, needsPayment: false, ...(refill !== undefined && { refill }) },
  };
}
