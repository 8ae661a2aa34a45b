import { isAttempt } from '../ledger/order-status.ts';
import { type CountingPolicy, counts } from './counting.ts';
import type { Facts } from './facts.ts';
import type { KnownOrder } from './known-order.ts';

/**
 * Whether anything of it makes an address a contact: a customer record, or an order that was placed. Bots that try
 * cards leave thousands of orders that fail or stay unpaid, under addresses that nobody reads.
 */
export function isBuyer(facts: Facts, policy: CountingPolicy): boolean {
  const orders = [...facts.orders, ...facts.parts.map(({ order }) => order), ...facts.goneOrders];
  return facts.customers.length > 0 || orders.some((order) => wasPlaced(order, policy));
}

/** It was seen past an attempt to buy, is paid, or counts. */
export function wasPlaced(order: KnownOrder, policy: CountingPolicy): boolean {
  const { state, data } = order;
  if (data.paidAt !== undefined || counts(order, policy)) return true;
  return Object.keys(state.sights).some((status) => !isAttempt(status));
}
