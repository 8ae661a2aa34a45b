import type { KnownSubscription } from '../../contact/facts/subscriptions.ts';
import type { Trigger } from '../../policy/follow-ups/follow-up-trigger.ts';

type OnSubscription = Extract<Trigger, { subscription: unknown } | { beforeRenewal: unknown }>;

/** Statuses and events in which it shows, in the order in which they are believed. */
const SIGHTS = {
  activated: ['activated', 'active', 'trialing'],
  cancelled: ['cancelled'],
  expired: ['expired', 'completed'],
} as const;

/** Statuses in which the next payment will be asked for. */
const PAYING: ReadonlySet<string> = new Set(['active', 'trialing', 'past_due']);
const STANDING: Readonly<Record<keyof typeof SIGHTS, ReadonlySet<string>>> = {
  activated: PAYING,
  cancelled: new Set(['cancelled']),
  expired: new Set(['expired', 'completed']),
};

/** When what a rule follows came upon a subscription, or will, epoch ms; `undefined`: it did not. */
export function subscribedAt(on: OnSubscription, subscription: KnownSubscription): number | undefined {
  const { state, data } = subscription;
  if ('beforeRenewal' in on) {
    if (data.nextBillingAt === undefined || !PAYING.has(data.status)) return undefined;
    return data.nextBillingAt - on.beforeRenewal;
  }
  if (on.subscription === 'renewed') return undefined;
  const seen = SIGHTS[on.subscription].flatMap((name) =>
    Object.hasOwn(state.sights, name) ? (state.sights[name] ?? []) : [],
  );
  if (seen.length === 0) return undefined;
  const at = Math.min(...seen);
  // Whoever edits an old one in the shop moves the date of its last change, and nothing else.
  const said = on.subscription === 'cancelled' ? data.cancelledAt : undefined;
  return said === undefined ? at : Math.min(at, said);
}

/** Whether that has passed: it was taken back, or the payment was made. */
export function hasPassed(on: OnSubscription, { data }: KnownSubscription, now: number): boolean {
  if ('beforeRenewal' in on) return data.nextBillingAt === undefined || data.nextBillingAt <= now;
  return on.subscription !== 'renewed' && !STANDING[on.subscription].has(data.status);
}

/** Whether another plan took its place: the store cancelled it, and nobody who left. */
export function isReplaced({ ref }: KnownSubscription, all: readonly KnownSubscription[]): boolean {
  return all.some((other) => other.ref.store === ref.store && other.data.upgradedFrom === ref.id);
}

const DAY_MS = 86_400_000;

/**
 * Names the renewal among others of the same subscription, by the day on which it is due: a payment that is asked for a
 * few hours sooner or later is the same.
 */
export function renewalDay(subscription: KnownSubscription, effect: string): string {
  const { data, effects } = subscription;
  const at = data.nextBillingAt ?? 0;
  const near = [0, -1, 1].map((days) => dayOf(at + days * DAY_MS));
  return near.find((day) => Object.hasOwn(effects, `${effect}:${day}`)) ?? dayOf(at);
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
