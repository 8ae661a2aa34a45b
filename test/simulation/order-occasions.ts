import { FEED_IDS } from '../support/feed-orders.ts';
import { asAddress, expectedContacts, saidBy } from '../support/oracle.ts';
import type { ActConditions, ActRule } from './act-rules.ts';
import { asKnown, isOfErased, isReachedLater } from './erased.ts';
import { FEED_STORE } from './feed-shop.ts';
import { isForgotten } from './judge-effects.ts';
import { ENDS, endedBefore } from './judge-follow-ups.ts';
import {
  type Done,
  effectOf,
  isOlder,
  isSurelyNew,
  isTroubled,
  KNOWN_WITHIN_MS,
  nextAt,
  type Occasion,
} from './occasions.ts';
import { countingOf } from './policies.ts';
import type { Rest } from './rest.ts';
import type { OrderHistory } from './shop-life.ts';
import { groundsOf, hadAddress, isPart } from './truth.ts';

const MINUTE = 60_000;
/** Between what happens in a shop and what the bridge makes of it. */
const HEARD_WITHIN_MS = 30 * MINUTE;
/** Whose an id is was seen a while before something is done by it. */
const JUST_MOVED_MS = 35_000;

/** An order for which a rule may have done its work some time. */
interface OfOrder {
  readonly rule: ActRule;
  readonly id: number;
  readonly history: OrderHistory;
  readonly due: Occasion['due'];
}

/** Orders that were in a status some time. */
export function ordersIn(rest: Rest, rule: ActRule, status: string): readonly Occasion[] {
  return [...rest.histories].flatMap(([id, history]) => {
    const [first] = history.changes.filter((change) => change.status === status);
    if (!first || isOlder(rest, rule, history.createdAt)) return [];
    const seen = () => wasSeen(rest, id, status);
    return [orderOccasion(rest, { rule, id, history, first: first.at }, seen)];
  });
}

/** Orders of which something was given back; no store says when the first of it was. */
export function refundedOrders(rest: Rest, rule: ActRule): readonly Occasion[] {
  return ordersOf(rest, rule, (id) => {
    const body = knownOf(rest).orders.get(id);
    const is = body !== undefined && body.refunds.length > 0;
    return { may: is, begun: is };
  });
}

/** The other store does not say of which status its parcels are. */
export function deliveredOrders(rest: Rest, rule: ActRule): readonly Occasion[] {
  return ordersOf(rest, rule, (id, { statuses }) => ({
    may: statuses.has('delivered'),
    begun: id < FEED_IDS && wasSeen(rest, id, 'delivered'),
  }));
}

/** Orders that were a purchase some time. */
export function boughtOrders(
  rest: Rest,
  rule: ActRule,
  isMeant: (history: OrderHistory) => boolean = () => true,
): readonly Occasion[] {
  const counting = rest.deployed.map(({ policy }) => policy.countedStatuses);
  const parts = [...rest.histories.values()];
  return ordersOf(rest, rule, (id, history) => ({
    // Whichever part of it was; a status of the shop's own counts where it was paid.
    may:
      isMeant(history) &&
      [history, ...parts.filter(({ parentId }) => parentId === id)]
        .flatMap(({ statuses }) => [...statuses])
        .some((one) => one === 'delivered' || counting.some((counted) => counted.includes(one))),
    begun: counting.every((counted) => counted.includes(knownOf(rest).orders.get(id)?.status ?? '')),
  }));
}

/** Those with any coupon, or with this one, whatever its case. */
export function boughtWith(rest: Rest, rule: ActRule, code?: string): readonly Occasion[] {
  const isIt = (own: string) => code === undefined || own.toLowerCase() === code.toLowerCase();
  return boughtOrders(rest, rule, ({ coupons = [] }) => coupons.some(isIt));
}

function ordersOf(
  rest: Rest,
  rule: ActRule,
  look: (id: number, history: OrderHistory) => { readonly may: boolean; readonly begun: boolean },
): readonly Occasion[] {
  return [...rest.histories].flatMap(([id, history]) => {
    const { may, begun } = look(id, history);
    if (!may || isOlder(rest, rule, history.createdAt)) return [];
    return [orderOccasion(rest, { rule, id, history, first: history.createdAt }, () => begun)];
  });
}

/** @param begun whether the bridge has surely seen what begins the rule */
export function orderOccasion(
  rest: Rest,
  { rule, id, history, first }: Omit<OfOrder, 'due'> & { readonly first: number },
  begun: () => boolean,
): Occasion {
  const [store, own] = id > FEED_IDS ? [FEED_STORE, id - FEED_IDS] : ['demo', id];
  const dueAfter = (at: number) => nextAt(at + rule.after, rule, store);
  const due = { first: dueAfter(Math.floor(first / 1000) * 1000), last: dueAfter(history.changedAt) };
  const order: OfOrder = { rule, id, history, due };
  return {
    name: `${store}/${String(own)}`,
    due,
    isOf: (email) => hadAddress(history, email),
    isSure: !isHidden(history),
    isSteady: history.emails.size === 1,
    owedTo: () => (begun() ? owedTo(rest, order) : undefined),
    mayStand: () => mayStand(rest, order),
    complaintAbout: (done) => complaintAbout(rest, order, done),
  };
}

function owedTo(rest: Rest, order: OfOrder): string | undefined {
  const { rule, id, history, due } = order;
  const body = knownOf(rest).orders.get(id);
  if (!body || rest.early || rest.now < due.last + KNOWN_WITHIN_MS || isHidden(history)) return undefined;
  if (history.parentId !== undefined || rest.ledger.get(id)?.state.data?.parentId !== undefined)
    return undefined;
  const email = asAddress(body.billing.email);
  if (email === '' || isTroubled(rest, email) || !isSurelyNew(rest, rule, history.createdAt))
    return undefined;
  if (ENDS.includes(body.status) || isGone(rest, body)) return undefined;
  if (rest.ledger.get(id)?.effects[effectOf(rule)]?.state === 'parked') return undefined;
  return holds(rest, order) === 'yes' ? email : undefined;
}

/** Nothing tells of what became of it last. */
export function isHidden({ quiet, unshown, erased }: OrderHistory): boolean {
  return quiet || unshown || erased;
}

/** It is in that status, or a delivery that the bridge took said that it was. */
function wasSeen(rest: Rest, id: number, status: string): boolean {
  const { orders, seen } = knownOf(rest);
  return orders.get(id)?.status === status || seen.has(`${String(id)} ${status}`);
}

/** The order is there, and had come to no end when it was due. */
function mayStand(rest: Rest, order: OfOrder): boolean {
  const { id, history, due } = order;
  if (rest.now < due.first || isOfErasedBuyer(rest, history)) return false;
  if (isHidden(history)) return true;
  const body = knownOf(rest).orders.get(id);
  if (!body || holds(rest, order) === 'no') return body === undefined;
  if (isGone(rest, body)) return rest.early;
  return !(ENDS.includes(body.status) && history.changedAt + HEARD_WITHIN_MS < due.first);
}

function isGone(rest: Rest, { id, status }: Body): boolean {
  return status === 'trash' || knownOf(rest).gone.has(id);
}

function isOfErasedBuyer(rest: Rest, { emails, createdAt }: OrderHistory): boolean {
  return [...emails].every((typed) => isOfErased(rest, typed, createdAt));
}

function complaintAbout(rest: Rest, order: OfOrder, done: Done): string | undefined {
  const { rule, id, history } = order;
  const { askedAt, email, strayedMs = 0 } = done;
  if (!isAboutEnd(order) && endedBefore(rest, { rule, order: String(id), askedAt }, history))
    return 'the order had come to its end';
  if (isPart(history, rest.histories.get(history.parentId ?? 0))) return 'part of another order';
  if (isForgotten(rest, done, history)) return `${email} was erased before`;
  if (holds(rest, order) === 'no') return 'its condition does not hold';
  const known = isReachedLater(rest, done) ? asKnown(rest).histories.get(id) : history;
  return known && !hadAddress(known, email) && strayedMs > JUST_MOVED_MS ? `it reached ${email}` : undefined;
}

/** What was given back is no end for a rule about that. */
function isAboutEnd({ rule, history }: OfOrder): boolean {
  return rule.on === 'refund' && history.changes.at(-1)?.status === 'refunded';
}

type Answer = 'yes' | 'no' | 'perhaps';

/** Whether the conditions of its rule hold, by what the shop is at the end: nothing changes any more when it is due. */
function holds(rest: Rest, { rule, id, history }: OfOrder): Answer {
  const when = conditionsOf(rule);
  const body = knownOf(rest).orders.get(id);
  if (!when) return 'yes';
  if (!body || isHidden(history)) return 'perhaps';
  const answers = [totalHolds(when, body), categoriesHold(rest, when, body), countHolds(rest, when, id)];
  if (answers.includes('no')) return 'no';
  return answers.includes('perhaps') ? 'perhaps' : 'yes';
}

/** A total that begins a rule is one. */
function conditionsOf({ on, when }: ActRule): ActConditions | undefined {
  const isOfTotal = typeof on === 'object' && 'orderTotal' in on;
  return isOfTotal ? { totalAbove: on.orderTotal } : when;
}

function totalHolds({ totalAbove }: ActConditions, { total }: Body): Answer {
  return totalAbove === undefined || Number(total) > Number(totalAbove) ? 'yes' : 'no';
}

/** Of a product that nobody described nobody knows. */
function categoriesHold(rest: Rest, { categories: wanted }: ActConditions, { line_items }: Body): Answer {
  if (!wanted) return 'yes';
  const { categories } = knownOf(rest);
  const slugs = line_items.flatMap(({ product_id: id }) => categories.get(id) ?? []);
  if (slugs.some((slug) => wanted.includes(slug))) return 'yes';
  return line_items.every(({ product_id: id }) => categories.has(id)) ? 'no' : 'perhaps';
}

/** How often somebody bought whose orders had other addresses nobody can say. */
function countHolds(rest: Rest, { ordersAbove }: ActConditions, id: number): Answer {
  if (ordersAbove === undefined) return 'yes';
  const { orders, counts } = knownOf(rest);
  const email = asAddress(orders.get(id)?.billing.email ?? '');
  const own = [...rest.histories.values()].filter(({ emails }) =>
    [...emails].some((typed) => asAddress(typed) === email),
  );
  const isPlain = own.every((history) => history.emails.size === 1 && !isHidden(history));
  if (!isPlain || rest.pastIsMissing) return 'perhaps';
  return (counts.get(email) ?? 0) > ordersAbove ? 'yes' : 'no';
}

/** What the bridge must know of an order, amounts in cents without what was given back. */
export function saidOf(rest: Rest, id: number) {
  const body = knownOf(rest).orders.get(id);
  if (!body) return undefined;
  const [store, own] = id > FEED_IDS ? [FEED_STORE, id - FEED_IDS] : ['demo', id];
  const amounts = [body.total, ...body.refunds.map(({ total }) => total)];
  return {
    name: `${store}/${String(own)}`,
    at: Date.parse(`${body.date_created_gmt}Z`),
    status: body.status,
    currency: body.currency,
    amount: amounts.reduce((sum, amount) => sum + Math.round(Number(amount) * 100), 0),
    isGone: isGone(rest, body),
  };
}

type Body = ReturnType<typeof saidBy>['orders'][number];

/** What the bridge must know of the stores. */
interface Known {
  readonly orders: ReadonlyMap<number, Body>;
  readonly gone: ReadonlySet<number>;
  readonly categories: ReadonlyMap<number, readonly string[]>;
  /** Address → how many of its orders count. */
  readonly counts: ReadonlyMap<string, number>;
  /** Statuses that a delivery told of which was taken, as `12 completed`. */
  readonly seen: ReadonlySet<string>;
}

const known = new WeakMap<Rest, Known>();

function knownOf(rest: Rest): Known {
  const found = known.get(rest) ?? reckon(rest);
  known.set(rest, found);
  return found;
}

function reckon(rest: Rest): Known {
  const counting = countingOf(rest.policy);
  const grounds = groundsOf(rest);
  const { orders, gone, categories } = saidBy(grounds, counting);
  const contacts = [...expectedContacts(grounds, counting)];
  const told = rest.taken.filter(({ topic }) => topic.startsWith('order.'));
  return {
    orders: new Map(orders.map((order) => [order.id, order])),
    gone,
    categories,
    counts: new Map(
      contacts.map(([email, { fields }]) => [email, Number(fields['mautic_woo_order_count'] ?? 0)]),
    ),
    seen: new Set(
      told.map(({ body }) => {
        const { id, status = '' } = JSON.parse(body) as { readonly id: number; readonly status?: string };
        return `${String(id)} ${status}`;
      }),
    ),
  };
}
