import * as v from 'valibot';
import { Policy } from '../../lib/core/policy/policy.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What the oracle needs to know of a follow-up, in its own words. */
export interface FollowUpRule {
  readonly id: string;
  /** The e-mail, and the one that the shop chose instead later. */
  readonly templates: readonly [number, number];
  /** A status that an order reaches, or which purchase of a contact it is. */
  readonly on: { readonly status: string } | 'first-purchase' | 'last-purchase' | 'cart';
  /** Ms, by any version of the rule at least. */
  readonly after: number;
  readonly transactional?: true;
  /** Whatever became of the order since. */
  readonly keep?: true;
}

/** All there are, whichever of them a policy has. */
export const FOLLOW_UPS: readonly FollowUpRule[] = [
  { id: 'thanks', templates: [21, 31], on: { status: 'completed' }, after: 2 * HOUR },
  { id: 'receipt', templates: [22, 32], on: { status: 'processing' }, after: DAY, transactional: true },
  {
    id: 'welcome',
    templates: [23, 33],
    on: 'first-purchase',
    after: 20 * MINUTE,
    transactional: true,
  },
  { id: 'back', templates: [24, 34], on: 'last-purchase', after: 3 * DAY },
  {
    id: 'kept',
    templates: [25, 35],
    on: { status: 'processing' },
    after: 30 * MINUTE,
    transactional: true,
    keep: true,
  },
  { id: 'left', templates: [26, 36], on: 'cart', after: 2 * HOUR },
  { id: 'still-left', templates: [27, 37], on: 'cart', after: DAY },
];

/** Between two of them that are not transactional; ms. */
export const DISTANCE = 12 * HOUR;

/** Which of them each policy has, and with which of the two e-mails. */
const WAYS: readonly { readonly rules: readonly string[]; readonly version: 0 | 1 }[] = [
  { rules: ['thanks', 'receipt', 'welcome', 'back', 'kept'], version: 0 },
  { rules: ['thanks', 'welcome', 'back', 'kept'], version: 1 },
  { rules: ['receipt', 'welcome', 'kept'], version: 0 },
  { rules: ['thanks', 'receipt', 'back', 'kept'], version: 1 },
];

/** The part of a policy that has follow-ups; the first one has them all. */
export function followUpsIn(
  index: number,
  { isSpaced, hasCarts }: { readonly isSpaced: boolean; readonly hasCarts: boolean },
): Pick<Policy, 'followUps' | 'perContact'> {
  const { rules = [], version = 0 } = WAYS[index % WAYS.length] ?? {};
  const chosen = FOLLOW_UPS.filter(({ id, on }) => (on === 'cart' ? hasCarts : rules.includes(id)));
  const followUps = chosen.map((rule) => ({
    id: rule.id,
    on: rule.on,
    after: `${String(rule.after / MINUTE)} minutes`,
    ...(rule.keep && { keep: true }),
    send: { template: rule.templates[version], transactional: rule.transactional === true },
  }));
  const parsed = v.parse(Policy, {
    followUps,
    ...(isSpaced && { perContact: '1 per 12 hours' }),
    ...(hasCarts && { carts: { consent: 'not-required' } }),
  });
  return {
    ...(parsed.followUps && { followUps: parsed.followUps }),
    ...(parsed.perContact !== undefined && { perContact: parsed.perContact }),
  };
}

/** The rule that sends this e-mail. */
export function ruleOf(template: number): FollowUpRule | undefined {
  return FOLLOW_UPS.find(({ templates }) => templates.includes(template));
}
