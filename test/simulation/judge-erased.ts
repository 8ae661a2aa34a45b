import { type ContactKey, normaliseEmail } from '../../lib/core/ledger/email.ts';
import { FEED_IDS } from '../support/feed-orders.ts';
import { asAddress } from '../support/oracle.ts';
import { cartsBegun, isOfErased } from './erased.ts';
import { FEED_STORE } from './feed-shop.ts';
import { RETIRED } from './judge-items.ts';
import type { Row } from './mautic-contacts.ts';
import type { Rest, Verdict } from './rest.ts';
import { hadAddress } from './truth.ts';

/** An instance of the version before may be at work this long after a deployment. */
const CHANGING_MS = 15 * 60_000;

/** Of everybody who was erased nothing is left of the time before, here and in Mautic. */
export function judgeErased(rest: Rest, verdict: Verdict): void {
  judgeTaken(rest, verdict);
  for (const [email, at] of rest.erased.at) {
    const person = personOf(rest, email, at);
    if (rest.profiles[person.key]?.forgottenAt !== at) verdict.lost.push(`the erasure of ${email}`);
    judgeRows(rest, verdict, person);
    judgeMautic(rest, verdict, person);
  }
}

/** Nothing is taken from anybody else, nor from whoever came back. */
function judgeTaken(rest: Rest, verdict: Verdict): void {
  for (const [id, { state }] of rest.ledger) {
    const { emails, createdAt } = rest.histories.get(id) ?? { emails: [], createdAt: 0 };
    const isErased = [...emails].some((typed) => isOfErased(rest, typed, createdAt));
    if (state.refused === 'erased' && !isErased)
      verdict.lost.push(`whose order ${String(id)} is, that nobody asked to forget`);
  }
}

interface Person {
  readonly email: string;
  readonly at: number;
  readonly key: ContactKey;
  /** An order or a cart that was begun since had the address. */
  readonly isBack: boolean;
}

function personOf(rest: Rest, email: string, at: number): Person {
  const address = normaliseEmail(email);
  if (!address.usable) throw new Error(`${email} was erased and is no address`);
  const isBack =
    [...cartsBegun(rest, email).values()].some((begun) => begun > at) ||
    [...rest.histories.values()].some(
      ({ createdAt, emails }) => createdAt > at && [...emails].some((typed) => asAddress(typed) === email),
    );
  return { email, at, key: address.key, isBack };
}

/** Words that were typed before stand nowhere; the address stands only where somebody came back. */
function judgeRows(rest: Rest, verdict: Verdict, person: Person): void {
  const words = wordsOf(rest, person);
  const born = bornAtByRow(rest, person);
  for (const [name, text] of rest.erased.rows) {
    const forbidden = words(name, born.get(name));
    if (forbidden.some((word) => text.includes(word)))
      verdict.wrong.push(`row ${name} still tells of ${person.email}, who was erased`);
  }
}

/** Rows of orders, carts and subscriptions → when what they are of was begun, or an order of a cart, epoch ms. */
function bornAtByRow(rest: Rest, { email }: Person): ReadonlyMap<string, number> {
  const { ledger, feeds } = rest;
  const subscriptions = [...(feeds?.shop.shown.records.subscriptions.values() ?? [])];
  return new Map([
    ...[...ledger].map(([id, { state }]) => [`states ${nameOf(id)}`, state.data?.createdAt ?? 0] as const),
    ...[...cartsBegun(rest, email)].map(([id, at]) => [`states cart/demo/${id}`, at] as const),
    ...cartsTried(rest, email),
    ...subscriptions.map(
      ({ id, createdAt }) => [`states subscription/${FEED_STORE}/${String(id)}`, createdAt] as const,
    ),
  ]);
}

/** Whoever tries a cart is one of those who must hear what becomes of it, whose ever the order is by now. */
function cartsTried({ ledger, histories }: Rest, email: string): readonly (readonly [string, number])[] {
  return [...ledger].flatMap(
    ([
      id,
      {
        state: { data },
      },
    ]) => {
      const history = histories.get(id);
      const isTheirs = history !== undefined && hadAddress(history, email);
      return isTheirs && data?.cartId !== undefined
        ? [[`states cart/demo/${data.cartId}`, data.createdAt] as const]
        : [];
    },
  );
}

/** Which words of a person may not stand in a row of the ledger, and of an order in one that was begun then (epoch ms). */
function wordsOf({ erased, feeds }: Rest, { email, at, key, isBack }: Person) {
  const own = [...erased.marks.typed].filter(([, typed]) => asAddress(typed.email) === email);
  const all = [email, ...own.map(([mark]) => mark)];
  const old = own.filter(([, typed]) => typed.at <= at).map(([mark]) => mark);
  return (row: string, bornAt: number | undefined): readonly string[] => {
    const isRecord = row.startsWith('states customer/');
    const isOwn = bornAt === undefined ? row.includes(key) || isRecord : bornAt > at;
    if (!isBack || !isOwn) return all;
    // Of whoever came back a customer record says what it always said, and with it what FluentCart takes from there.
    return isRecord || feeds ? [] : old;
  };
}

function nameOf(id: number): string {
  return id > FEED_IDS ? `order/${FEED_STORE}/${String(id - FEED_IDS)}` : `order/demo/${String(id)}`;
}

/** People may have given the address to a contact of somebody else. */
function judgeMautic(rest: Rest, verdict: Verdict, { email, at, key, isBack }: Person): void {
  const { mautic, people } = rest;
  const isGiven = ({ id }: Row) => people.given.has(email) || people.winners.has(id);
  if (!isBack && !mautic.contacts.byEmail(email).every(isGiven))
    verdict.wrong.push(`contact ${email} was erased and is in Mautic`);
  // What was left where nobody knew its fields is not asked about again.
  const first = rest.erased.first.get(email) ?? at;
  if (people.taken.has(email) || people.given.has(email) || !hadItemsSince(rest, first)) return;
  for (const { values } of mautic.items.all()) {
    const unique = String(values['orderkey'] ?? values['linekey']);
    const isOld = unique.endsWith(`/${key}`) && bornAt(rest, unique) <= at;
    if (isOld && !RETIRED.has(values['status']))
      verdict.wrong.push(`item ${unique} tells of ${email}, who was erased`);
  }
}

/** When the order of an item was begun, epoch ms. */
function bornAt({ ledger }: Rest, unique: string): number {
  const [store, id] = unique.split('/');
  return ledger.get(Number(id) + (store === FEED_STORE ? FEED_IDS : 0))?.state.data?.createdAt ?? 0;
}

/** Nobody knows the fields of an object that is no longer in the policy. */
function hadItemsSince({ deployed }: Rest, at: number): boolean {
  const before = deployed.findLastIndex((one) => one.at <= at - CHANGING_MS);
  return deployed.slice(Math.max(0, before)).every(({ policy }) => policy.customObjects !== undefined);
}
