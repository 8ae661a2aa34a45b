import type { Comparable } from '../support/held.ts';
import { type ExpectedSubscriptions, expectedSubscriptions } from '../support/subscription-oracle.ts';
import type { Row } from './mautic-contacts.ts';
import type { Rest } from './rest.ts';
import { groundsOf } from './truth.ts';

const ALIASES = ['subscription_status', 'next_billing_date'];

/** What a contact holds, with what it holds of subscriptions. */
export function withHeldSubscriptions(held: Comparable, { fields }: Row): Comparable {
  const own = ALIASES.flatMap((alias) => {
    const value = fields.get(alias) ?? null;
    return value === null ? [] : [[alias, value] as const];
  });
  return { ...held, fields: { ...held.fields, ...Object.fromEntries(own) } };
}

/** What a contact is to hold, with what follows from its subscriptions. */
export function withSubscriptions(rest: Rest, email: string, right: Comparable): Comparable {
  const { subscriptions } = rest.policy;
  const expected = subscriptions && expectedFor(rest).get(email);
  if (!expected) return right;
  const { status, next, tags } = expected;
  const fields = { ...right.fields, subscription_status: status, ...(next && { next_billing_date: next }) };
  return { fields, tags: subscriptions.tag === false ? right.tags : [...right.tags, ...tags].sort() };
}

const known = new WeakMap<Rest, ReadonlyMap<string, ExpectedSubscriptions>>();

function expectedFor(rest: Rest): ReadonlyMap<string, ExpectedSubscriptions> {
  const expected = known.get(rest) ?? expectedSubscriptions(groundsOf(rest));
  known.set(rest, expected);
  return expected;
}
