import { isGone } from '../../lib/core/ledger/fold/order.ts';
import type { Policy } from '../../lib/core/policy/policy.ts';
import { FEED_IDS } from '../support/feed-orders.ts';
import { asAddress } from '../support/oracle.ts';
import { isActMail, isOfRule } from './act-rules.ts';
import { asKnown, isOfErased, isReachedLater } from './erased.ts';
import { FEED_STORE } from './feed-shop.ts';
import { ruleOf } from './follow-up-rules.ts';
import { wasAnswered } from './left-carts.ts';
import { isTransactional, TEMPLATES } from './policies.ts';
import { isParked, type LedgerOrder, type Rest, type Verdict } from './rest.ts';
import type { OrderHistory } from './shop-life.ts';
import { hadAddress, statusNow, wasPlaced } from './truth.ts';

/** A note or an e-mail: which, and for which status of which order. */
interface Effect {
  readonly kind: 'note' | 'email';
  readonly id: number;
  readonly status: string;
}

/** One that was done, and whom it reached. */
interface Done extends Effect {
  readonly email: string;
  readonly strayedMs: number | undefined;
  /** Epoch ms. */
  readonly askedAt: number;
  readonly silencedMs?: number | undefined;
}

/** Whose an id is was seen a while before something is done by it. */
const JUST_MOVED_MS = 35_000;

/** An instance of the version before may be at work this long after a deployment. */
const CHANGING_MS = 15 * 60_000;

/** Every note and e-mail at most once, never for what never was, and none is missing. */
export function judgeEffects(rest: Rest, verdict: Verdict): void {
  const done = doneEffects(rest);
  const known = asKnown(rest);
  const counts = new Map<string, number>();
  for (const effect of done) {
    counts.set(nameOf(effect), (counts.get(nameOf(effect)) ?? 0) + 1);
    const complaint = complaintAbout(isReachedLater(rest, effect) ? known : rest, effect);
    if (complaint !== undefined) verdict.wrong.push(`${nameOf(effect)}: ${complaint}`);
  }
  for (const [name, count] of counts) if (count > 1) verdict.doubled.push(`${name}: ${String(count)}`);
  const gone = new Set(notesIn(rest.mautic.lostNotes).map(nameOf));
  const due = dueEffects(known).map(nameOf);
  verdict.lost.push(...due.filter((name) => !counts.has(name) && !gone.has(name)));
}

/** All that was told of statuses of orders. */
export function doneEffects(rest: Rest): readonly Done[] {
  return [...notesIn(rest.mautic.notes), ...emailsIn(rest)];
}

export function nameOf({ kind, id, status }: Effect): string {
  return `${kind === 'note' ? 'note' : 'e-mail'} ${String(id)}/${status}`;
}

function notesIn(notes: Rest['mautic']['notes']): readonly Done[] {
  const ofOrders = notes.filter(({ text }) => !isOfRule(text));
  return ofOrders.map(({ text, email, strayedMs, askedAt }) => {
    const [, store, id = '0', status = text] = /\[([a-z]+)\/(\d+)\/([a-z-]+)\]/.exec(text) ?? [];
    const moved = Number(id) + (store === FEED_STORE ? FEED_IDS : 0);
    return { kind: 'note', id: moved, status, email, strayedMs, askedAt };
  });
}

function emailsIn({ mautic }: Rest): readonly Done[] {
  const sent = mautic.sent.filter(({ emailId }) => !ruleOf(emailId) && !isActMail(emailId));
  return sent.map(({ emailId, order, email, strayedMs, askedAt, silencedMs }) => {
    const status = TEMPLATES.find(({ template }) => template === emailId)?.status ?? String(emailId);
    return { kind: 'email', id: Number(order), status, email, strayedMs, askedAt, silencedMs };
  });
}

function complaintAbout(rest: Rest, done: Done): string | undefined {
  const { histories, since } = rest;
  const history = histories.get(done.id);
  if (!history?.statuses.has(done.status)) return 'it never was in that status';
  if (history.createdAt <= since) return 'older than the connection';
  if (isForgotten(rest, done, history)) return `${done.email} was erased before`;
  const unwanted = done.kind === 'email' ? unwantedMail(rest, done, history) : undefined;
  if (unwanted !== undefined) return unwanted;
  const isAstray = !hadAddress(history, done.email) && (done.strayedMs ?? 0) > JUST_MOVED_MS;
  return isAstray ? `it reached ${done.email}` : undefined;
}

/** Whoever was erased hears of nothing from before; somebody else may have been given the address. */
export function isForgotten(
  rest: Rest,
  done: Pick<Done, 'email' | 'askedAt'>,
  history: OrderHistory,
): boolean {
  const isLater = isReachedLater(rest, done) && !rest.people.given.has(done.email);
  return isLater && isOfErased(rest, done.email, history.createdAt);
}

function unwantedMail(
  rest: Rest,
  { status, email, silencedMs = 0 }: Done,
  history: OrderHistory,
): string | undefined {
  if (isTransactional(status)) return undefined;
  if (silencedMs > JUST_MOVED_MS) return 'it reached somebody who asked for no mail';
  const isYes = hasSaidYes(rest.histories, email, history) || wasAnswered(rest, email, true);
  return isYes ? undefined : 'nobody said yes to it';
}

/** Any order that ever had the address, or this one, whose address may just have changed. */
export function hasSaidYes(histories: Rest['histories'], email: string, own: OrderHistory): boolean {
  return [own, ...histories.values()].some(
    (history) => history.answer === true && (history === own || hadAddress(history, email)),
  );
}

/** Everybody whose orders had the address said yes each time, and nobody of them asked for no mail. */
export function surelyWants(rest: Rest, email: string): boolean {
  const { histories, mautic } = rest;
  const own = [...histories.values()].filter((history) => hadAddress(history, email));
  const isSilenced = mautic.contacts.byEmail(email).some(({ silencedAt }) => silencedAt !== undefined);
  if (wasAnswered(rest, email, false)) return false;
  return !isSilenced && own.every(({ answer }) => answer === true);
}

/** What the policy asks for, except what stands parked. */
function dueEffects(rest: Rest): readonly Effect[] {
  return [...rest.ledger].flatMap(([id, order]) => {
    const status = dueStatus(rest, id, order);
    if (status === undefined) return [];
    const seen = Object.keys(order.state.sights).filter((one) => rest.policy.notes.includes(one));
    const notes = seen.map((one) => ({ kind: 'note', id, status: one }) as const);
    const mails = Object.hasOwn(rest.policy.emails, status) ? [{ kind: 'email', id, status } as const] : [];
    return [...notes, ...mails].filter((effect) => isDue(rest, order, effect));
  });
}

/** The status that the bridge must know of an order that has notes and e-mails. */
function dueStatus(
  { shop, feeds, people, told, profiles, histories, early, ledger }: Rest,
  id: number,
  { state }: LedgerOrder,
): string | undefined {
  const { data, email } = state;
  // What was bought in one go is told once; a part of another buyer's order may be told or not.
  if (data?.parentId !== undefined) return undefined;
  // Nobody has a note who never did more than try to buy.
  if (![...ledger.values()].some(({ state: other }) => other.email === email && wasPlaced(other)))
    return undefined;
  if (!data || email === undefined || isGone(state)) return undefined;
  if (early && histories.get(id)?.unshown) return undefined;
  if (people.taken.has(email) || isParked(profiles, email)) return undefined;
  const status = told ? data.status : statusNow({ shop, feeds }, id);
  return status === 'trash' ? undefined : status;
}

/** Whether the order is surely new enough for the rule, and nobody has to look after it. */
function isDue(rest: Rest, { state, effects }: LedgerOrder, { kind, id, status }: Effect): boolean {
  if (kind === 'email' && !isTransactional(status) && !surelyWants(rest, state.email ?? '')) return false;
  const effect = effects[`${kind}:${status}`];
  if (effect?.state === 'parked' || effect?.reason === 'erased') return false;
  if (effect?.reason === 'do-not-contact' && wasOfUnwilling(rest, id, state.email)) return false;
  const createdAt = state.data?.createdAt ?? 0;
  const start = ruleStart(rest, (policy) =>
    kind === 'note' ? policy.notes.includes(status) : Object.hasOwn(policy.emails, status),
  );
  return createdAt > rest.since && (start === rest.deployed[0]?.at || createdAt > start + CHANGING_MS);
}

/** It was decided while it was the order of somebody else, who asked for no mail. */
function wasOfUnwilling({ histories, mautic }: Rest, id: number, email: string | undefined): boolean {
  const others = [...(histories.get(id)?.emails ?? [])].map(asAddress).filter((one) => one !== email);
  return others.some((other) =>
    mautic.contacts.byEmail(other).some(({ silencedAt }) => silencedAt !== undefined),
  );
}

/** When a rule began: the moment from which it always was in the policy. */
function ruleStart({ deployed }: Rest, has: (policy: Policy) => boolean): number {
  const after = deployed.findLastIndex(({ policy }) => !has(policy)) + 1;
  return deployed[after]?.at ?? Number.POSITIVE_INFINITY;
}
