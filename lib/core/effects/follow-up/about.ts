import { openCheckout } from '../../contact/carts/abandoned.ts';
import type { Checkout } from '../../contact/carts/checkout.ts';
import type { Facts, KnownCustomer } from '../../contact/facts/facts.ts';
import { type KnownOrder, newest } from '../../contact/facts/known-order.ts';
import { ordersAndParts } from '../../contact/facts/order-parts.ts';
import type { KnownSubscription } from '../../contact/facts/subscriptions.ts';
import type { EffectStates } from '../../ledger/effect-state.ts';
import type { Ref } from '../../ledger/snapshot.ts';
import { type Trigger, thingOf } from '../../policy/follow-ups/follow-up-trigger.ts';
import type { Policy } from '../../policy/policy.ts';

interface OfThing {
  /** What it is claimed on. */
  readonly ref: Ref;
  /** What has been done for that once. */
  readonly effects: EffectStates;
}

/** What a follow-up is about: a thing of the ledger, and what is known of it. */
export type About = AboutOrder | AboutCart | AboutCustomer | AboutSubscription;

export interface AboutOrder extends OfThing {
  readonly of: 'order';
  readonly order: KnownOrder;
}

/** A cart, or an order that nobody paid. */
interface AboutCart extends OfThing {
  readonly of: 'cart';
  readonly checkout: Checkout;
  /** From when on it is abandoned, epoch ms. */
  readonly abandonedAt: number;
}

interface AboutCustomer extends OfThing {
  readonly of: 'customer';
  readonly customer: KnownCustomer;
}

interface AboutSubscription extends OfThing {
  readonly of: 'subscription';
  readonly subscription: KnownSubscription;
}

export function aboutOrder(order: KnownOrder): AboutOrder {
  return { of: 'order', ref: order.ref, effects: order.effects, order };
}

export interface AboutOptions {
  readonly policy: Policy;
  /** Epoch ms. */
  readonly now: number;
}

/** Everything of a contact that may be followed up by what begins a rule. */
export function thingsFor(on: Trigger, facts: Facts, options: AboutOptions): readonly About[] {
  switch (thingOf(on)) {
    case 'order':
      return ordersAndParts(facts).map(aboutOrder);
    case 'cart':
      return cartsIn(facts, options);
    case 'customer':
      return facts.customers
        .filter(({ state }) => !state.deleted)
        .map((customer) => ({ of: 'customer', ref: customer.ref, effects: customer.effects, customer }));
    case 'subscription':
      return facts.subscriptions.map((subscription) => ({
        of: 'subscription',
        ref: subscription.ref,
        effects: subscription.effects,
        subscription,
      }));
  }
}

/** Only the one that may be reminded of: what was bought, emptied, forgotten or replaced by another is none. */
function cartsIn(facts: Facts, options: AboutOptions): readonly AboutCart[] {
  const open = openCheckout(facts, options);
  if (!open) return [];
  const { checkout, abandonedAt } = open;
  return [{ of: 'cart', ref: checkout.ref, effects: checkout.effects, checkout, abandonedAt }];
}

/** The currency in which its amounts are told; of who bought nothing there is none. */
export function currencyOf(about: About, facts: Facts): string {
  switch (about.of) {
    case 'order':
      return about.order.data.currency;
    case 'cart':
      return about.checkout.currency;
    case 'subscription':
      return about.subscription.data.currency;
    case 'customer':
      return newest(facts.orders)?.data.currency ?? '';
  }
}
