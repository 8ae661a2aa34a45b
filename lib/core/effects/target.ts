import * as v from 'valibot';
import type { Register } from '../ledger/register.ts';
import type { FollowUp } from '../policy/follow-ups/follow-ups.ts';
import type { Policy } from '../policy/policy.ts';

/** Something in Mautic that the policy names by its id. */
export interface Target {
  readonly kind: 'email' | 'segment' | 'campaign';
  readonly id: number;
}

/** Whether it can be used: an e-mail that is not published is not sent. */
export type TargetState = 'usable' | 'unpublished' | 'missing';
export type Unusable = Exclude<TargetState, 'usable'>;

/** How a target was found last, as a register keeps it for all instances; times are epoch ms. */
const FoundTarget = v.object({
  state: v.picklist(['usable', 'unpublished', 'missing']),
  lookedAt: v.number(),
  /** Since when it is in this state, as far as anybody looked. */
  since: v.number(),
});
export type FoundTarget = v.InferOutput<typeof FoundTarget>;

/** So long nobody looks again. */
const LOOK_AGAIN_MS = 300_000;
/** Who waits for a target looks after a quarter of the time it has been away, but within these bounds. */
const WAIT_SHARE = 0.25;
const LONGEST_WAIT_MS = 6 * 3_600_000;

/** Where all instances share how a target was found. */
export function targetRegister({ kind, id }: Target): Register {
  return { of: 'mautic', name: `TARGET#${kind}#${String(id)}` };
}

/** What a register's text says; `undefined` when it is none that this version knows. */
export function readTarget(text: string | undefined): FoundTarget | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), FoundTarget), text);
  return result.success ? result.output : undefined;
}

/** As found now, after `before`. */
export function foundTarget(before: FoundTarget | undefined, state: TargetState, now: number): FoundTarget {
  return { state, lookedAt: now, since: before?.state === state ? before.since : now };
}

/** Whether what was found is new enough to go by. */
export function isFresh({ lookedAt }: FoundTarget, now: number): boolean {
  return now - lookedAt < LOOK_AGAIN_MS;
}

/** When whoever waits for it should look again, epoch ms. */
export function lookAgainAt({ since, lookedAt }: FoundTarget, now: number): number {
  const wait = Math.min(Math.max((now - since) * WAIT_SHARE, LOOK_AGAIN_MS), LONGEST_WAIT_MS);
  return Math.max(now + wait, lookedAt + LOOK_AGAIN_MS);
}

/** What is wrong with a target, for people: what, and what to do. */
export function remedyOf({ kind, id }: Target, state: Unusable): string {
  const name = `${kind === 'email' ? 'e-mail' : kind} ${String(id)}`;
  if (state === 'unpublished')
    return `${name} is not published in Mautic: publish it, what waits is sent then`;
  return `${name} is not in Mautic: name another one in the policy, or make it again`;
}

/** The code under which whoever waits for it is noted. */
export function reasonOf({ kind }: Target, state: Unusable): string {
  return `${kind}-${state === 'missing' ? 'not-found' : state}`;
}

/** Whether an effect waits for its target: it goes on as soon as that can be used, whatever time was set. */
export function waitsForTarget(reason: string | undefined): boolean {
  return reason === 'email-not-found' || reason === 'email-unpublished';
}

/** What the policy names in Mautic, each once. */
export function targetsOf({
  emails,
  segments,
  consent,
  carts,
  followUps = [],
}: Pick<Policy, 'emails' | 'segments' | 'consent' | 'carts' | 'followUps'>): readonly Target[] {
  const templates = [
    ...Object.values(emails).map(({ template }) => template),
    ...followUps.map(({ send }) => send?.template),
  ];
  const ids = [
    ...segments.map(({ segment }) => segment),
    consent?.segment,
    carts?.segment,
    carts?.recovered?.segment,
    ...followUps.map(({ segment }) => namedIn(segment)),
  ];
  const campaigns = followUps.map(({ campaign }) => namedIn(campaign));
  return [...named('email', templates), ...named('segment', ids), ...named('campaign', campaigns)];
}

function namedIn(membership: FollowUp['segment']): number | undefined {
  return membership && ('add' in membership ? membership.add : membership.remove);
}

function named(kind: Target['kind'], ids: readonly (number | undefined)[]): readonly Target[] {
  return [...new Set(ids)].flatMap((id) => (id === undefined ? [] : [{ kind, id }]));
}
