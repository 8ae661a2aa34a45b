import * as v from 'valibot';
import type { Policy } from '../../lib/core/policy/policy.ts';
import { Subscriptions } from '../../lib/core/policy/subscriptions.ts';

/** The same policies with subscriptions in them; one gives them no tags. */
export function subscribedPolicies(policies: readonly Policy[]): readonly Policy[] {
  return policies.map((policy, index) => ({
    ...policy,
    subscriptions: v.parse(Subscriptions, index === 2 ? { tag: false } : {}),
  }));
}
