import type { Facts } from '../../contact/facts/facts.ts';
import { type FollowUp, followUpId } from '../../policy/follow-ups/follow-ups.ts';
import { type About, thingsFor } from './about.ts';
import type { Considered, FollowUpOptions, Whole } from './considered.ts';
import { begunOf, movedTo } from './due.ts';
import { pastOf } from './past.ts';
import { endOf, LATEST_MS, standing } from './standing.ts';
import { renewalDay } from './subscribed.ts';

/**
 * Every follow-up of every rule and thing of a contact, with what speaks against it; those that nothing speaks against
 * may still lie ahead. It follows from the arguments alone, so nothing is queued that could grow stale.
 */
export function considerFollowUps(facts: Facts, options: FollowUpOptions): readonly Considered[] {
  const { policy, moment } = options;
  const { followUps: rules = [] } = policy;
  if (rules.length === 0) return [];
  const whole = { facts, past: pastOf(facts, policy), ...options };
  const all = rules.flatMap((rule) =>
    thingsFor(rule.on, facts, { policy, now: moment.now }).map((about) => consider(whole, rule, about)),
  );
  return spaced(all, options);
}

/** When to look again although nothing changed, epoch ms. */
export function consideredAgainAt(considered: readonly Considered[]): number | undefined {
  const times = considered.flatMap(({ lookAgainAt }) => lookAgainAt ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

function consider(whole: Whole, rule: FollowUp, about: About): Considered {
  const id = effectIdOf(rule, about);
  const known = Object.hasOwn(about.effects, id) ? about.effects[id] : undefined;
  const base = { rule, about, id, known };
  const ended = endOf(known);
  if (ended) return { ...base, not: ended };
  if (rule.store !== undefined && rule.store !== about.ref.store)
    return { ...base, not: 'store-is-not-meant' };
  if (about.of === 'order' && about.order.parent) return { ...base, not: 'part-of-another-order' };
  const begun = begunOf(whole, base);
  if (begun === undefined) return { ...base, not: 'has-not-begun' };
  const { dueAt, isReached } = begun;
  return { ...base, dueAt, ...(isReached && { isReached }), ...standing(whole, begun) };
}

/** Each renewal is reminded of once. */
function effectIdOf(rule: FollowUp, about: About): string {
  const id = followUpId(rule);
  const isRenewal = typeof rule.on === 'object' && 'beforeRenewal' in rule.on;
  return isRenewal && about.of === 'subscription' ? `${id}:${renewalDay(about.subscription, id)}` : id;
}

/**
 * The contact gets one in a while: the first that is due keeps its time, whatever follows is moved behind it. Lateness
 * counts from where it was moved to.
 */
function spaced(all: readonly Considered[], { policy, moment }: FollowUpOptions): readonly Considered[] {
  const { perContact } = policy;
  const { now, mailedAt } = moment;
  let free = perContact === undefined || mailedAt === undefined ? 0 : mailedAt + perContact;
  const inOrder = [...all].sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
  return inOrder.map((one) => {
    if (one.not !== undefined || one.dueAt === undefined) return one;
    const isSpaced = perContact !== undefined && one.rule.send?.transactional === false;
    const dueAt = isSpaced && free > one.dueAt ? movedTo(free, one, moment) : one.dueAt;
    const isLate = one.tooLate === true || now > dueAt + LATEST_MS;
    if (isSpaced && !isLate) free = Math.max(dueAt, now) + perContact;
    return { ...one, dueAt, ...(isLate && { tooLate: true as const }) };
  });
}
