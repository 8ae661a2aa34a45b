import type { Checkout } from '../../contact/carts/checkout.ts';
import type { Facts } from '../../contact/facts/facts.ts';
import type { EffectState } from '../../ledger/effect-state.ts';
import { type Ref, refName } from '../../ledger/snapshot.ts';
import {
  countsPast,
  type FollowUp,
  followUpId,
  isOncePerContact,
} from '../../policy/follow-ups/follow-ups.ts';
import { isOpen } from '../lapsed.ts';
import { type About, aboutOrder } from './about.ts';
import { conditionsHold } from './conditions.ts';
import type { Begun, Considered, NotNow, Whole } from './considered.ts';
import { couponOf } from './coupon.ts';
import { isHeldElsewhere, isMigrated } from './due.ts';
import { pastBefore } from './past.ts';
import { hasPassed, isReplaced } from './subscribed.ts';

const DAY_MS = 86_400_000;
/** What is later than this is no follow-up any more. */
export const LATEST_MS = 7 * DAY_MS;
/** A finished backfill rings for nobody. */
const HISTORY_AGAIN_MS = DAY_MS / 4;

type Standing = Pick<Considered, 'not' | 'lookAgainAt' | 'tooLate' | 'coupon'>;

/** It happened, or will not; what may have happened is brought to its end by whoever asks for it. */
export function endOf(known: EffectState | undefined): NotNow | undefined {
  if (known === undefined) return undefined;
  if (isHeldElsewhere(known)) return 'is-being-taken-over';
  return known.state === 'done' || known.state === 'skipped' || known.state === 'parked'
    ? known.state
    : undefined;
}

/** What speaks against one that has begun; nothing may, and it still lie ahead. */
export function standing(whole: Whole, due: Begun): Standing {
  const not = refusalOf(whole, due);
  if (not !== undefined) return { not };
  const { moment } = whole;
  const { rule, about } = due;
  if (countsPast(rule) && moment.unknownPasts.has(about.ref.store) && whole.policy.history !== 'none')
    return { not: 'waits-for-history', lookAgainAt: moment.now + HISTORY_AGAIN_MS };
  if (due.dueAt > moment.now || isMigrated(due.known)) return {};
  const found = conditionally(whole, due);
  return found.not === undefined && !found.tooLate ? withCoupon(whole, due) : found;
}

/** What may have been sent is brought to its end, whatever became of its coupon. */
function withCoupon({ facts, moment }: Whole, due: Begun): Standing {
  const coupon = isOpen(due.known) ? 'ready' : couponOf(due, { facts, now: moment.now });
  if (coupon === 'ready') return {};
  if (coupon === 'none') return { not: 'has-no-coupon' };
  return due.dueAt + LATEST_MS < moment.now
    ? { tooLate: true }
    : { not: 'waits-for-its-coupon', coupon, lookAgainAt: due.dueAt + LATEST_MS + 1 };
}

function refusalOf(whole: Whole, due: Begun): NotNow | undefined {
  const { facts } = whole;
  const { rule, about } = due;
  if (isOlder(whole, due)) return 'older-than-the-rule';
  if (!rule.keep && hasEnded(rule, about)) return 'order-has-ended';
  if (!rule.keep && hasGoneBy(whole, due)) return 'has-passed';
  if (isOncePerContact(rule.on) && isElsewhere(facts, due)) return 'is-for-another-order';
  return about.of === 'cart' && isOfSameCart(facts, due, about.checkout) ? 'cart-has-had-it' : undefined;
}

function conditionally({ facts, past, moment }: Whole, { rule, about, dueAt }: Begun): Standing {
  if (rule.when === undefined) return {};
  const answer = conditionsHold(rule.when, { about, facts, past: pastBefore(past, dueAt) });
  if (answer === 'no') return { not: 'condition-does-not-hold' };
  if (answer === 'yes') return {};
  return dueAt + LATEST_MS < moment.now
    ? { tooLate: true }
    : { not: 'waits-for-a-product', lookAgainAt: dueAt + LATEST_MS + 1 };
}

/** No bulk edit, restoration, backfill or new rule mails history; what was begun is brought to its end. */
function isOlder({ since }: Whole, { rule, about, known, began }: Begun): boolean {
  const start = since.get(about.ref.store);
  if (known !== undefined || (rule.reach !== undefined && start !== undefined)) return false;
  const ruleStart = since.rules?.get(followUpId(rule)) ?? 0;
  return start === undefined || ageOf(rule, about, began) <= Math.max(start, ruleStart);
}

/** Orders are as old as they are; of anything else it counts when the event came, which may be long after. */
function ageOf({ on }: FollowUp, about: About, began: number): number {
  if (about.of === 'order') return about.order.data.createdAt;
  if (about.of !== 'subscription' || typeof on === 'string') return began;
  // Its first sight may be of any day of its life.
  const isBirth = 'subscription' in on && on.subscription === 'activated';
  return isBirth ? Math.min(began, about.subscription.data.createdAt) : began;
}

const ENDED = new Set(['cancelled', 'refunded', 'failed']);

/** A rule about an end is about orders that came to it. */
function hasEnded({ on }: FollowUp, about: About): boolean {
  if (about.of !== 'order') return false;
  const { status } = about.order.data;
  if (!ENDED.has(status)) return false;
  if (on === 'refund') return status !== 'refunded';
  return !(typeof on === 'object' && 'status' in on && on.status === status);
}

function hasGoneBy({ facts, moment }: Whole, { rule: { on }, about }: Begun): boolean {
  if (about.of !== 'subscription' || typeof on === 'string') return false;
  const { subscription } = about;
  if ('beforeRenewal' in on) return hasPassed(on, subscription, moment.now);
  if (!('subscription' in on)) return false;
  const wasReplaced = on.subscription === 'cancelled' && isReplaced(subscription, facts.subscriptions);
  return wasReplaced || hasPassed(on, subscription, moment.now);
}

/** Whatever became of it there, and whether that order is gone or not: nobody is welcomed twice. */
function isElsewhere(facts: Facts, due: Begun): boolean {
  const own = refName(due.about.ref);
  return facts.carriers.some(({ ref, effects: { [due.id]: state } }) => {
    return state !== undefined && refName(ref) !== own && !comesAfter(facts, due, { ref, state });
  });
}

interface Other {
  readonly ref: Ref;
  readonly state: EffectState;
}

/** Several that were moved here and wait would keep each other from being sent: the first that still stands goes. */
function comesAfter({ orders }: Facts, { known, rule, about }: Begun, { ref, state }: Other): boolean {
  if (!isMigrated(known) || !isMigrated(state)) return false;
  const order = orders.find((one) => refName(one.ref) === refName(ref));
  if (!order || (!rule.keep && hasEnded(rule, aboutOrder(order)))) return true;
  const between = state.plannedAt - known.plannedAt;
  return between > 0 || (between === 0 && refName(ref) > refName(about.ref));
}

/** Each try to buy a cart is an order of its own: whoever was reminded of the cart is not reminded of it again. */
function isOfSameCart(facts: Facts, { id, about }: Begun, { cartId }: Checkout): boolean {
  if (cartId === undefined) return false;
  const { store } = about.ref;
  const tries = [...facts.orders, ...facts.goneOrders].filter(({ data }) => data.cartId === cartId);
  const cart: Ref = { kind: 'cart', store, id: cartId };
  const same = new Set([cart, ...tries.map(({ ref }) => ref)].map(refName));
  const own = refName(about.ref);
  return facts.carriers.some(
    ({ ref, effects }) => same.has(refName(ref)) && refName(ref) !== own && Object.hasOwn(effects, id),
  );
}
