import { isGone } from '../../lib/core/ledger/fold/order.ts';
import { type Comparable, comparable, NOTHING, wanted } from '../support/held.ts';
import { type ExpectedContact, expectedContacts } from '../support/oracle.ts';
import { ACT_TAG } from './act-rules.ts';
import { isOfForgotten } from './erased.ts';
import { judgeCart, mayHaveLeft, mustBeReminded, withVisitors } from './judge-carts.ts';
import { judgeConsent } from './judge-consent.ts';
import { judgeItems } from './judge-items.ts';
import { withHeldSubscriptions, withSubscriptions } from './judge-subscriptions.ts';
import type { Row } from './mautic-contacts.ts';
import { countingOf } from './policies.ts';
import { isParked, type Rest, type Verdict } from './rest.ts';
import {
  groundsOf,
  isFoundLate,
  isFoundWeekly,
  isGonePerson,
  neverBought,
  wasOrdered,
  wasPlaced,
} from './truth.ts';

/** Every contact of the shop is in Mautic, once and right, and whoever is no contact any more holds nothing of ours. */
export function judgeContacts(rest: Rest, verdict: Verdict): void {
  const expected = withVisitors(rest, expectedContacts(groundsOf(rest), countingOf(rest.policy)));
  for (const [email, contact] of expected)
    if (!isExcused(rest, email)) judgeContact(rest, verdict, { email, contact });
  for (const row of rest.mautic.contacts.rows.values())
    if (!expected.has(row.email)) judgeStranger(rest, verdict, row);
}

/** A contact that nothing in the shop calls for. Whose values a merge has kept, nobody can tell. */
function judgeStranger(rest: Rest, verdict: Verdict, row: Row): void {
  if (isExcused(rest, row.email) || isUnnoticed(rest, row)) return;
  judgeCart(rest, verdict, row);
  const held = heldBy(row);
  // Once the past is known it may have been replaced, and then been taken back.
  const nothings = [withPast(rest, row, NOTHING), ...(rest.pastIsMissing ? [] : [NOTHING])];
  const mayKeepName = rest.told === undefined && wasOrdered(rest.histories, row.email);
  if (mayKeepName || rest.people.winners.has(row.id)) loosely(verdict, { email: row.email, held, nothings });
  else if (nothings.every((nothing) => differs(held, nothing)))
    verdict.wrong.push(`contact ${row.email} is nobody's`);
}

/** Totals that somebody else wrote before the bridge came, and of a past that the ledger does not know, stay. */
function withPast({ past }: Pick<Rest, 'past'>, { id }: Row, right: Comparable): Comparable {
  return { ...right, fields: { ...right.fields, ...past.get(id) } };
}

/** Whose name or address a merge has kept nobody can tell, so it stays where the owner has none. */
function withKept(
  { people }: Pick<Rest, 'people'>,
  { row, held }: { readonly row: Row; readonly held: Comparable },
  right: Comparable,
): Comparable {
  if (!people.winners.has(row.id)) return right;
  const kept = Object.entries(held.fields).filter(
    ([alias]) => !alias.startsWith('mautic_') && right.fields[alias] === null,
  );
  return { ...right, fields: { ...right.fields, ...Object.fromEntries(kept) } };
}

function heldBy(row: Row): Comparable {
  const { fields, tags } = row;
  const held = comparable({
    fields: Object.fromEntries(fields),
    tags: [...tags].filter((tag) => !tag.startsWith('cart:') && !tag.startsWith(ACT_TAG)),
  });
  return withHeldSubscriptions(held, row);
}

/**
 * It holds what was written for another contact, which nobody has looked at since it was renamed or merged, or of
 * which nobody knows that it is there.
 */
function isUnnoticed(rest: Rest, row: Row): boolean {
  const { profiles, mautic, people } = rest;
  if (people.untraceable.has(row.id) || isOfForgotten(rest, row)) return true;
  return Object.values(profiles).some(
    ({ email, mauticId, removedAt }) =>
      mauticId !== undefined &&
      removedAt === undefined &&
      email !== row.email &&
      mautic.contacts.behind(mauticId)?.id === row.id,
  );
}

/** The bridge knows that the contact with this address stands there: another may have been given the address. */
function isRemembered({ profiles }: Rest, row: Row): boolean {
  return Object.values(profiles).some(
    ({ email, mauticId, removedAt }) => email === row.email && mauticId === row.id && removedAt === undefined,
  );
}

function isExcused(rest: Rest, email: string): boolean {
  if (isParked(rest.profiles, email)) return true;
  if (rest.told !== undefined) return false;
  return (rest.early && isFoundLate(rest, email)) || (!rest.weekly && isFoundWeekly(rest, email));
}

interface Wanted {
  readonly email: string;
  readonly contact: ExpectedContact;
}

function judgeContact(rest: Rest, verdict: Verdict, { email, contact }: Wanted): void {
  const rows = rest.mautic.contacts.byEmail(email);
  const [row] = rows;
  if (rows.length > 1) verdict.doubled.push(`contact ${email} stands ${String(rows.length)} times`);
  if (!row) {
    judgeMissing(rest, verdict, email);
    return;
  }
  if (isUnnoticed(rest, row) || (mayBeAbsent(rest, email) && !isRemembered(rest, row))) return;
  judgeReason(rest, verdict, email);
  const held = heldBy(row);
  // Once the past is known, what somebody else wrote of it is replaced.
  const past = rest.pastIsMissing ? rest : { past: new Map() };
  const right = withKept(
    rest,
    { row, held },
    withPast(past, row, withSubscriptions(rest, email, wanted(contact))),
  );
  if (rest.told === undefined && isGonePerson(rest, email))
    loosely(verdict, { email, held, nothings: [withPast(past, row, NOTHING)] });
  else if (differs(held, right)) verdict.wrong.push(`contact ${email}: ${difference(held, right)}`);
  judgeSegments(rest, verdict, { row, contact });
  judgeConsent(rest, verdict, row);
  judgeItems(rest, verdict, row);
  judgeCart(rest, verdict, row);
}

function judgeMissing(rest: Rest, verdict: Verdict, email: string): void {
  if (!mayBeAbsent(rest, email) || mustBeReminded(rest, email))
    verdict.lost.push(`contact ${email} is missing`);
}

/** Nobody is a contact who neither bought nor may have been reminded of what was left. */
function judgeReason(rest: Rest, verdict: Verdict, email: string): void {
  if (neverBought(rest, email) && !mayHaveLeft(rest, email))
    verdict.wrong.push(`contact ${email} never did more than try to buy`);
}

/** Of whom not all orders may be known, nobody is taken out of a segment because there are too few. */
function judgeSegments(
  { policy, mautic, pastIsMissing }: Rest,
  verdict: Verdict,
  { row, contact }: { readonly row: Row; readonly contact: ExpectedContact },
): void {
  const orders = Number(contact.fields['mautic_woo_order_count'] ?? 0);
  for (const { segment, minOrders = 0 } of policy.segments) {
    const isMember = mautic.segments.isIn(segment, row);
    if (isMember !== orders >= minOrders && !(pastIsMissing && isMember))
      verdict.wrong.push(`contact ${row.email} is ${isMember ? '' : 'not '}in segment ${String(segment)}`);
  }
}

/** People took it away and nothing was ordered since; or all its orders were gone before anybody looked. */
function mayBeAbsent(rest: Rest, email: string): boolean {
  if (rest.told === undefined && isGonePerson(rest, email)) return true;
  const taken = rest.people.taken.get(email) ?? 0;
  const isAccount = [...rest.shop.records.customers.values()].some((customer) => customer.email === email);
  if (taken === 0 && isAccount) return false;
  return ![...rest.ledger.values()].some(
    ({ state }) =>
      state.email === email &&
      (taken === 0 || !isGone(state)) &&
      (state.data?.createdAt ?? 0) > taken &&
      wasPlaced(state),
  );
}

interface Remains {
  readonly email: string;
  readonly held: Comparable;
  /** Any of these is right. */
  readonly nothings: readonly Comparable[];
}

/** What is left of a person whose orders are all gone: nothing of the orders. */
function loosely(verdict: Verdict, { email, held, nothings }: Remains): void {
  const orderFields = ['mautic_woo_order_data', 'mautic_woo_total_spent', 'mautic_woo_order_count'];
  const lefts = nothings.map((nothing) => [
    ...orderFields.filter((alias) => held.fields[alias] !== nothing.fields[alias]),
    ...held.tags,
  ]);
  const [left = []] = lefts;
  if (lefts.every(({ length }) => length > 0))
    verdict.wrong.push(`contact ${email} keeps ${left.join(', ')}`);
}

function differs(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}

function difference(held: Comparable, right: Comparable): string {
  const aliases = Object.keys(right.fields).filter((alias) =>
    differs(held.fields[alias], right.fields[alias]),
  );
  const fields = aliases.map(
    (alias) =>
      `${alias} ${JSON.stringify(held.fields[alias])} instead of ${JSON.stringify(right.fields[alias])}`,
  );
  const tags = differs(held.tags, right.tags)
    ? [`tags ${held.tags.join(' ')} instead of ${right.tags.join(' ')}`]
    : [];
  return [...fields, ...tags].join('; ');
}
