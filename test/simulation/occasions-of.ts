import type { ActRule } from './act-rules.ts';
import { renewalOrders, renewals, signups, subscriptionsIn } from './event-occasions.ts';
import type { Occasion } from './occasions.ts';
import { boughtOrders, boughtWith, deliveredOrders, ordersIn, refundedOrders } from './order-occasions.ts';
import type { Rest } from './rest.ts';

const known = new WeakMap<Rest, Map<string, readonly Occasion[]>>();

/** Everything for which a rule may have done its work. */
export function occasionsOf(rest: Rest, rule: ActRule): readonly Occasion[] {
  const all = known.get(rest) ?? new Map<string, readonly Occasion[]>();
  known.set(rest, all);
  const found = all.get(rule.id) ?? reckon(rest, rule);
  all.set(rule.id, found);
  return found;
}

function reckon(rest: Rest, rule: ActRule): readonly Occasion[] {
  const { on } = rule;
  if (on === 'signup') return signups(rest, rule);
  if (on === 'refund') return refundedOrders(rest, rule);
  if (on === 'coupon') return boughtWith(rest, rule);
  if (on === 'delivered') return deliveredOrders(rest, rule);
  if ('coupon' in on) return boughtWith(rest, rule, on.coupon);
  if ('orderTotal' in on) return boughtOrders(rest, rule);
  if ('status' in on) return ordersIn(rest, rule, on.status);
  if ('beforeRenewal' in on) return renewals(rest, rule, on.beforeRenewal);
  return on.subscription === 'renewed'
    ? renewalOrders(rest, rule)
    : subscriptionsIn(rest, rule, on.subscription);
}
