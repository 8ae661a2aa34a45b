import { isAtLeast } from '../ledger/money.ts';
import type { Policy, SegmentRule } from '../policy/policy.ts';
import type { Answer } from './facts/consent.ts';
import { type OrderFacts, spentIn } from './facts/counting.ts';

/** Where in Mautic's segments a contact belongs. */
export interface Memberships {
  /** Ids of the segments the policy puts it into, ascending. */
  readonly segments: readonly number[];
  /** When the yes was said that puts it into the segment of consent, epoch ms. */
  readonly consentedAt?: number;
  /** Segments it would be in if its totals were larger: a past that the ledger does not know may make them so. */
  readonly segmentsWithMore: readonly number[];
}

/** What decides about segments. */
interface Grounds {
  readonly order: OrderFacts;
  readonly answer: Answer | undefined;
}

/** The segments of the policy's rules, and the one of who said yes. */
export function membershipsOf({ order, answer }: Grounds, policy: Policy): Memberships {
  const consent = consentSegment(answer, policy);
  const ruled = segmentsOf(policy, (rule) => holds(rule, order));
  const segments = [...ruled, ...consent.segments].sort((a, b) => a - b);
  const possible = segmentsOf(policy, (rule) => isOfStatus(rule, order));
  return {
    ...consent,
    segments,
    segmentsWithMore: possible.filter((segment) => !segments.includes(segment)),
  };
}

function consentSegment(
  answer: Answer | undefined,
  { consent }: Policy,
): Pick<Memberships, 'segments' | 'consentedAt'> {
  if (!answer?.yes || consent?.segment === undefined) return { segments: [] };
  return { segments: [consent.segment], consentedAt: answer.at };
}

function segmentsOf({ segments }: Policy, isIn: (rule: SegmentRule) => boolean): readonly number[] {
  const held = segments.filter(isIn).map(({ segment }) => segment);
  return [...new Set(held)].sort((a, b) => a - b);
}

function holds(rule: SegmentRule, order: OrderFacts): boolean {
  const { minOrders = 0, minSpent } = rule;
  return (
    isOfStatus(rule, order) &&
    order.totals.orderCount >= minOrders &&
    (minSpent === undefined || isAtLeast(spentIn(order), minSpent))
  );
}

/** Without any order that counts for it, nobody is in a segment. */
function isOfStatus({ statuses }: SegmentRule, { latest }: OrderFacts): boolean {
  return latest !== undefined && (statuses === undefined || statuses.includes(latest.data.status));
}
