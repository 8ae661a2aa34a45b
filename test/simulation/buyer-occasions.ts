import { FEED_IDS } from '../support/feed-orders.ts';
import { asAddress } from '../support/oracle.ts';
import { type ActRule, CLOCK, MARKER } from './act-rules.ts';
import { FEED_STORE } from './feed-shop.ts';
import type { Occasion } from './occasions.ts';
import { isTroubled } from './occasions.ts';
import { boughtOrders, isHidden, saidOf } from './order-occasions.ts';
import type { Rest } from './rest.ts';
import { hadAddress } from './truth.ts';

/** What a contact hears of once, by all that it bought. */
type OnPast =
  | 'repeat-purchase'
  | { readonly totalOrders: { readonly above?: number; readonly equal?: number } }
  | { readonly totalPurchases: { readonly above: string } }
  | { readonly date: string };

/** A purchase, as everybody knows it at the end. */
interface Purchase {
  readonly name: string;
  /** Epoch ms. */
  readonly at: number;
  readonly currency: string;
  /** Cents, without what was given back. */
  readonly amount: number;
}

/** Whether a rule's condition is about everything that somebody bought. */
export function isOnPast(on: ActRule['on']): on is OnPast {
  if (typeof on === 'string') return on === 'repeat-purchase';
  return 'totalOrders' in on || 'totalPurchases' in on || 'date' in on;
}

/** Orders that were a purchase some time, of which one at most is told of to each contact. */
export function countedOrders(rest: Rest, rule: ActRule, on: OnPast): readonly Occasion[] {
  const isOnDay = typeof on === 'object' && 'date' in on;
  return boughtOrders(rest, rule).map((occasion) => {
    const email = ownerOf(rest, occasion.name);
    const purchases = email === undefined ? undefined : purchasesOf(rest, email);
    const begins = purchases && beginning(on, purchases).has(occasion.name);
    return {
      ...occasion,
      due: isOnDay ? dueOn(on.date, rule, occasion) : occasion.due,
      // It waits for the past, which may become known late.
      isSure: isOnDay && occasion.isSure,
      owedTo: () => (begins && !isTold(rest, rule, email ?? '') ? occasion.owedTo() : undefined),
      complaintAbout: (done) =>
        begins === false ? 'it is not the one that begins it' : occasion.complaintAbout(done),
    };
  });
}

/** At midnight of its shop. */
function dueOn(date: string, { after }: ActRule, { name }: Occasion): Occasion['due'] {
  const ahead = name.startsWith(FEED_STORE) ? 0 : CLOCK.aheadMs;
  const at = Date.parse(`${date}T00:00:00Z`) - ahead + after;
  return { first: at, last: at };
}

function isTold({ mautic }: Rest, { id }: ActRule, email: string): boolean {
  return mautic.notes.some((note) => note.email === email && MARKER.exec(note.text)?.[2] === id);
}

/** Names of the purchases that begin it, in whichever of them it is told. */
function beginning(on: OnPast, purchases: readonly Purchase[]): ReadonlySet<string> {
  const meant = purchases.filter((_purchase, index) => isMeant(on, purchases.slice(0, index + 1), purchases));
  return new Set(meant.map(({ name }) => name));
}

/** @param upTo all purchases up to this one */
function isMeant(on: OnPast, upTo: readonly Purchase[], all: readonly Purchase[]): boolean {
  const count = upTo.length;
  if (on === 'repeat-purchase') return count > 1;
  if ('date' in on) return count === all.length;
  if ('totalOrders' in on) {
    const { above = 0, equal = count } = on.totalOrders;
    return count > above && count === equal;
  }
  const currency = upTo.at(-1)?.currency;
  const own = upTo.filter((purchase) => purchase.currency === currency);
  const spent = own.reduce((sum, { amount }) => sum + amount, 0);
  return spent > Number(on.totalPurchases.above) * 100;
}

function idOf(name: string): number {
  const own = Number(name.slice(name.indexOf('/') + 1));
  return name.startsWith(FEED_STORE) ? FEED_IDS + own : own;
}

/** Whose an order is that ever had two addresses nobody can say. */
function ownerOf(rest: Rest, name: string): string | undefined {
  const [typed = '', ...others] = rest.histories.get(idOf(name))?.emails ?? [];
  return others.length > 0 || typed === '' ? undefined : asAddress(typed);
}

/** Of all statuses only these say by themselves whether somebody has bought. */
const CERTAIN = ['pending', 'on-hold', 'cancelled', 'failed', 'refunded', 'trash'];

const known = new WeakMap<Rest, Map<string, readonly Purchase[] | undefined>>();

function purchasesOf(rest: Rest, email: string): readonly Purchase[] | undefined {
  const all = known.get(rest) ?? new Map<string, readonly Purchase[] | undefined>();
  known.set(rest, all);
  if (!all.has(email)) all.set(email, reckon(rest, email));
  return all.get(email);
}

/** Oldest first; `undefined` where anything of them is uncertain: whose they were, which of them count, what was before. */
function reckon(rest: Rest, email: string): readonly Purchase[] | undefined {
  if (rest.pastIsMissing || isTroubled(rest, email)) return undefined;
  const own = [...rest.histories].filter(([, history]) => hadAddress(history, email));
  const ids = new Set(own.map(([id]) => id));
  const hasParts = [...rest.histories.values()].some(({ parentId }) => ids.has(parentId ?? 0));
  const isPlain = own.every(
    ([, history]) => history.emails.size === 1 && history.parentId === undefined && !isHidden(history),
  );
  if (!isPlain || hasParts) return undefined;
  const orders = own.flatMap(([id]) => saidOf(rest, id) ?? []);
  const counting = rest.deployed.map(({ policy }) => policy.countedStatuses);
  const counted = orders.filter(
    ({ status, isGone }) => !isGone && counting.every((one) => one.includes(status)),
  );
  const isCertain = orders.every(
    (one) => counted.includes(one) || one.isGone || CERTAIN.includes(one.status),
  );
  const isOrdered = new Set(orders.map(({ at }) => at)).size === orders.length;
  return isCertain && isOrdered ? counted.toSorted((a, b) => a.at - b.at) : undefined;
}
