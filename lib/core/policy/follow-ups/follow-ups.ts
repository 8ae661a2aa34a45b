import * as v from 'valibot';
import { Coupon } from '../coupon.ts';
import { Delay } from '../duration.ts';
import { ACTIONS, hasOneAction, ONE_ACTION } from './follow-up-action.ts';
import { Conditions, unanswered } from './follow-up-conditions.ts';
import { Trigger, thingOf } from './follow-up-trigger.ts';

const nonEmpty = v.pipe(v.string(), v.nonEmpty('must not be empty'));
const TimeOfDay = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like "09:00"'));

/** Everybody who ever bought, not only who does from now on: over so many days that none has more than `perDay`. */
const Reach = v.strictObject({
  everybody: v.literal(true),
  perDay: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** How many that are, as `bridge follow-ups` says before. */
  people: v.pipe(v.number(), v.integer(), v.minValue(1)),
});

/** Between these hours nobody is written to unless that is asked for; `at` is a time like `09:00`. */
export const isNight = (at: string) => at < '07:00' || at >= '22:00';

export const FollowUp = v.pipe(
  v.strictObject({
    /** Names it in the ledger for good: another id is another follow-up, which may go out once more. */
    id: v.pipe(
      v.string(),
      v.regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and hyphens'),
    ),
    /** Only of this store; of all without. */
    store: v.exactOptional(nonEmpty),
    on: Trigger,
    after: v.optional(Delay, '0 minutes'),
    /** Moved to the next such time in the store's time zone. */
    at: v.exactOptional(TimeOfDay),
    /** `at` may be at night. */
    night: v.exactOptional(v.boolean()),
    when: v.exactOptional(Conditions),
    /** Goes out although the order was cancelled, refunded or failed meanwhile. */
    keep: v.exactOptional(v.boolean()),
    ...ACTIONS,
    /** Made in the shop for whom it is sent to, before it is sent. */
    coupon: v.exactOptional(Coupon),
    /** Of `last-purchase` alone. */
    reach: v.exactOptional(Reach),
  }),
  v.check((rule) => hasOneAction(rule), ONE_ACTION),
  v.check(
    ({ coupon, send }) => coupon === undefined || send !== undefined,
    'must send the e-mail that tells of its coupon',
  ),
  v.check(
    ({ coupon, on }) => coupon?.minTotal === undefined || on !== 'signup',
    'must not ask a signup for a total: leave minTotal out',
  ),
  v.check(
    ({ send, on }) => on !== 'cart' || send?.transactional !== true,
    'must not be transactional on a cart: nobody bought anything, and a reminder is not for people who want no e-mails',
  ),
  v.check(
    ({ at, night }) => at === undefined || night === true || !isNight(at),
    'must be at a time between 07:00 and 22:00, or say night: true',
  ),
  v.check(
    ({ reach, on }) => reach === undefined || on === 'last-purchase',
    'must not reach everybody but on last-purchase: everything else would mail history',
  ),
  v.check(
    ({ reach, send }) => reach === undefined || send !== undefined,
    'must send an e-mail to reach everybody: of nothing else no more than perDay are done on a day',
  ),
  v.check(
    ({ on, when }) => unanswered(on, when).length === 0,
    ({ input: { on, when } }) =>
      `must not ask for ${unanswered(on, when).join(', ')}: what begins it does not say that`,
  ),
);
export type FollowUp = v.InferOutput<typeof FollowUp>;

/** Rules whose ids differ. */
export const FollowUps = v.pipe(
  v.array(FollowUp),
  v.check(
    (rules) => new Set(rules.map(({ id }) => id)).size === rules.length,
    'must have ids that differ from each other',
  ),
);

/** What only a complete past can answer: who bought before, how often, for how much. */
export function countsPast({ on, when = {} }: FollowUp): boolean {
  const { firstPurchase, totalOrdersAbove, totalOrdersBelow, totalPurchasesAbove, totalPurchasesBelow } =
    when;
  const totals = [totalOrdersAbove, totalOrdersBelow, totalPurchasesAbove, totalPurchasesBelow];
  if (firstPurchase !== undefined || totals.some((total) => total !== undefined)) return true;
  // Whoever registers twice is known by what was sent.
  return on !== 'signup' && isOncePerContact(on);
}

const ONCE_PER_CONTACT: ReadonlySet<string> = new Set([
  'first-purchase',
  'repeat-purchase',
  'product',
  'signup',
]);

/** Such a follow-up goes to nobody twice, whichever of their orders it is of. */
export function isOncePerContact(on: Trigger): boolean {
  if (typeof on === 'string') return ONCE_PER_CONTACT.has(on);
  return 'totalOrders' in on || 'totalPurchases' in on || 'date' in on;
}

/** The id of its effect in the ledger. Notes are told by theirs: whatever becomes of the rule, they can be looked up. */
export function followUpId({ id, note }: Pick<FollowUp, 'id' | 'note'>): string {
  return note === undefined ? `followup:${id}` : `note:followup:${id}`;
}

/** Whether an effect is of this rule; of renewals each has one of its own, named by its day. */
export function isEffectOf(rule: Pick<FollowUp, 'id' | 'note'>, effect: string): boolean {
  const id = followUpId(rule);
  return effect === id || effect.startsWith(`${id}:`);
}

/** Whether anything of the policy follows from subscriptions: then stores are asked for them, and contacts' are read. */
export function asksSubscriptions({
  subscriptions,
  followUps = [],
}: {
  readonly subscriptions?: unknown;
  readonly followUps?: readonly Pick<FollowUp, 'on'>[] | undefined;
}): boolean {
  return subscriptions !== undefined || followUps.some(({ on }) => thingOf(on) === 'subscription');
}
