import type { EffectStates } from '../../ledger/effect-state.ts';
import { type FollowUp, isEffectOf } from '../../policy/follow-ups/follow-ups.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Facts } from './facts.ts';
import { ordersAndParts } from './order-parts.ts';

/** A rule of which it is known that it does what it says now, and since when it was to, epoch ms. */
export interface Giving {
  readonly rule: FollowUp;
  readonly at: number;
}

/** What follow-ups have given a contact. */
export interface Given {
  readonly tags: readonly string[];
  readonly segments: readonly number[];
}

/**
 * The tags and segments of rules that did their work for something that is still there: an order that is deleted, or a
 * rule that is taken out, takes them along. Of rules that put into a segment and out of it the last one holds.
 */
export function givenBy(
  facts: Facts,
  { followUps = [] }: Pick<Policy, 'followUps'>,
  now: readonly Giving[] = [],
): Given {
  const giving = followUps.filter(({ tag, segment }) => (tag ?? segment) !== undefined);
  if (giving.length === 0) return { tags: [], segments: [] };
  const things = standingEffects(facts);
  const known = giving.flatMap((rule) => doneOf(rule, things).map((at): Giving => ({ rule, at })));
  const all = [...known, ...now].sort((a, b) => a.at - b.at);
  const tags = new Set(all.flatMap(({ rule }) => rule.tag ?? []));
  return { tags: [...tags], segments: segmentsAfter(all) };
}

/** What has been done for orders, carts, accounts and subscriptions that are not deleted. */
function standingEffects(facts: Facts): readonly EffectStates[] {
  const { carts, customers, subscriptions } = facts;
  const accounts = customers.filter(({ state }) => !state.deleted);
  const things = [...ordersAndParts(facts), ...carts, ...accounts, ...subscriptions];
  return things.map(({ effects }) => effects);
}

/** When the rule did it; what may have taken somebody out counts as if it had. */
function doneOf(rule: FollowUp, things: readonly EffectStates[]): readonly number[] {
  const isRemoval = rule.segment !== undefined && 'remove' in rule.segment;
  return things.flatMap((effects) =>
    Object.entries(effects).flatMap(([id, { state, at }]) => {
      const isDone = state === 'done' || (isRemoval && (state === 'claimed' || state === 'doubt'));
      return isDone && isEffectOf(rule, id) ? [at] : [];
    }),
  );
}

/** @param all oldest first. */
function segmentsAfter(all: readonly Giving[]): readonly number[] {
  const segments = new Set<number>();
  for (const { rule } of all) {
    if (rule.segment === undefined) continue;
    if ('add' in rule.segment) segments.add(rule.segment.add);
    else segments.delete(rule.segment.remove);
  }
  return [...segments];
}
