import { isAttempt } from '../../ledger/order-status.ts';
import type { Policy } from '../../policy/policy.ts';
import { newestAnswer } from './consent.ts';
import { type CountingPolicy, counts } from './counting.ts';
import type { Facts } from './facts.ts';
import type { KnownOrder } from './known-order.ts';
import { ordersAndParts } from './order-parts.ts';

/** What of a policy says who becomes a contact. */
type BuyerPolicy = CountingPolicy & Pick<Policy, 'contacts' | 'consent'>;

/**
 * Whether anything of it makes an address a contact: an order that was placed, or what else the policy takes for
 * enough. Bots that try cards leave thousands of orders that fail or stay unpaid, under addresses that nobody reads.
 */
export function isBuyer(facts: Facts, policy: BuyerPolicy): boolean {
  const { registered = true, declined = true } = policy.contacts ?? {};
  if (!declined && newestAnswer(facts, policy)?.yes === false) return false;
  const orders = [...ordersAndParts(facts), ...facts.goneOrders];
  const isCustomer = registered && facts.customers.length > 0;
  return isCustomer || orders.some((order) => makesContact(order, policy));
}

/** It was placed, or the policy takes every order for enough. */
export function makesContact(order: KnownOrder, policy: BuyerPolicy): boolean {
  return policy.contacts?.unpaid === true || wasPlaced(order, policy);
}

/** It was seen past an attempt to buy, is paid, or counts. */
export function wasPlaced(order: KnownOrder, policy: CountingPolicy): boolean {
  const { state, data } = order;
  if (data.paidAt !== undefined || counts(order, policy)) return true;
  return Object.keys(state.sights).some((status) => !isAttempt(status));
}
