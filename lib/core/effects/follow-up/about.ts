import type { KnownOrder } from '../../contact/known-order.ts';
import type { EffectStates } from '../../ledger/effect-state.ts';
import type { Ref } from '../../ledger/snapshot.ts';

interface OfThing {
  /** What it is claimed on. */
  readonly ref: Ref;
  /** What has been done for that once. */
  readonly effects: EffectStates;
}

/** What a follow-up is about: a thing of the ledger, and what is known of it. */
export type About = AboutOrder;

export interface AboutOrder extends OfThing {
  readonly of: 'order';
  readonly order: KnownOrder;
}

export function aboutOrder(order: KnownOrder): AboutOrder {
  return { of: 'order', ref: order.ref, effects: order.effects, order };
}
