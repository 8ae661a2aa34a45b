import { asAddress } from '../support/oracle.ts';
import { asKnown, isReachedLater } from './erased.ts';
import { cartsIn, type ToldCart, toldCarts, wasAnswered } from './left-carts.ts';
import type { Joining } from './mautic-segments.ts';
import type { Rest, Verdict } from './rest.ts';
import type { OrderHistory } from './shop-life.ts';
import { hadAddress } from './truth.ts';
import { LEFT } from './visited-policies.ts';

/** What an instance of `sync` is doing it has read so long ago at most. */
const READ_BEFORE_MS = 20 * 60_000;
const ATTEMPTS = ['pending', 'failed', 'cancelled', 'checkout-draft', 'trash'];

/** Nobody is reminded who left nothing, never agreed, has bought since, or whose address was corrected. */
export function judgeReminders(rest: Rest, verdict: Verdict): void {
  if (!rest.visited) return;
  const known = asKnown(rest);
  for (const joining of rest.mautic.segments.joinings.filter(({ segment }) => segment === LEFT)) {
    const isLater = isReachedLater(rest, { email: joining.email, askedAt: joining.at });
    const complaint = complaintAbout(isLater ? known : rest, joining);
    if (complaint !== undefined) verdict.wrong.push(`${joining.email} was reminded of a cart: ${complaint}`);
  }
}

function complaintAbout(rest: Rest, joining: Joining): string | undefined {
  if (joining.isMoved || rest.people.given.has(joining.email)) return undefined;
  const orders = [...rest.histories.values()].filter((history) => hadAddress(history, joining.email));
  const words = toldCarts(rest).filter(({ email }) => asAddress(email) === joining.email);
  if (orders.length + words.length === 0) return 'it left none';
  if (!mayAgree(rest, joining, orders)) return 'nobody said yes to it';
  const times = touches({ orders, words, before: joining.at });
  if (joining.at < Math.min(...times) + soonest(rest)) return 'it had only just begun';
  const lastTouch = Math.max(...times);
  if (purchasesKnown(rest, joining).some((bought) => bought > lastTouch)) return 'it had bought since';
  return orders.length === 0 && wasCorrected(rest, joining) ? 'the address was corrected' : undefined;
}

/** Some policy asked for no yes, or somebody said it. */
function mayAgree(rest: Rest, { email, at }: Joining, orders: readonly OrderHistory[]): boolean {
  const policies = rest.deployed.filter((one) => one.at <= at).map(({ policy }) => policy.carts);
  if (policies.some((carts) => carts?.consent === 'not-required')) return true;
  return orders.some(({ answer }) => answer === true) || wasAnswered(rest, email, true);
}

interface Touched {
  readonly orders: readonly OrderHistory[];
  readonly words: readonly ToldCart[];
  /** Epoch ms. */
  readonly before: number;
}

function touches({ orders, words, before }: Touched): readonly number[] {
  const ofOrders = orders.flatMap(({ createdAt, changes }) => [
    createdAt,
    ...changes.filter(({ status }) => ATTEMPTS.includes(status)).map(({ at }) => at),
  ]);
  const times = [...ofOrders, ...words.map(({ updated_at: at }) => Date.parse(at))];
  return times.filter((time) => time <= before);
}

/** How long nobody must have touched it, by any policy there was. */
function soonest({ deployed }: Rest): number {
  return Math.min(...deployed.map(({ policy }) => policy.carts?.after ?? Number.POSITIVE_INFINITY));
}

/** When it bought what the bridge knew of in time, epoch ms; of an order that somebody else had, too, nobody is sure. */
function purchasesKnown({ taken, histories }: Rest, { email, at }: Joining): readonly number[] {
  const known = taken.filter(
    ({ topic, takenAt }) => topic.startsWith('order.') && takenAt < at - READ_BEFORE_MS,
  );
  return known.flatMap(({ body }) => {
    const order = JSON.parse(body) as ToldOrder;
    if (order.billing === undefined || asAddress(order.billing.email) !== email) return [];
    if (order.of !== undefined || ATTEMPTS.includes(order.status)) return [];
    if ((histories.get(order.id)?.emails.size ?? 0) > 1) return [];
    return [
      Math.max(
        ...[order.date_created_gmt, order.date_paid_gmt ?? ''].map((date) => Date.parse(`${date}Z`) || 0),
      ),
    ];
  });
}

interface ToldOrder {
  readonly id: number;
  /** Of another store. */
  readonly of?: number;
  readonly status: string;
  readonly billing?: { readonly email: string };
  readonly date_created_gmt: string;
  readonly date_paid_gmt: string | null;
}

/** All its carts had another address by then, as far as was known in time. */
function wasCorrected({ taken }: Rest, { email, at }: Joining): boolean {
  const known = cartsIn(taken.filter(({ takenAt }) => takenAt < at - READ_BEFORE_MS));
  const own = known.filter((cart) => asAddress(cart.email) === email);
  return (
    own.length > 0 &&
    own.every((cart) =>
      known.some(
        (later) => later.id === cart.id && later.revision > cart.revision && asAddress(later.email) !== email,
      ),
    )
  );
}
