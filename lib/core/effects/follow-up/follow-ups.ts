import type { Facts } from '../../contact/facts.ts';
import { type EffectState, TAKEOVER } from '../../ledger/effect-state.ts';
import { refName } from '../../ledger/snapshot.ts';
import { countsPast, type FollowUp, followUpId, isOncePerContact } from '../../policy/follow-ups.ts';
import { nextTimeOfDay } from '../../policy/local-time.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Starts } from '../rule-starts.ts';
import { type About, aboutOrder } from './about.ts';
import { beginningOf } from './beginning.ts';
import { conditionsHold } from './conditions.ts';
import { type Past, pastBefore, pastOf } from './past.ts';

/** The moment for which follow-ups are looked at. */
export interface Moment {
  /** Epoch ms. */
  readonly now: number;
  /** When the contact was last sent a follow-up that is not transactional, epoch ms. */
  readonly mailedAt?: number | undefined;
  /** Store id → its time zone. */
  readonly zones: ReadonlyMap<string, string>;
  /** Stores with a past that the ledger does not know. */
  readonly unknownPasts: ReadonlySet<string>;
}

export interface FollowUpOptions {
  readonly policy: Policy;
  readonly since: Starts;
  readonly moment: Moment;
}

/** Why a follow-up is not called for now. */
export type NotNow =
  | 'store-is-not-meant'
  | 'part-of-another-order'
  | 'has-not-begun'
  | 'older-than-the-rule'
  | 'order-has-ended'
  | 'is-for-another-order'
  | 'waits-for-history'
  | 'condition-does-not-hold'
  | 'waits-for-a-product'
  | 'is-being-taken-over'
  | 'done'
  | 'skipped'
  | 'parked';

/** One rule looked at for one thing. */
export interface Considered {
  readonly rule: FollowUp;
  readonly about: About;
  readonly known?: EffectState | undefined;
  /** Epoch ms; absent where nothing began. */
  readonly dueAt?: number;
  /** More than seven days late: it is not sent, and said to have lapsed. */
  readonly tooLate?: true;
  readonly not?: NotNow;
  /** When to look again although nothing changed, epoch ms. */
  readonly lookAgainAt?: number;
}

const DAY_MS = 86_400_000;
/** What is later than this is no follow-up any more. */
const LATEST_MS = 7 * DAY_MS;
/** A finished backfill rings for nobody. */
const HISTORY_AGAIN_MS = DAY_MS / 4;

/**
 * Every follow-up of every rule and order of a contact, with what speaks against it; those that nothing speaks against
 * may still lie ahead. It follows from the arguments alone, so nothing is queued that could grow stale.
 */
export function considerFollowUps(facts: Facts, options: FollowUpOptions): readonly Considered[] {
  const rules = options.policy.followUps ?? [];
  if (rules.length === 0) return [];
  const orders = [...facts.orders, ...facts.parts.map(({ order }) => order)];
  const past = pastOf(facts, options.policy);
  const all = rules.flatMap((rule) =>
    orders.map((order) => consider({ facts, past, ...options }, rule, aboutOrder(order))),
  );
  return spaced(all, options);
}

/** When to look again although nothing changed, epoch ms. */
export function consideredAgainAt(considered: readonly Considered[]): number | undefined {
  const times = considered.flatMap(({ lookAgainAt }) => lookAgainAt ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

interface Whole extends FollowUpOptions {
  readonly facts: Facts;
  readonly past: Past;
}

function consider(whole: Whole, rule: FollowUp, about: About): Considered {
  const id = followUpId(rule);
  const known = Object.hasOwn(about.effects, id) ? about.effects[id] : undefined;
  const base = { rule, about, known };
  const ended = endOf(known);
  if (ended) return { ...base, not: ended };
  if (rule.store !== undefined && rule.store !== about.ref.store)
    return { ...base, not: 'store-is-not-meant' };
  if (about.order.parent) return { ...base, not: 'part-of-another-order' };
  const dueAt = dueOf(whole, rule, { about, known });
  if (dueAt === undefined) return { ...base, not: 'has-not-begun' };
  return { ...base, dueAt, ...standing(whole, { ...base, dueAt }) };
}

function isHeldElsewhere({ reason }: EffectState): boolean {
  return reason === TAKEOVER.held || reason === TAKEOVER.ours;
}

/** It happened, or will not; what may have happened is brought to its end by whoever asks for it. */
function endOf(known: EffectState | undefined): NotNow | undefined {
  if (known === undefined) return undefined;
  if (known.state === 'refused' && isHeldElsewhere(known)) return 'is-being-taken-over';
  return known.state === 'done' || known.state === 'skipped' || known.state === 'parked'
    ? known.state
    : undefined;
}

/** Epoch ms; `undefined`: it has not begun. */
function dueOf(
  { facts, past, policy, moment, since }: Whole,
  rule: FollowUp,
  { about, known }: Pick<Considered, 'about' | 'known'>,
): number | undefined {
  if (isMigrated(known)) return known?.plannedAt;
  const { order } = about;
  const zone = moment.zones.get(order.ref.store) ?? 'UTC';
  const seen = rule.keep ? pastOf(facts, policy, order) : past;
  const began = beginningOf(rule, { order, past: seen, policy, zone });
  if (began === undefined) return undefined;
  const due = Math.max(began + rule.after, turnOf(rule, about, since) ?? 0);
  return rule.at === undefined ? due : nextTimeOfDay(due, rule.at, zone);
}

/** Where a rule reaches everybody: the day on which this one's turn is, epoch ms. */
function turnOf(
  { reach, id }: FollowUp,
  { ref, order: { state, data } }: About,
  since: Starts,
): number | undefined {
  if (reach === undefined) return undefined;
  const start = since.rules?.get(followUpId({ id })) || (since.get(ref.store) ?? 0);
  if (data.createdAt > start) return undefined;
  const days = Math.ceil(reach.people / reach.perDay);
  return start + (lotOf(`${id} ${state.contact ?? refName(ref)}`) % days) * DAY_MS;
}

/** The same number for the same text, as evenly spread as names are. */
function lotOf(text: string): number {
  return Array.from(text, (letter) => letter.codePointAt(0) ?? 0).reduce(
    (lot, letter) => (lot * 31 + letter) % 4_294_967_296,
    7,
  );
}

function isMigrated(known: EffectState | undefined): boolean {
  return known?.state === 'refused' && known.plannedAt !== undefined;
}

type Due = Pick<Considered, 'rule' | 'about' | 'known'> & { readonly dueAt: number };

function standing(whole: Whole, due: Due): Pick<Considered, 'not' | 'lookAgainAt' | 'tooLate'> {
  const { moment } = whole;
  const { rule, about, dueAt } = due;
  if (isOlder(whole, due)) return { not: 'older-than-the-rule' };
  if (!rule.keep && hasEnded(rule, about)) return { not: 'order-has-ended' };
  if (isOncePerContact(rule.on) && isElsewhere(whole.facts, due)) return { not: 'is-for-another-order' };
  if (countsPast(rule) && moment.unknownPasts.has(about.ref.store) && whole.policy.history !== 'none')
    return { not: 'waits-for-history', lookAgainAt: moment.now + HISTORY_AGAIN_MS };
  if (dueAt > moment.now || rule.when === undefined || isMigrated(due.known)) return {};
  const past = pastBefore(whole.past, dueAt);
  const answer = conditionsHold(rule.when, { order: about.order, past, products: whole.facts.products });
  if (answer === 'no') return { not: 'condition-does-not-hold' };
  if (answer === 'yes') return {};
  return dueAt + LATEST_MS < moment.now
    ? { tooLate: true }
    : { not: 'waits-for-a-product', lookAgainAt: dueAt + LATEST_MS + 1 };
}

/** No bulk edit, restoration, backfill or new rule mails history; what was begun is brought to its end. */
function isOlder({ since }: Whole, { rule, about, known }: Due): boolean {
  const start = since.get(about.ref.store);
  if (known !== undefined || (rule.reach !== undefined && start !== undefined)) return false;
  const ruleStart = since.rules?.get(followUpId(rule)) ?? 0;
  return start === undefined || about.order.data.createdAt <= Math.max(start, ruleStart);
}

const ENDED = new Set(['cancelled', 'refunded', 'failed']);

/** A rule about an end is about orders that came to it. */
function hasEnded({ on }: FollowUp, { order: { data } }: About): boolean {
  if (!ENDED.has(data.status)) return false;
  if (on === 'refund') return data.status !== 'refunded';
  return !(typeof on === 'object' && 'status' in on && on.status === data.status);
}

/** Whatever became of it there, and whether that order is gone or not: nobody is welcomed twice. */
function isElsewhere({ carriers }: Facts, { rule, about }: Due): boolean {
  const id = followUpId(rule);
  const own = refName(about.ref);
  return carriers.some(({ ref, effects }) => refName(ref) !== own && Object.hasOwn(effects, id));
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
    const isSpaced = perContact !== undefined && !one.rule.send.transactional;
    const dueAt = isSpaced ? Math.max(one.dueAt, free) : one.dueAt;
    const isLate = one.tooLate === true || now > dueAt + LATEST_MS;
    if (isSpaced && !isLate) free = Math.max(dueAt, now) + perContact;
    return { ...one, dueAt, ...(isLate && { tooLate: true as const }) };
  });
}
