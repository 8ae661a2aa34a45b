import { isGone } from '../../lib/core/ledger/fold/order.ts';
import { asKnown, isOfErased, isReachedLater } from './erased.ts';
import { DISTANCE, FOLLOW_UPS, type FollowUpRule, ruleOf } from './follow-up-rules.ts';
import { hasSaidYes } from './judge-effects.ts';
import { wasAnswered } from './left-carts.ts';
import { isParked, type LedgerOrder, type Rest, type Verdict } from './rest.ts';
import type { OrderHistory } from './shop-life.ts';
import { hadAddress, statusNow } from './truth.ts';

/** What an instance of `sync` is doing it has read so long ago at most. */
const READ_BEFORE_MS = 20 * 60_000;
/** Whose an id is was seen a while before something is done by it. */
const JUST_MOVED_MS = 35_000;
/** An instance of the version before may be at work this long after a deployment. */
const CHANGING_MS = 15 * 60_000;
/** What is due is sent within this time, however many others of the same contact come before it. */
const DONE_WITHIN_MS = 25 * 86_400_000;
/** Between the look at when somebody was mailed last and the call that mails them. */
const BEFORE_SEND_MS = 10 * 60_000;
/** Whatever was ordered so shortly before a rule began is told of by it: its webhook comes later. */
const JUST_BEFORE_MS = 120_000;
export const ENDS = ['cancelled', 'refunded', 'failed'];

export type Sent = Rest['mautic']['sent'][number] & { readonly rule: FollowUpRule };

/** Every follow-up at most once, for what truly began it and still holds, to who may be mailed, and none is missing. */
export function judgeFollowUps(rest: Rest, verdict: Verdict): void {
  if (!rest.visited) return;
  const sent = followUpsSent(rest);
  const ofOrders = sent.filter(({ rule }) => rule.on !== 'cart');
  for (const mail of ofOrders) {
    const complaint = complaintAbout(isReachedLater(rest, mail) ? asKnown(rest) : rest, mail);
    if (complaint !== undefined) verdict.wrong.push(`${followUpName(mail)}: ${complaint}`);
  }
  for (const [name, mails] of Map.groupBy(ofOrders, followUpName))
    if (mails.length > 1) verdict.doubled.push(`${name}: ${String(mails.length)}`);
  judgeWelcomes(rest, verdict, sent);
  judgeDistances(rest, verdict, sent);
  judgeMissing(asKnown(rest), verdict, ofOrders);
}

/** All that were, with their rules. */
export function followUpsSent({ mautic }: Rest): readonly Sent[] {
  return mautic.sent.flatMap((mail): readonly Sent[] => {
    const rule = ruleOf(mail.emailId);
    return rule ? [{ ...mail, rule }] : [];
  });
}

function judgeMissing(rest: Rest, verdict: Verdict, sent: readonly Sent[]): void {
  const names = new Set(sent.map(followUpName));
  for (const due of dueFollowUps(rest)) {
    // A contact is welcomed once, for whichever of its orders was the first when it was due.
    const orders = due.rule.on === 'first-purchase' ? due.orders : [due.order];
    const isSent = orders.some((order) => names.has(followUpName({ rule: due.rule, order })));
    if (!isSent) verdict.lost.push(followUpName(due));
  }
}

export function followUpName({
  rule,
  order,
}: {
  readonly rule: FollowUpRule;
  readonly order: string;
}): string {
  return `follow-up ${rule.id} of ${order}`;
}

function complaintAbout(rest: Rest, mail: Sent): string | undefined {
  const { rule, askedAt: asked } = mail;
  const history = rest.histories.get(Number(mail.order));
  const began = history && beganAt(rest, rule, withParts(rest, mail, history));
  if (!history || began === undefined) return 'nothing began it';
  if (history.createdAt <= rest.since) return 'older than the connection';
  if (isForgotten(rest, mail, history)) return `${mail.email} was erased before`;
  if (asked < began + rule.after) return 'too early';
  const ruleBegan = firstDeployed(rest, rule);
  const isOlder = ruleBegan > 0 && history.createdAt <= ruleBegan - JUST_BEFORE_MS;
  if (ruleBegan > asked || isOlder) return 'older than the rule';
  if (isOutOfPolicy(rest, mail)) return 'the rule is gone';
  if (endedBefore(rest, mail, history)) return 'the order had come to its end';
  return unwantedMail(rest, mail, history);
}

/** Whoever was erased hears of nothing from before; somebody else may have been given the address. */
function isForgotten(rest: Rest, mail: Sent, { createdAt }: OrderHistory): boolean {
  const isLater = isReachedLater(rest, mail) && !rest.people.given.has(mail.email);
  return isLater && isOfErased(rest, mail.email, createdAt);
}

function unwantedMail(rest: Rest, mail: Sent, history: OrderHistory): string | undefined {
  const { email, rule, strayedMs = 0, silencedMs = 0 } = mail;
  if (!hadAddress(history, email) && strayedMs <= JUST_MOVED_MS && mail.strayedMs === undefined)
    return `it reached ${email}`;
  if (rule.transactional) return undefined;
  if (silencedMs > JUST_MOVED_MS) return 'it reached somebody who asked for no mail';
  const isYes = hasSaidYes(rest.histories, email, history) || wasAnswered(rest, email, true);
  return isYes ? undefined : 'nobody said yes to it';
}

/** What was bought in one go is the first order, whichever part of it counts. */
function withParts({ histories }: Rest, { order, rule }: Sent, history: OrderHistory): OrderHistory {
  if (typeof rule.on === 'object') return history;
  const parts = [...histories.values()].filter(({ parentId }) => parentId === Number(order));
  return { ...history, changes: [history, ...parts].flatMap(({ changes }) => changes) };
}

/** When it truly was so for the first time, epoch ms in whole seconds. */
function beganAt(rest: Rest, { on }: FollowUpRule, { changes, createdAt }: OrderHistory): number | undefined {
  const counted = rest.deployed.flatMap(({ policy }) => policy.countedStatuses);
  const statuses = typeof on === 'object' ? [on.status] : [...counted, 'delivered', 'shipped'];
  const times = changes.filter(({ status }) => statuses.includes(status)).map(({ at }) => at);
  if (times.length === 0) return undefined;
  return Math.floor(Math.min(...times, ...(typeof on === 'object' ? [] : [createdAt])) / 1000) * 1000;
}

/** A rule of any kind. */
interface Named {
  readonly id: string;
}

/** What was done for it, and for which order. */
interface Done {
  readonly rule: Named & Pick<FollowUpRule, 'keep'>;
  readonly order: string;
  /** Epoch ms. */
  readonly askedAt: number;
}

/** When the first policy with this rule was deployed, epoch ms; 0: the first of all had it. */
export function firstDeployed({ deployed }: Rest, rule: Named): number {
  const first = deployed.find(({ policy }) => hasRule(policy, rule));
  return first?.at ?? Number.POSITIVE_INFINITY;
}

/** Whether a policy has it. */
export function hasRule({ followUps = [] }: Rest['policy'], { id }: Named): boolean {
  return followUps.some((one) => one.id === id);
}

/** No policy that may still have been at work had it. */
export function isOutOfPolicy({ deployed }: Rest, { rule, askedAt: asked }: Done): boolean {
  const atWork = deployed.filter(
    ({ at }, index) => at <= asked && (deployed[index + 1]?.at ?? asked) >= asked - CHANGING_MS,
  );
  return !atWork.some(({ policy }) => hasRule(policy, rule));
}

/** The bridge knew in time, and nothing has happened to the order since. */
export function endedBefore(
  { taken }: Rest,
  { order, rule, askedAt: asked }: Done,
  { changes }: OrderHistory,
): boolean {
  const last = changes.filter(({ at }) => at <= asked).at(-1);
  if (!last || (last.status !== 'trash' && (rule.keep || !ENDS.includes(last.status)))) return false;
  const known = taken.filter(
    ({ topic, body, takenAt }) =>
      takenAt <= asked - READ_BEFORE_MS &&
      topic.startsWith('order.') &&
      String((JSON.parse(body) as { readonly id: number }).id) === order,
  );
  const since = known.filter(({ takenAt }) => takenAt >= last.at);
  if (last.status !== 'trash') return since.some(({ body }) => statusIn(body) === last.status);
  // Of whom a deletion was never heard, its restoration takes back another one; what comes twice was said once.
  const heard = (topic: string) =>
    new Set(known.flatMap((one) => (one.topic === topic ? [`${one.webhookId}/${one.deliveryId}`] : []))).size;
  return (
    since.some(({ topic }) => topic === 'order.deleted') && heard('order.deleted') > heard('order.restored')
  );
}

function statusIn(body: string): string | undefined {
  return (JSON.parse(body) as { readonly status?: string }).status;
}

/**
 * Nobody is welcomed twice; an order that came from another address may have been welcomed there, and of whoever was
 * erased nobody knows that they were.
 */
function judgeWelcomes(rest: Rest, verdict: Verdict, sent: readonly Sent[]): void {
  const own = sent.filter(({ rule, order, strayedMs, email }) => {
    const { emails, createdAt } = rest.histories.get(Number(order)) ?? { emails: new Set(), createdAt: 0 };
    const isOne = emails.size === 1 && !isOfErased(rest, email, createdAt);
    return rule.on === 'first-purchase' && isOne && strayedMs === undefined;
  });
  for (const [email, mails] of Map.groupBy(own, (mail) => mail.email))
    if (mails.length > 1) verdict.doubled.push(`welcomes of ${email}: ${String(mails.length)}`);
}

/** Whoever got one gets the next one after a while. */
function judgeDistances({ policy }: Rest, verdict: Verdict, sent: readonly Sent[]): void {
  if (policy.perContact === undefined) return;
  const own = sent.filter(({ rule, strayedMs }) => !rule.transactional && strayedMs === undefined);
  for (const [email, mails] of Map.groupBy(own, (mail) => mail.email)) {
    const times = mails.map(({ askedAt }) => askedAt).sort((a, b) => a - b);
    const isClose = times.some((time, index) => time - (times[index - 1] ?? 0) < DISTANCE - BEFORE_SEND_MS);
    if (isClose) verdict.wrong.push(`two follow-ups came to ${email} within ${String(DISTANCE)} ms`);
  }
}

interface Due {
  readonly rule: FollowUpRule;
  readonly order: string;
  /** All of the same contact. */
  readonly orders: readonly string[];
}

/** What must have been sent by now, and does not stand parked. */
function dueFollowUps(rest: Rest): readonly Due[] {
  return [...rest.ledger].flatMap(([id, order]) => {
    const orders = ordersOf(rest, order).map(([own]) => String(own));
    const rules = FOLLOW_UPS.filter((rule) => isDue(rest, { id, order }, rule));
    return rules.map((rule) => ({ rule, order: String(id), orders }));
  });
}

/** Orders that ever were of the same contact. */
function ordersOf({ ledger }: Rest, { state: { contact } }: LedgerOrder): readonly [number, LedgerOrder][] {
  return [...ledger].filter(([, { state }]) => contact !== undefined && contact in state.contacts);
}

interface Entry {
  readonly id: number;
  readonly order: LedgerOrder;
}

function isDue(rest: Rest, { id, order }: Entry, rule: FollowUpRule): boolean {
  const { data, email, sights } = order.state;
  if (!data || email === undefined || data.parentId !== undefined) return false;
  if (order.effects[`followup:${rule.id}`]?.state === 'parked' || !isStanding(rest, { id, order }, rule))
    return false;
  if (rest.people.taken.has(email) || isParked(rest.profiles, email)) return false;
  if (!rule.transactional && !surelyAgreed(rest, email, { id, order })) return false;
  const start = ruleStart(rest, rule);
  const isNew =
    data.createdAt > rest.since && (start === rest.deployed[0]?.at || data.createdAt > start + CHANGING_MS);
  const seen =
    typeof rule.on === 'object' ? sights[rule.on.status] : purchaseAt(rest, { id, order }, rule.on);
  return isNew && seen !== undefined && rest.now > seen + rule.after + DONE_WITHIN_MS;
}

/** It is there, and has not come to its end. */
function isStanding(rest: Rest, { id, order }: Entry, { keep }: FollowUpRule): boolean {
  const status = rest.told ? order.state.data?.status : statusNow(rest, id);
  if (status === undefined || status === 'trash' || isGone(order.state)) return false;
  return keep === true || !ENDS.includes(status);
}

/** When a rule began: the moment from which it always was in the policy. */
export function ruleStart({ deployed }: Rest, rule: Named): number {
  const after = deployed.findLastIndex(({ policy }) => !hasRule(policy, rule)) + 1;
  return deployed[after]?.at ?? Number.POSITIVE_INFINITY;
}

/** When it was placed, where it surely is the purchase that the rule is about: of orders of one address alone. */
function purchaseAt(
  rest: Rest,
  { id, order }: Entry,
  on: Extract<FollowUpRule['on'], string>,
): number | undefined {
  const own = ordersOf(rest, order);
  const isPlain = own.every(
    ([, { state }]) => Object.keys(state.contacts).length === 1 && state.data?.parentId === undefined,
  );
  if (!isPlain || !isCounted(rest, { id, order })) return undefined;
  if (on === 'cart') return undefined;
  const isFirst = on === 'first-purchase';
  if (isFirst && (rest.pastIsMissing || own.some(([, other]) => hasWelcome(other)))) return undefined;
  const time = order.state.data?.createdAt ?? 0;
  const isMeant = own.every(
    ([
      other,
      {
        state: { data },
      },
    ]) => {
      if (other === id || data === undefined) return other === id;
      return isFirst ? data.createdAt > time : data.createdAt < time;
    },
  );
  return isMeant ? time : undefined;
}

/** It stands parked, or passed over: then nobody welcomes the contact any more. */
function hasWelcome({ effects }: LedgerOrder): boolean {
  return ['parked', 'skipped'].includes(effects['followup:welcome']?.state ?? '');
}

/** It counts by every policy there was, and did when it was placed. */
function isCounted({ deployed, histories, ...rest }: Rest, { id }: Entry): boolean {
  const placed = histories.get(id)?.changes[0]?.status ?? '';
  const status = statusNow(rest, id) ?? '';
  return deployed.every(({ policy }) =>
    [placed, status].every((one) => policy.countedStatuses.includes(one)),
  );
}

/** They said yes with this order or before, and never no, and nobody of that address asked for no mail. */
function surelyAgreed(rest: Rest, email: string, { id, order }: Entry): boolean {
  const own = [...rest.histories].filter(([, history]) => hadAddress(history, email));
  const isSilenced = rest.mautic.contacts.byEmail(email).some(({ silencedAt }) => silencedAt !== undefined);
  const hasNo = own.some(([, { answer }]) => answer === false) || wasAnswered(rest, email, false);
  if (isSilenced || hasNo) return false;
  const placed = order.state.data?.createdAt ?? 0;
  return own.some(
    ([other, { answer, createdAt, emails }]) =>
      answer === true &&
      emails.size === 1 &&
      (other === id || (createdAt < placed && rest.ledger.has(other))),
  );
}
