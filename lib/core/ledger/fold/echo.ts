import type { Address, RefusedAddress } from '../email.ts';
import type { Ref, Snapshot } from '../snapshot.ts';
import type { CartState, CustomerState, OrderState, State, SubscriptionState } from './order.ts';

/** A snapshot that says what is known already, so that folding it changes nothing; `undefined` of an empty state. */
export function echoOf(ref: Ref, state: State): Snapshot | undefined {
  switch (state.type) {
    case 'order':
      return echoOfOrder(ref, state);
    case 'customer':
      return echoOfCustomer(ref, state);
    case 'product':
      return { type: 'product', ref, version: state.version, data: state.data };
    case 'cart':
      return echoOfCart(ref, state);
    case 'subscription':
      return echoOfSubscription(ref, state);
  }
}

function echoOfOrder(ref: Ref, state: OrderState): Snapshot | undefined {
  const { version, data, deleted, restored } = state;
  if (version && data) return { type: 'order', ref, version, data, address: addressOf(state) };
  for (const mark of ['deleted', 'restored'] as const) {
    const by = { deleted, restored }[mark][0];
    if (by !== undefined) return { type: 'order-mark', ref, mark, by };
  }
  return undefined;
}

function echoOfCustomer(ref: Ref, state: CustomerState): Snapshot | undefined {
  const { version, data, deleted } = state;
  if (version && data) return { type: 'customer', ref, version, data, address: addressOf(state) };
  return deleted ? { type: 'customer-mark', ref } : undefined;
}

function echoOfCart(ref: Ref, state: CartState): Snapshot | undefined {
  const { version, data, ordered, gone } = state;
  if (version && data) return { type: 'cart', ref, version, data, address: addressOf(state) };
  if (ordered || gone) return { type: 'cart-mark', ref, mark: ordered ? 'ordered' : 'gone' };
  return undefined;
}

function echoOfSubscription(ref: Ref, state: SubscriptionState): Snapshot | undefined {
  const { version, data, deleted } = state;
  if (version && data) return { type: 'subscription', ref, version, data, address: addressOf(state) };
  return deleted ? { type: 'subscription-mark', ref } : undefined;
}

/** The cast holds because only a refused address is ever kept there. */
function addressOf({ contact, email, refused }: Exclude<State, { type: 'product' }>): Address {
  if (contact !== undefined && email !== undefined) return { usable: true, key: contact, email };
  return { usable: false, reason: (refused ?? 'no-email') as RefusedAddress };
}
