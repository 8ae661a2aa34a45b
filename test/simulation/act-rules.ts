import * as v from 'valibot';
import { Policy } from '../../lib/core/policy/policy.ts';
import { POLICIES } from './policies.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What the clock of the WooCommerce shop shows; of the other store nobody said it. */
export const CLOCK = { zone: 'Asia/Kolkata', aheadMs: 330 * MINUTE } as const;

/**
 * What begins the rules of a world: statuses of orders, what else is said of them, or what people and their
 * subscriptions do; or a rule reaches everybody who bought before.
 */
export type Acting = 'orders' | 'people' | 'everybody' | 'sales' | 'gifts';

/** Of 29 seeds, but the first: worlds in which nothing was found before there were coupons of follow-ups. */
const GIFT_PLACES = [13, 22];

/** In a fifth of the worlds. */
export function actingIn(seed: number): Acting | undefined {
  const [block, place] = [Math.floor((seed + 4) / 29), (seed + 4) % 29];
  if (block > 0 && GIFT_PLACES.includes(place)) return 'gifts';
  if (place > 4) return undefined;
  // Few: what begins these is seen in every world.
  if (block > 0 && block % 12 === 0) return 'sales';
  return (['orders', 'people', 'everybody'] as const)[block % 3];
}

/** Segment and campaign that rules put into and take out of. */
export const INTO = 8;
export const CAMPAIGN = 41;
/** Tags of rules begin like no others. */
export const ACT_TAG = 'deed:';

type Begins =
  | { readonly status: string }
  | { readonly subscription: 'activated' | 'cancelled' | 'expired' | 'renewed' }
  /** Days. */
  | { readonly beforeRenewal: number }
  /** Strictly above. */
  | { readonly orderTotal: string }
  | 'signup'
  | 'refund'
  | 'coupon'
  | { readonly coupon: string }
  | 'delivered';

/** A coupon that an e-mail brings. */
export interface Gift {
  readonly percent: number;
  readonly days: number;
  readonly minTotal?: string;
}

/** What a rule does, in the words of the oracle. */
type Does =
  | { readonly note: string }
  | { readonly tag: string }
  | { readonly into: number }
  | { readonly outOf: number }
  | { readonly enter: number }
  | { readonly leave: number }
  | { readonly mail: number; readonly transactional: boolean }
  /** An e-mail that brings a coupon. */
  | { readonly gift: number; readonly transactional: boolean; readonly coupon: Gift };

/** All must hold. */
export interface ActConditions {
  /** Strictly. */
  readonly totalAbove?: string;
  /** One of its products is in one of these. */
  readonly categories?: readonly string[];
  /** Counted orders of the contact, strictly. */
  readonly ordersAbove?: number;
}

/** What the oracle needs to know of a rule that does something else than to send e-mails about orders and carts. */
export interface ActRule {
  readonly id: string;
  readonly on: Begins;
  readonly store?: string;
  /** Ms. */
  readonly after: number;
  readonly does: Does;
  /** On the shop's clock. */
  readonly at?: string;
  readonly when?: ActConditions;
}

/** A note of a follow-up names its thing and its rule, and of a renewal its day. */
export const MARKER = /\[([a-z]+\/\d+)\/followup:([a-z-]+)(:\d{4}-\d\d-\d\d)?\]$/;

/** Whether a note is one of a follow-up. */
export function isOfRule(text: string): boolean {
  return MARKER.test(text);
}

/** Whether an e-mail is one of these rules'. */
export function isActMail(template: number): boolean {
  return template === REACH.template || ACT_RULES.some(({ does }) => templateOf(does) === template);
}

/** The e-mail that an effect of the ledger is, of these rules. */
export function templateFor(effect: string): number | undefined {
  if (effect === `followup:${REACH.id}`) return REACH.template;
  const rule = ACT_RULES.find(({ id }) => effect === `followup:${id}`);
  return rule && templateOf(rule.does);
}

function templateOf(does: Does): number | undefined {
  if ('gift' in does) return does.gift;
  return 'mail' in does ? does.mail : undefined;
}

const BOUGHT = { status: 'processing' };
const FINISHED = { status: 'completed' };

/** What is due in hours is due after everything has come to rest; what is due in minutes while all goes wrong. */
const OF_ORDERS: readonly ActRule[] = [
  { id: 'bought', on: BOUGHT, after: 5 * HOUR, does: { tag: `${ACT_TAG}bought` } },
  { id: 'finished', on: FINISHED, after: 20 * MINUTE, does: { tag: `${ACT_TAG}finished` } },
  { id: 'into', on: BOUGHT, after: 15 * MINUTE, does: { into: INTO } },
  { id: 'out', on: FINISHED, after: 2 * DAY, does: { outOf: INTO } },
  { id: 'enter', on: BOUGHT, after: 10 * MINUTE, does: { enter: CAMPAIGN } },
  { id: 'leave', on: FINISHED, after: 2 * DAY, does: { leave: CAMPAIGN } },
  { id: 'say', on: BOUGHT, after: 25 * MINUTE, does: { note: 'Paid: {order_number}' } },
  { id: 'say-later', on: FINISHED, after: DAY, does: { note: 'Done: {order_number}' } },
  { id: 'big', on: BOUGHT, after: 5 * HOUR, when: { totalAbove: '60' }, does: { note: 'Much' } },
  {
    id: 'furnished',
    on: BOUGHT,
    after: 4 * HOUR,
    when: { categories: ['tables', 'tischn'] },
    does: { note: 'A table' },
  },
  {
    id: 'often',
    on: FINISHED,
    after: 5 * HOUR,
    when: { ordersAbove: 1 },
    does: { tag: `${ACT_TAG}often` },
  },
  { id: 'tea-time', on: BOUGHT, after: 30 * MINUTE, at: '16:40', does: { note: 'At the time' } },
];

const OF_PEOPLE: readonly ActRule[] = [
  { id: 'hello', on: 'signup', store: 'demo', after: 30 * MINUTE, does: { note: 'Hello {first_name}' } },
  {
    id: 'hello-mail',
    on: 'signup',
    store: 'demo',
    after: 50 * MINUTE,
    does: { mail: 51, transactional: true },
  },
  // Whoever has an account and never bought was never asked.
  {
    id: 'hello-offer',
    on: 'signup',
    store: 'demo',
    after: HOUR,
    does: { mail: 52, transactional: false },
  },
  { id: 'begun', on: { subscription: 'activated' }, after: 10 * MINUTE, does: { note: 'Subscribed' } },
  { id: 'settled', on: { subscription: 'activated' }, after: 5 * HOUR, does: { tag: `${ACT_TAG}settled` } },
  { id: 'ended', on: { subscription: 'cancelled' }, after: 5 * HOUR, does: { note: 'Ended' } },
  { id: 'expired', on: { subscription: 'expired' }, after: 5 * HOUR, does: { tag: `${ACT_TAG}expired` } },
  { id: 'renewed', on: { subscription: 'renewed' }, after: HOUR, does: { note: 'Renewed' } },
  { id: 'soon', on: { beforeRenewal: 3 }, after: 0, does: { note: 'Renews on {next_billing_date}' } },
];

const OF_SALES: readonly ActRule[] = [
  { id: 'sorry', on: 'refund', after: 5 * HOUR, does: { note: 'Back: {order_refunded}' } },
  { id: 'dear', on: { orderTotal: '60' }, after: 5 * HOUR, does: { note: 'Dear' } },
  { id: 'dear-tag', on: { orderTotal: '60' }, after: 5 * HOUR, does: { tag: `${ACT_TAG}dear` } },
  { id: 'there', on: 'delivered', after: 20 * MINUTE, does: { note: 'There' } },
];

/** A code that everybody may use. */
export const HOUSE = 'House-5';

/** Each person gets one of a rule in all this time: several rules give while all goes wrong. */
const OF_GIFTS: readonly ActRule[] = [
  {
    id: 'gift-soon',
    on: BOUGHT,
    after: 5 * MINUTE,
    does: { gift: 56, transactional: true, coupon: { percent: 8, days: 20 } },
  },
  {
    id: 'gift-done',
    on: FINISHED,
    after: 10 * MINUTE,
    does: { gift: 57, transactional: true, coupon: { percent: 12.5, days: 30 } },
  },
  {
    id: 'gift-held',
    on: { status: 'on-hold' },
    after: 15 * MINUTE,
    does: { gift: 58, transactional: true, coupon: { percent: 7, days: 3 } },
  },
  {
    id: 'gift',
    on: BOUGHT,
    after: 25 * MINUTE,
    does: { gift: 53, transactional: true, coupon: { percent: 15, days: 10 } },
  },
  {
    id: 'gift-dear',
    on: FINISHED,
    after: 5 * HOUR,
    does: { gift: 54, transactional: true, coupon: { percent: 20, days: 2, minTotal: '60' } },
  },
  {
    id: 'gift-offer',
    on: BOUGHT,
    after: 6 * HOUR,
    does: { gift: 55, transactional: false, coupon: { percent: 5, days: 30 } },
  },
  { id: 'used', on: 'coupon', after: 5 * HOUR, does: { note: 'Used' } },
  { id: 'used-house', on: { coupon: HOUSE }, after: 5 * HOUR, does: { note: 'Used that of the house' } },
];

/** In every policy, and sent to whoever bought last before the connection: of those one a day. */
export const REACH = { id: 'back', template: 61, after: 2 * HOUR, perDay: 1, people: 2 } as const;

export const ACT_RULES: readonly ActRule[] = [...OF_ORDERS, ...OF_PEOPLE, ...OF_SALES, ...OF_GIFTS];

const RULES = { orders: OF_ORDERS, people: OF_PEOPLE, sales: OF_SALES, gifts: OF_GIFTS } as const;

/** Which of them a policy leaves out; the first has them all. */
const WITHOUT: readonly (readonly string[])[] = [
  [],
  ['finished', 'say', 'into', 'hello', 'begun'],
  ['big', 'enter', 'hello-mail', 'expired', 'gift-dear', 'used'],
  ['tea-time', 'ended', 'gift'],
];

/** The policies of a shop whose follow-ups do more than to send e-mails about orders. */
export function actingPolicies(kind: Acting, seed: number): readonly Policy[] {
  if (kind === 'everybody') return POLICIES.map((policy) => withFollowUps(policy, [reaching()]));
  return POLICIES.map((policy, index) => {
    const without = WITHOUT[index === 0 ? 0 : (index + seed) % WITHOUT.length] ?? [];
    const followUps = RULES[kind].filter(({ id }) => !without.includes(id)).map(configured);
    return withFollowUps(policy, followUps);
  });
}

function withFollowUps(policy: Policy, written: readonly object[]): Policy {
  const { followUps } = v.parse(Policy, { followUps: written });
  return { ...policy, ...(followUps && { followUps }) };
}

function reaching(): object {
  const { id, template, after, perDay, people } = REACH;
  return {
    id,
    on: 'last-purchase',
    after: `${String(after / MINUTE)} minutes`,
    send: { template, transactional: true },
    reach: { everybody: true, perDay, people },
  };
}

/** As a shop writes it. */
function configured({ id, on, store, after, does, at, when }: ActRule): object {
  const { totalAbove, categories, ordersAbove } = when ?? {};
  const conditions = {
    ...(totalAbove !== undefined && { orderTotalAbove: totalAbove }),
    ...(categories && { categories }),
    ...(ordersAbove !== undefined && { totalOrdersAbove: ordersAbove }),
  };
  return {
    id,
    on: triggerOf(on),
    ...(store !== undefined && { store }),
    after: `${String(after / MINUTE)} minutes`,
    ...(at !== undefined && { at }),
    ...(when && { when: conditions }),
    ...actionOf(does),
  };
}

function triggerOf(on: Begins): Begins | object {
  if (typeof on === 'string') return on;
  if ('beforeRenewal' in on) return { beforeRenewal: `${String(on.beforeRenewal)} days` };
  return 'orderTotal' in on ? { orderTotal: { above: on.orderTotal } } : on;
}

function actionOf(does: Does): object {
  if ('into' in does) return { segment: { add: does.into } };
  if ('outOf' in does) return { segment: { remove: does.outOf } };
  if ('enter' in does) return { campaign: { add: does.enter } };
  if ('leave' in does) return { campaign: { remove: does.leave } };
  if ('gift' in does) {
    const { gift: template, transactional, coupon } = does;
    return { send: { template, transactional }, coupon };
  }
  if ('mail' in does) return { send: { template: does.mail, transactional: does.transactional } };
  return does;
}
