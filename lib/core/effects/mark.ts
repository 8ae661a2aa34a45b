import { cartMarks, cartStanding } from '../contact/carts/abandoned.ts';
import type { Facts } from '../contact/facts/facts.ts';
import type { Policy } from '../policy/policy.ts';
import type { Once } from './once.ts';

/** Nothing is done anywhere: it is only written down for good that something was so. */
export interface MarkEffect extends Once {
  readonly kind: 'mark';
  /** Of a follow-up: it is seven days late, and written down as passed over. */
  readonly tooLate?: true;
}

/** What is to be noted of a contact's carts at a moment (epoch ms), each once. */
export function marksOf(
  facts: Facts,
  { policy, now }: { readonly policy: Policy; readonly now: number },
): readonly MarkEffect[] {
  if (!policy.carts) return [];
  return cartMarks(facts, cartStanding(facts, { policy, now }), policy).map((mark) => ({
    kind: 'mark',
    ...mark,
  }));
}
