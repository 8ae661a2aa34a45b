import { lacksConsent } from '../contact/facts/consent.ts';
import type { Facts } from '../contact/facts/facts.ts';
import type { KnownOrder } from '../contact/facts/known-order.ts';
import { ordersAndParts } from '../contact/facts/order-parts.ts';
import { followUpId } from '../policy/follow-ups/follow-ups.ts';
import type { Policy } from '../policy/policy.ts';
import type { CouponEffect } from './coupon.ts';
import type { Effect, EmailEffect, NoteEffect } from './effect-kinds.ts';
import { firstOfEach } from './first-of-each.ts';
import { type AboutOrder, aboutOrder } from './follow-up/about.ts';
import type { Considered } from './follow-up/considered.ts';
import { followUpEffects } from './follow-up/effects.ts';
import { isOpen, lapsedEffects } from './lapsed.ts';
import type { Once } from './once.ts';
import type { Starts } from './rule-starts.ts';

export interface EffectOptions {
  readonly policy: Policy;
  readonly since: Starts;
  /** The contact asked for no more e-mails in a shop. */
  readonly optedOut?: boolean | undefined;
  /** What was found of follow-ups. */
  readonly considered?: readonly Considered[];
  /** The moment for which it was found, epoch ms. */
  readonly now?: number;
  /** What else is called for, and by whom else; it is not looked for among what has lapsed. */
  readonly besides?: readonly CouponEffect[];
}

/** The ids that effects of this policy may have. */
export function ruleIds({ notes, emails, followUps = [] }: Policy): readonly string[] {
  return [...notes.map(noteId), ...Object.keys(emails).map(emailId), ...followUps.map(followUpId)];
}

/** Whether orders of this policy have effects at all. */
export function hasEffects({ notes, emails, followUps = [] }: Policy): boolean {
  return notes.length > 0 || Object.keys(emails).length > 0 || followUps.length > 0;
}

function noteId(status: string): string {
  return `note:${status}`;
}

function emailId(status: string): string {
  return `email:${status}`;
}

/**
 * Every effect that the orders call for, done or not: a note for each status an order was seen in, an e-mail for the
 * status it is in now. An e-mail whose status has passed is superseded: it is not called for any more.
 * An order that names a parent calls for none, even while nobody knows the parent: what was bought in one go is told
 * once, and what was sent cannot be taken back. It does once the parent is known to be another buyer's and never to
 * have been this one's, who may have been told of it.
 */
export function effectsOf(
  facts: Facts,
  { policy, since, considered = [], now = 0, optedOut = false, besides = [] }: EffectOptions,
): readonly Effect[] {
  const live = ordersAndParts(facts);
  const called = live.flatMap((order) =>
    calledBy(order, { policy, since }).filter(
      ({ kind, known }) => !order.parent || (kind === 'note' && isOpen(known)),
    ),
  );
  const isUnwanted = optedOut || lacksConsent(facts, policy);
  const followed = firstOfEach(
    considered.flatMap((one) => followUpEffects(one, { facts, now, isUnwanted })),
    policy,
  );
  const all = [...called, ...followed, ...besides];
  const asked = all.map((effect) => (isUnwanted ? withoutConsent(effect) : effect));
  return [...asked, ...lapsedEffects(facts, all)];
}

function withoutConsent(effect: Effect): Effect {
  return effect.kind === 'email' && !effect.transactional ? { ...effect, unwanted: true } : effect;
}

/** Webhooks of one checkout come together, and what none of them told is read within a quarter of an hour. */
const PARENT_MS = 20 * 60_000;

/**
 * When to look again at orders whose parent nobody knows yet, epoch ms: were it another buyer's, they would have notes
 * and e-mails. One whose parent stays unknown is a part of something older than the connection.
 */
export function parentsKnownAt(facts: Facts, options: EffectOptions, now: number): number | undefined {
  const times = facts.orders
    .filter((order) => order.parent === 'unknown' && mayCall(order, options))
    .flatMap(({ savedAt }) => (savedAt === undefined ? [] : [savedAt + PARENT_MS]));
  const ahead = times.filter((time) => time > now);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}

function mayCall(order: KnownOrder, options: EffectOptions): boolean {
  return (options.policy.followUps ?? []).length > 0 || calledBy(order, options).length > 0;
}

function calledBy(
  order: KnownOrder,
  { policy, since }: EffectOptions,
): readonly (NoteEffect | EmailEffect)[] {
  if (!qualifies(order, since)) return [];
  const effects = [...notesOf(order, policy), ...emailsOf(order, policy)];
  return effects.filter((effect) => isOfItsRule(effect, order, since));
}

/** No bulk edit, first contact with an old store, restoration or backfill ever mails history. */
function qualifies({ ref, data }: KnownOrder, since: Starts): boolean {
  const start = since.get(ref.store);
  return start !== undefined && data.createdAt > start;
}

/** Nor does a rule that is new in the policy; but what was begun is brought to its end. */
function isOfItsRule({ id, known }: Once, order: KnownOrder, { rules }: Starts): boolean {
  const start = rules?.get(id);
  return start === undefined || order.data.createdAt > start || known !== undefined;
}

function notesOf(order: KnownOrder, { notes }: Policy): readonly NoteEffect[] {
  const statuses = Object.keys(order.state.sights).filter((status) => notes.includes(status));
  return statuses.map((status) => ({ kind: 'note', ...ofOrder(order, noteId(status)) }));
}

function emailsOf(order: KnownOrder, { emails }: Policy): readonly EmailEffect[] {
  const { status } = order.data;
  const rule = Object.hasOwn(emails, status) ? emails[status] : undefined;
  return rule ? [{ kind: 'email', ...ofOrder(order, emailId(status)), ...rule }] : [];
}

function ofOrder(order: KnownOrder, id: string): Once & { readonly about: AboutOrder } {
  const known = Object.hasOwn(order.effects, id) ? order.effects[id] : undefined;
  return { id, thing: order.ref, about: aboutOrder(order), ...(known && { known }) };
}
