import * as v from 'valibot';
import { expect, it } from 'vitest';
import { DEFAULT_POLICY, Policy } from '../../../lib/core/policy/policy.ts';

function problemsOf(policy: object): readonly string[] {
  const result = v.safeParse(Policy, policy);
  return (result.issues ?? []).map(({ message }) => message);
}

it('asks for no subscriptions unless it says so', () => {
  expect(DEFAULT_POLICY.subscriptions).toBeUndefined();
  expect(v.parse(Policy, { subscriptions: {} }).subscriptions).toEqual({
    tag: 'subscription:{status}',
    aliases: { status: 'subscription_status', nextBilling: 'next_billing_date' },
  });
});

it.each([
  [{ tag: '-gone' }, /must not start with "-"/],
  [{ tag: 'is:{sku}' }, /nothing but \{status\}/],
  [{ aliases: { status: 'one', nextBilling: 'one' } }, /must differ from each other/],
  [{ aliases: { status: 'mautic_woo_total_spent' } }, /which policy.aliases.totalSpent fills already/],
  [{ alias: {} }, /alias/],
])('refuses %j in a sentence', (subscriptions, sentence) => {
  expect(problemsOf({ subscriptions }).join()).toMatch(sentence);
});
