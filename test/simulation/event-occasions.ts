import { FEED_IDS } from '../support/feed-orders.ts';
import { asAddress, saidBy } from '../support/oracle.ts';
import { newestSubscriptions, PAYING, type SubscriptionSaid } from '../support/subscription-oracle.ts';
import type { ActRule } from './act-rules.ts';
import { isOfErased, isReachedLater } from './erased.ts';
import { FEED_STORE } from './feed-shop.ts';
import {
  AT_REST_MS,
  type Done,
  effectOf,
  isOlder,
  isSurelyNew,
  isTroubled,
  KNOWN_WITHIN_MS,
  type Occasion,
} from './occasions.ts';
import { orderOccasion } from './order-occasions.ts';
import { countingOf } from './policies.ts';
import type { Rest } from './rest.ts';
import type { SubscriptionHistory } from './subscription-life.ts';
import { groundsOf } from './truth.ts';

const DAY = 86_400_000;
/** Whose an id is was seen a while before something is done by it. */
const JUST_MOVED_MS = 35_000;
/** A payment that is made a few minutes later is the same. */
const JUST_BEFORE_MS = 5 * 60_000;

/** Accounts in the WooCommerce shop; their addresses are nobody else's. */
export function signups(rest: Rest, rule: ActRule): readonly Occasion[] {
  const customers = [...rest.shop.records.customers.values()];
  const known = new Map(
    saidBy(groundsOf(rest), countingOf(rest.policy)).customers.map((customer) => [customer.id, customer]),
  );
  return customers.flatMap(({ id, email, role, createdAt }) => {
    if (isOlder(rest, rule, createdAt)) return [];
    const [name, address, at] = [`demo/${String(id)}`, asAddress(email), createdAt + rule.after];
    const isDue = () =>
      !rest.early && rest.now > at + KNOWN_WITHIN_MS && role === 'customer' && known.has(id);
    const isOwed = () =>
      isDue() && isSurelyNew(rest, rule, createdAt) && !isParkedOn(rest, `customer/${name}`, effectOf(rule));
    const occasion: Occasion = {
      name,
      due: { first: at, last: at },
      isSure: false,
      isSteady: true,
      isOf: (other) => other === address,
      owedTo: () => (isOwed() && !isTroubled(rest, address) ? address : undefined),
      mayStand: () => rest.now >= at,
      complaintAbout: (done) => complaint(rest, done, { addresses: new Set([email]), createdAt }),
    };
    return [occasion];
  });
}

function isParkedOn({ effects }: Rest, thing: string, effect: string): boolean {
  return effects.get(thing)?.[effect]?.state === 'parked';
}

interface Owner {
  readonly addresses: ReadonlySet<string>;
  readonly createdAt: number;
}

function complaint(rest: Rest, done: Done, { addresses, createdAt }: Owner): string | undefined {
  const { email, strayedMs = 0 } = done;
  const isOwn = [...addresses].some((typed) => asAddress(typed) === email);
  if (!isOwn && strayedMs <= JUST_MOVED_MS && done.strayedMs === undefined) return `it reached ${email}`;
  const isErased = isReachedLater(rest, done) && isOfErased(rest, email, createdAt);
  return isErased && !rest.people.given.has(email) ? `${email} was erased before` : undefined;
}

type Event = 'activated' | 'cancelled' | 'expired';

/** Statuses in which an event shows, and those in which it still holds. */
const SHOWN: Readonly<Record<Event, readonly string[]>> = {
  activated: ['active', 'trialing'],
  cancelled: ['cancelled'],
  expired: ['expired', 'completed'],
};
const HOLDING: Readonly<Record<Event, readonly string[]>> = { ...SHOWN, activated: PAYING };

/** Subscriptions of which something came true. */
export function subscriptionsIn(rest: Rest, rule: ActRule, event: Event): readonly Occasion[] {
  return [...rest.subscriptions].flatMap(([id, history]) => {
    const first = history.changes.find(({ status }) => SHOWN[event].includes(status));
    if (!first) return [];
    const began = Math.floor(first.at / 1000) * 1000;
    // Its first sight may be of any day of its life.
    const age = event === 'activated' ? Math.min(began, history.createdAt) : began;
    if (isOlder(rest, rule, age)) return [];
    const last = history.changes.at(-1)?.at ?? began;
    const due = { first: began + rule.after, last: last + rule.after };
    const isOwed = ({ status }: SubscriptionSaid) =>
      SHOWN[event].includes(status) && isSurelyNew(rest, rule, age);
    const isPast = ({ status }: SubscriptionSaid) => !HOLDING[event].includes(status);
    return [subscriptionOccasion(rest, { id, history, rule, due, isOwed, isPast })];
  });
}

/** Each payment that was ahead some time. */
export function renewals(rest: Rest, rule: ActRule, days: number): readonly Occasion[] {
  return [...rest.subscriptions].flatMap(([id, history]) => {
    const ahead = history.changes.filter(({ status, next }) => next !== undefined && PAYING.includes(status));
    const byDay = Map.groupBy(ahead, ({ next = 0 }) => new Date(next).toISOString().slice(0, 10));
    return [...byDay].map(([day, changes]) => {
      const times = changes.map(({ next = 0 }) => next);
      const [first, last] = [Math.min(...times), Math.max(...times)];
      const since = changes.at(-1)?.at ?? 0;
      const due = { first: first - days * DAY, last: Math.max(last - days * DAY, since) };
      const isOwed = ({ status, next }: SubscriptionSaid) =>
        PAYING.includes(status) && next?.slice(0, 10) === day && isSurelyNew(rest, rule, due.first);
      const until = last + JUST_BEFORE_MS;
      return subscriptionOccasion(rest, {
        id,
        history,
        rule,
        due,
        day: `:${day}`,
        isOwed,
        isPast: ({ status }, askedAt) => !PAYING.includes(status) || askedAt > until,
      });
    });
  });
}

interface OfSubscription {
  readonly id: number;
  readonly history: SubscriptionHistory;
  readonly rule: ActRule;
  readonly due: Occasion['due'];
  readonly day?: string;
  /** By what the store says now. */
  readonly isOwed: (said: SubscriptionSaid) => boolean;
  /** Likewise, of something that was done at a moment (epoch ms) when nothing changed any more. */
  readonly isPast: (said: SubscriptionSaid, askedAt: number) => boolean;
}

function subscriptionOccasion(rest: Rest, subscription: OfSubscription): Occasion {
  const { id, history, rule, due, day = '', isOwed, isPast } = subscription;
  const { emails = new Set<string>() } = rest.histories.get(history.orderId) ?? {};
  const name = `${FEED_STORE}/${String(id)}`;
  const said = () => saidNow(rest).get(String(id));
  const isParked = () => isParkedOn(rest, `subscription/${name}`, effectOf(rule) + day);
  const isDue = () => !rest.early && rest.now > due.last + KNOWN_WITHIN_MS && !isParked();
  return {
    name: name + day,
    due,
    isSure: false,
    isSteady: emails.size === 1,
    isOf: (email) => [...emails].some((typed) => asAddress(typed) === email),
    owedTo: () => {
      const now = said();
      const email = asAddress(now?.email ?? '');
      return now && isDue() && isOwed(now) && email !== '' && !isTroubled(rest, email) ? email : undefined;
    },
    mayStand: () => {
      const now = said();
      return now !== undefined && rest.now >= due.first && (rest.early || !isPast(now, due.first));
    },
    complaintAbout: (done) => {
      const now = said();
      const isAtRest = done.askedAt > rest.calmSince + AT_REST_MS;
      if (now && isAtRest && isPast(now, done.askedAt) && !isRenewedSince(history, done))
        return 'it has passed';
      return complaint(rest, done, { addresses: emails, createdAt: history.createdAt });
    },
  };
}

/** What it is now says nothing of what it was before that. */
function isRenewedSince({ changes }: SubscriptionHistory, { askedAt }: Done): boolean {
  return changes.some(({ at }) => at > askedAt);
}

const known = new WeakMap<Rest, ReadonlyMap<string, SubscriptionSaid>>();

function saidNow(rest: Rest): ReadonlyMap<string, SubscriptionSaid> {
  const found = known.get(rest) ?? newestSubscriptions(groundsOf(rest));
  known.set(rest, found);
  return found;
}

/** Orders with which a subscription was paid once more. */
export function renewalOrders(rest: Rest, rule: ActRule): readonly Occasion[] {
  const orders = [...(rest.feeds?.shop.shown.records.orders.values() ?? [])];
  const own = orders.filter(({ transactions }) =>
    transactions.some(({ subscriptionId }) => subscriptionId !== undefined),
  );
  return own.flatMap(({ id: number, type }) => {
    const id = FEED_IDS + number;
    const history = rest.histories.get(id);
    if (type !== 'renewal' || !history || isOlder(rest, rule, history.createdAt)) return [];
    const isCounted = ({ status }: { readonly status: string }) =>
      rest.deployed.every(({ policy }) => policy.countedStatuses.includes(status));
    const begun = () => history.changes.every(isCounted);
    return [orderOccasion(rest, { rule, id, history, first: history.createdAt }, begun)];
  });
}
