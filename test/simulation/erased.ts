import { LONGEST_RUN } from '../../lib/environment.ts';
import { asAddress, type RawDelivery } from '../support/oracle.ts';
import type { Rest } from './rest.ts';
import type { OrderHistory } from './shop-life.ts';

/** Whoever was at work when a person was erased may not have known. */
const UNDER_WAY_MS = LONGEST_RUN.sync * 1000;

/** Whether the person with this address was erased after that moment (epoch ms): what is of it is nobody's. */
export function isOfErased({ erased }: Pick<Rest, 'erased'>, typed: string, createdAt: number): boolean {
  return createdAt <= (erased.at.get(asAddress(typed)) ?? Number.NEGATIVE_INFINITY);
}

/** What the stores say, without whom it is about where that was erased since. */
export function withoutErased<Said extends RawDelivery>(rest: Rest, said: readonly Said[]): readonly Said[] {
  if (rest.erased.at.size === 0) return said;
  return said.flatMap((one) => withoutPerson(rest, one) ?? []);
}

interface Body {
  readonly date_created_gmt?: string;
  readonly date_modified_gmt?: string | null;
  readonly billing?: object & { readonly email?: string };
  readonly email?: string;
}

function withoutPerson<Said extends RawDelivery>(rest: Rest, said: Said): Said | undefined {
  const body = JSON.parse(said.body) as Body;
  const [kind] = said.topic.split('.');
  if (kind === 'customer') return isForgottenRecord(rest, body) ? undefined : said;
  if (kind === 'cart') return withoutVisitor(rest, said);
  const begun = momentOf(body.date_created_gmt);
  if (kind === 'subscription') return isOfErased(rest, body.email ?? '', begun) ? undefined : said;
  const isGone = kind === 'order' && isOfErased(rest, body.billing?.email ?? '', begun);
  return isGone
    ? { ...said, body: JSON.stringify({ ...body, billing: { ...body.billing, email: '' } }) }
    : said;
}

interface Cart {
  readonly id: string;
  readonly email?: string;
  readonly created_at?: string;
}

function withoutVisitor<Said extends RawDelivery>(rest: Rest, said: Said): Said {
  const cart = JSON.parse(said.body) as Cart;
  const isGone = isOfErased(rest, cart.email ?? '', Date.parse(cart.created_at ?? ''));
  return isGone ? { ...said, body: JSON.stringify({ ...cart, email: '' }) } : said;
}

/** When each cart was begun that ever had this address, epoch ms, by id. */
export function cartsBegun({ heard }: Pick<Rest, 'heard'>, email: string): ReadonlyMap<string, number> {
  const carts = heard
    .filter(({ topic }) => topic === 'cart.updated')
    .map(({ body }) => JSON.parse(body) as Cart);
  return new Map(
    carts.flatMap(({ id, email: typed = '', created_at: at = '' }) =>
      asAddress(typed) === email ? [[id, Date.parse(at)] as const] : [],
    ),
  );
}

/** A record that changed since counts for whoever ordered since. */
function isForgottenRecord(rest: Rest, { email = '', ...body }: Body): boolean {
  const at = rest.erased.at.get(asAddress(email));
  if (at === undefined) return false;
  const hasReturned =
    [...cartsBegun(rest, asAddress(email)).values()].some((begun) => begun > at) ||
    [...rest.ledger.values()].some(
      ({ state }) => state.email === asAddress(email) && (state.data?.createdAt ?? 0) > at,
    );
  return !hasReturned || momentOf(body.date_modified_gmt ?? body.date_created_gmt) <= at;
}

function momentOf(withoutZone = ''): number {
  return Date.parse(`${withoutZone}Z`);
}

const knowns = new WeakMap<Rest, Rest>();

/** With what truly happened as far as anybody may still know it. */
export function asKnown(rest: Rest): Rest {
  if (rest.erased.at.size === 0) return rest;
  const known = knowns.get(rest) ?? forgetful(rest);
  knowns.set(rest, known);
  return known;
}

function forgetful(rest: Rest): Rest {
  const known = (history: OrderHistory): OrderHistory => ({
    ...history,
    emails: new Set([...history.emails].filter((typed) => !isOfErased(rest, typed, history.createdAt))),
  });
  return {
    ...rest,
    histories: new Map([...rest.histories].map(([id, history]) => [id, known(history)])),
    heard: withoutErased(rest, rest.heard),
    taken: withoutErased(rest, rest.taken),
  };
}

/** Whether somebody was reached a while after they had been erased: then nothing of before is known. */
export function isReachedLater(
  { erased }: Rest,
  { email, askedAt }: { readonly email: string; readonly askedAt: number },
): boolean {
  return askedAt > (erased.at.get(email) ?? Number.POSITIVE_INFINITY) + UNDER_WAY_MS;
}

/** Somebody gave it another address before its person was erased: an erasure does not find it, and says so. */
export function isOfForgotten({ erased, people, mautic }: Rest, { id }: { readonly id: number }): boolean {
  const isMoved = people.winners.has(id) || mautic.contacts.movedAt.has(id);
  return isMoved && [...erased.at.keys()].some((email) => people.taken.has(email));
}
