import { asAddress, saidBy } from '../support/oracle.ts';
import { REACH } from './act-rules.ts';
import { endedBefore } from './judge-follow-ups.ts';
import { isTroubled } from './occasions.ts';
import { countingOf } from './policies.ts';
import type { Rest, Verdict } from './rest.ts';
import type { OrderHistory } from './shop-life.ts';
import { groundsOf, hadAddress } from './truth.ts';

const DAY = 86_400_000;
/** What an instance of `sync` is doing it has read so long ago at most. */
const READ_BEFORE_MS = 20 * 60_000;
/** So long it takes to reach everybody: all have a day, and who finds no place on it has another. */
const REACHED_WITHIN_MS = 10 * DAY;

type Mail = Rest['mautic']['sent'][number];

/**
 * A rule that reaches everybody: whoever bought last before the connection hears of it once, nobody of an order that was
 * not their last, and on no day more than so many of them.
 */
export function judgeReach(rest: Rest, verdict: Verdict): void {
  if (!rest.reaching) return;
  const sent = rest.mautic.sent.filter(({ emailId }) => emailId === REACH.template);
  for (const mail of sent) {
    const complaint = complaintAbout(rest, mail);
    if (complaint !== undefined) verdict.wrong.push(`${nameOf(mail.order)}: ${complaint}`);
  }
  for (const [order, mails] of Map.groupBy(sent, (mail) => mail.order))
    if (mails.length > 1) verdict.doubled.push(`${nameOf(order)}: ${String(mails.length)}`);
  judgeDays(rest, verdict, sent);
  const reached = new Set(sent.map(({ order }) => order));
  const owed = [...lastPurchases(rest)].filter((order) => !reached.has(order));
  verdict.lost.push(...owed.map(nameOf));
}

function nameOf(order: string): string {
  return `e-mail ${REACH.id} of ${order}`;
}

function judgeDays(rest: Rest, verdict: Verdict, sent: readonly Mail[]): void {
  const old = sent.filter(({ order }) => (createdAt(rest, order) ?? 0) <= rest.since);
  for (const [day, mails] of Map.groupBy(old, ({ askedAt }) => Math.floor(askedAt / DAY)))
    if (mails.length > REACH.perDay)
      verdict.wrong.push(
        `${String(mails.length)} of before were reached on ${new Date(day * DAY).toISOString()}`,
      );
}

function createdAt({ histories }: Rest, order: string): number | undefined {
  return histories.get(Number(order))?.createdAt;
}

function complaintAbout(rest: Rest, mail: Mail): string | undefined {
  const { order, askedAt, email } = mail;
  const history = rest.histories.get(Number(order));
  const counted = history && firstCounted(rest, history);
  if (!history || counted === undefined) return 'nobody bought it';
  const begun = Math.max(Math.floor(counted / 1000) * 1000, 0) + REACH.after;
  if (askedAt < begun || askedAt < rest.since) return 'too early';
  if (endedBefore(rest, { rule: REACH, order, askedAt }, history)) return 'the order had come to its end';
  if (!hadAddress(history, email) && mail.strayedMs === undefined) return `it reached ${email}`;
  return wasFollowed(rest, mail, history) ? 'it was not the last purchase' : undefined;
}

/** When it, or an order that it was split into, was first in a status that counts by any policy, or was paid, epoch ms. */
function firstCounted(rest: Rest, whole: OrderHistory): number | undefined {
  const statuses = rest.deployed.flatMap(({ policy }) => policy.countedStatuses);
  const parts = [...rest.histories.values()].filter(
    ({ parentId }) => parentId !== undefined && rest.histories.get(parentId) === whole,
  );
  const [first] = [whole, ...parts]
    .flatMap(({ changes }) => changes)
    .filter(({ status }) => [...statuses, 'delivered', 'shipped'].includes(status))
    .sort((a, b) => a.at - b.at);
  // Of what was paid it is not said when.
  return first && Math.min(first.at, whole.createdAt);
}

/** The bridge had heard long before that the same person bought again; of nobody's order anybody else ever had. */
function wasFollowed(rest: Rest, { askedAt, email }: Mail, history: OrderHistory): boolean {
  const later = [...rest.histories].filter(
    ([, other]) =>
      other.createdAt > history.createdAt &&
      other.emails.size === 1 &&
      hadAddress(other, email) &&
      isCounted(rest, other) &&
      !other.unshown,
  );
  return later.some(([id]) =>
    rest.taken.some(({ topic, body, takenAt }) => {
      if (!topic.startsWith('order.') || takenAt > askedAt - READ_BEFORE_MS) return false;
      const told = JSON.parse(body) as { readonly id: number; readonly parent_id?: number };
      return told.id === id && !told.parent_id;
    }),
  );
}

/** Always, by every policy there was. */
function isCounted({ deployed }: Rest, { changes, erased }: OrderHistory): boolean {
  if (erased) return false;
  return changes.every(({ status }) =>
    deployed.every(({ policy }) => policy.countedStatuses.includes(status)),
  );
}

/** The last purchase of each person of whom all is known, where that must have been told of by now. */
function lastPurchases(rest: Rest): ReadonlySet<string> {
  if (rest.early || rest.now < rest.calmSince + REACHED_WITHIN_MS) return new Set();
  const { orders, gone } = saidBy(groundsOf(rest), countingOf(rest.policy));
  const owed = new Set<string>();
  for (const [email, own] of Map.groupBy(orders, (order) => asAddress(order.billing.email))) {
    if (email === '' || isTroubled(rest, email)) continue;
    const histories = own.flatMap(({ id }) => rest.histories.get(id) ?? []);
    const isPlain = [...rest.histories.values()]
      .filter((history) => hadAddress(history, email))
      .every((history) => isOpen(history) && histories.includes(history));
    if (!isPlain || own.some(({ id, parent_id: parent }) => parent || !isKnown(rest, id))) continue;
    const counted = own.filter(
      ({ id, status }) => !gone.has(id) && rest.policy.countedStatuses.includes(status),
    );
    const isSure = own.every(
      (order) => counted.includes(order) || UNCOUNTED.includes(order.status) || gone.has(order.id),
    );
    const [last, ...others] = counted
      .map(({ id }) => ({ id, at: rest.histories.get(id)?.createdAt ?? 0 }))
      .sort((a, b) => b.at - a.at);
    if (last && isSure && others.every(({ at }) => at < last.at)) owed.add(String(last.id));
  }
  return owed;
}

/** Statuses of which every policy says that they are no purchase, paid or not. */
const UNCOUNTED = ['pending', 'on-hold', 'cancelled', 'failed', 'refunded', 'trash'];

function isOpen({ emails, quiet, unshown, erased, parentId }: OrderHistory): boolean {
  return emails.size === 1 && !quiet && !unshown && !erased && parentId === undefined;
}

/** The ledger holds it, and it does not stand parked. */
function isKnown({ ledger }: Rest, id: number): boolean {
  const order = ledger.get(id);
  return order?.state.data !== undefined && order.effects[`followup:${REACH.id}`]?.state !== 'parked';
}
