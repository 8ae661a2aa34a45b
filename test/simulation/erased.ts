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
export function withoutErased(rest: Rest, said: readonly RawDelivery[]): readonly RawDelivery[] {
  if (rest.erased.at.size === 0) return said;
  return said.flatMap((one) => withoutPerson(rest, one) ?? []);
}

interface Body {
  readonly date_created_gmt?: string;
  readonly date_modified_gmt?: string | null;
  readonly billing?: object & { readonly email?: string };
  readonly email?: string;
}

function withoutPerson(rest: Rest, said: RawDelivery): RawDelivery | undefined {
  const body = JSON.parse(said.body) as Body;
  if (said.topic.startsWith('customer.') && body.email !== undefined)
    return isForgottenRecord(rest, body) ? undefined : said;
  if (said.topic.startsWith('subscription.'))
    return isOfErased(rest, body.email ?? '', momentOf(body.date_created_gmt)) ? undefined : said;
  const { billing } = body;
  if (!said.topic.startsWith('order.') || !billing) return said;
  const isGone = isOfErased(rest, billing.email ?? '', momentOf(body.date_created_gmt));
  return isGone ? { ...said, body: JSON.stringify({ ...body, billing: { ...billing, email: '' } }) } : said;
}

/** A record that changed since counts for whoever ordered since. */
function isForgottenRecord(rest: Rest, { email = '', ...body }: Body): boolean {
  const at = rest.erased.at.get(asAddress(email));
  if (at === undefined) return false;
  const hasReturned = [...rest.ledger.values()].some(
    ({ state }) => state.email === asAddress(email) && (state.data?.createdAt ?? 0) > at,
  );
  return !hasReturned || momentOf(body.date_modified_gmt ?? body.date_created_gmt) <= at;
}

function momentOf(withoutZone = ''): number {
  return Date.parse(`${withoutZone}Z`);
}

/** With what truly happened as far as anybody may still know it. */
export function asKnown(rest: Rest): Rest {
  if (rest.erased.at.size === 0) return rest;
  const known = (history: OrderHistory): OrderHistory => ({
    ...history,
    emails: new Set([...history.emails].filter((typed) => !isOfErased(rest, typed, history.createdAt))),
  });
  return { ...rest, histories: new Map([...rest.histories].map(([id, history]) => [id, known(history)])) };
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
