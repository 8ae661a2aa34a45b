import { FEED_IDS } from '../support/feed-orders.ts';
import { asAddress } from '../support/oracle.ts';
import { asKnown, cartsBegun, isOfErased, isReachedLater } from './erased.ts';
import { FOLLOW_UPS, type FollowUpRule } from './follow-up-rules.ts';
import { followUpsSent, isOutOfPolicy, ruleStart, type Sent } from './judge-follow-ups.ts';
import { cartsIn, leftCarts, type ToldCart, toldCarts, wasAnswered } from './left-carts.ts';
import type { Rest, Verdict } from './rest.ts';
import { hadAddress } from './truth.ts';

const SECOND = 1000;
const DAY = 86_400_000;
/** What an instance of `sync` is doing it has read so long ago at most. */
const READ_BEFORE_MS = 20 * 60_000;
/** The shop was asked so long before the e-mail at most. */
const ASKED_BEFORE_MS = 3 * 60_000;
const JUST_MOVED_MS = 35_000;
/** What is due is sent within this time, however many others of the same contact come before it. */
const DONE_WITHIN_MS = 5 * DAY;
const CHANGING_MS = 15 * 60_000;
const ATTEMPTS = ['pending', 'failed', 'cancelled', 'checkout-draft', 'trash'];

/** Who left a cart is told once by each rule, neither too early nor after the purchase, at an address that still is its. */
export function judgeCartMails(rest: Rest, verdict: Verdict): void {
  if (!rest.visited) return;
  const sent = followUpsSent(rest).filter(({ rule }) => rule.on === 'cart');
  for (const mail of sent) {
    const complaint = isForgotten(rest, mail) ? 'who left it was erased before' : complaintAbout(rest, mail);
    if (complaint !== undefined) verdict.wrong.push(`${nameOf(rest, mail)} to ${mail.email}: ${complaint}`);
  }
  judgeOnce(rest, verdict, sent);
  const missing = due(asKnown(rest)).filter((one) => !sent.some((mail) => isOf(rest, mail, one)));
  verdict.lost.push(...missing.map(({ name }) => name));
}

/** One whose link says nothing is of a checkout that cannot be told; who tries to buy the cart of somebody else is told, too. */
function judgeOnce(rest: Rest, verdict: Verdict, sent: readonly Sent[]): void {
  const told = sent.filter(({ order }) => order !== '');
  for (const mails of Map.groupBy(told, (mail) => nameOf(rest, mail) + strangerOf(rest, mail)).values()) {
    const [first] = mails;
    if (first && mails.length > 1) verdict.doubled.push(`${nameOf(rest, first)}: ${String(mails.length)}`);
  }
}

/** Who placed an order under an address that its cart never had; empty where the cart may be theirs. */
function strangerOf(rest: Rest, { order }: Sent): string {
  const words = toldCarts(rest).filter(({ id }) => id === wholeOf(rest, order));
  const own = new Set(words.map(({ email }) => asAddress(email)));
  const [email = '', ...others] = [...(rest.histories.get(Number(order))?.emails ?? [])].map(asAddress);
  return own.size > 0 && others.length === 0 && !own.has(email) ? email : '';
}

interface Due {
  readonly name: string;
  readonly email: string;
  readonly rule: FollowUpRule;
}

/** An order that cannot be paid any more has no link. */
function isOf(rest: Rest, mail: Sent, { name, email, rule }: Due): boolean {
  if (mail.order !== '') return nameOf(rest, mail) === name;
  return mail.rule === rule && mail.email === email;
}

function nameOf(
  rest: Rest,
  { rule, order }: { readonly rule: FollowUpRule; readonly order: string },
): string {
  return `cart mail ${rule.id} of ${wholeOf(rest, order)}`;
}

/** Every try to buy a cart is an order of its own, and a reminder of the same. */
function wholeOf({ ledger }: Pick<Rest, 'ledger'>, order: string): string {
  return ledger.get(Number(order))?.state.data?.cartId ?? order;
}

function complaintAbout(world: Rest, mail: Sent): string | undefined {
  const rest = isReachedLater(world, mail) ? asKnown(world) : world;
  const { rule, email, askedAt, silencedMs = 0, strayedMs } = mail;
  if (strayedMs !== undefined || rest.people.given.has(email)) return undefined;
  if (silencedMs > JUST_MOVED_MS) return 'it reached somebody who asked for no mail';
  const isYes = wasAnswered(rest, email, true) || ordersOf(rest, email).some(({ answer }) => answer === true);
  if (!isYes) return 'nobody said yes to it';
  if (isOutOfPolicy(rest, mail)) return 'the rule is gone';
  const touches = touchesOf(rest, mail).filter((time) => time <= askedAt);
  if (touches.length === 0) return 'nobody left it';
  if (askedAt < Math.min(...touches) + rule.after) return 'too early';
  if (purchasesOf(rest, mail).some((time) => time > Math.max(...touches))) return 'it had bought since';
  return wasCorrected(rest, mail) ? 'the address was corrected' : undefined;
}

function ordersOf({ histories }: Rest, email: string) {
  return [...histories.values()].filter((history) => hadAddress(history, email));
}

/** Of the checkout that it is about, or of all of the address where nobody can tell, epoch ms. */
function touchesOf(rest: Rest, { order, email }: Sent): readonly number[] {
  const words = toldCarts(rest).filter(
    ({ id, email: typed }) => id === order || (order === '' && asAddress(typed) === email),
  );
  const numbers = [...rest.histories].filter(
    ([id, history]) => String(id) === order || (order === '' && hadAddress(history, email)),
  );
  return [
    ...words.map(({ updated_at: at }) => Date.parse(at)),
    ...numbers.flatMap(([, { createdAt, changes }]) => [
      createdAt,
      ...changes.filter(({ status }) => ATTEMPTS.includes(status)).map(({ at }) => at),
    ]),
  ];
}

/**
 * When the address bought in this shop, epoch ms: what the shop had to show when it was asked, or what the bridge had
 * been told long before where it has no keys. What cannot be shown, or had another address once, is left out.
 */
export function purchasesOf(
  rest: Rest,
  { email, askedAt }: Pick<Sent, 'email' | 'askedAt'>,
): readonly number[] {
  const known = askedAt - (rest.told ? READ_BEFORE_MS : ASKED_BEFORE_MS);
  return [...rest.histories].flatMap(([id, history]) => {
    if (id > FEED_IDS || history.emails.size > 1 || history.unshown || history.erased) return [];
    if (!hadAddress(history, email) || (rest.told && !wasTold(rest, id, known))) return [];
    const bought = history.changes.find(({ status }) => !ATTEMPTS.includes(status));
    if (!bought || bought.at > known) return [];
    // No body says when an order that nobody paid went on, and none says more than the second.
    const isPaid = rest.shop.orders.get(id)?.paidAt !== undefined;
    return [isPaid ? Math.floor(bought.at / SECOND) * SECOND : history.createdAt];
  });
}

/** A delivery that said it was bought was taken by then. */
function wasTold({ taken }: Rest, order: number, before: number): boolean {
  return taken.some(({ topic, body, takenAt }) => {
    if (takenAt > before || !topic.startsWith('order.')) return false;
    const { id, status } = JSON.parse(body) as { readonly id: number; readonly status?: string };
    return id === order && status !== undefined && !ATTEMPTS.includes(status);
  });
}

/** What was left had another address by then, as far as was known in time: the cart, or the one an order was made from. */
function wasCorrected(rest: Rest, mail: Sent): boolean {
  const { order, email, askedAt } = mail;
  const words = cartsIn(rest.taken.filter(({ takenAt }) => takenAt < askedAt - READ_BEFORE_MS));
  const [newest] = words.filter(({ id }) => id === wholeOf(rest, order)).sort(byRevision);
  if (wasTriedElsewhere(rest, mail)) return true;
  if (newest === undefined || asAddress(newest.email) === email) return false;
  return Date.parse(newest.updated_at) >= (rest.histories.get(Number(order))?.createdAt ?? 0);
}

/** The last who was known to have tried the same cart had another address, and did so after this one did anything. */
function wasTriedElsewhere(rest: Rest, { order, email, askedAt }: Sent): boolean {
  const cart = wholeOf(rest, order);
  const own = toldCarts(rest).filter(({ id, email: typed }) => id === cart && asAddress(typed) === email);
  const made = [...rest.ledger].flatMap(([number]) =>
    wholeOf(rest, String(number)) === cart ? (rest.histories.get(number) ?? []) : [],
  );
  const acted = [
    ...own.map(({ updated_at: at }) => Date.parse(at)),
    ...made.filter((history) => hadAddress(history, email)).map(({ createdAt }) => createdAt),
  ];
  const known = rest.taken.filter(({ takenAt }) => takenAt < askedAt - READ_BEFORE_MS).flatMap(tryIn);
  return known.some(
    (one) => one.cart === cart && one.email !== email && acted.every((at) => one.at - SECOND > at),
  );
}

/** What a delivery tells of somebody who tried to buy a cart. */
function tryIn({ topic, body }: Rest['taken'][number]) {
  if (!topic.startsWith('order.')) return [];
  const { status, billing, meta_data: meta = [], date_created_gmt: at = '' } = JSON.parse(body) as OrderTold;
  const cart = meta.find(({ key }) => key === '_mcb_cart_id')?.value;
  if (!billing || !ATTEMPTS.includes(status ?? '') || cart === undefined) return [];
  return [{ cart, email: asAddress(billing.email), at: Date.parse(`${at}Z`) }];
}

interface OrderTold {
  readonly status?: string;
  readonly billing?: { readonly email: string };
  readonly meta_data?: readonly { readonly key: string; readonly value: unknown }[];
  readonly date_created_gmt?: string;
}

/** It was begun before the erasure of whoever left it; somebody else may have been given the address. */
function isForgotten(rest: Rest, mail: Sent): boolean {
  const { order, email } = mail;
  const began = rest.histories.get(Number(order))?.createdAt ?? cartsBegun(rest, email).get(order);
  const isLater = isReachedLater(rest, mail) && !rest.people.given.has(email);
  return began !== undefined && isLater && isOfErased(rest, email, began);
}

function byRevision(a: ToldCart, b: ToldCart): number {
  return b.revision - a.revision;
}

/** What must have been sent by now, and does not stand parked or passed over. */
function due(rest: Rest): readonly Due[] {
  return [...leftCarts(rest).left].flatMap(([email, cart]) => {
    const isSilenced = rest.mautic.contacts.byEmail(email).some(({ silencedAt }) => silencedAt !== undefined);
    if (isSilenced || rest.people.taken.has(email) || !alwaysYes(rest, email)) return [];
    const rules = FOLLOW_UPS.filter(({ on }) => on === 'cart').filter((rule) => {
      const start = ruleStart(rest, rule);
      const isNew = start === rest.deployed[0]?.at || cart.touched > start + CHANGING_MS;
      return isNew && cart.touched > rest.since && rest.now > cart.touched + rule.after + DONE_WITHIN_MS;
    });
    return rules
      .filter((rule) => !isEnded(rest, cart.id, rule))
      .map((rule) => ({ rule, email, name: nameOf(rest, { rule, order: cart.id }) }));
  });
}

/** They said yes at least once, and never no. */
function alwaysYes(rest: Rest, email: string): boolean {
  const answers = ordersOf(rest, email).map(({ answer }) => answer);
  if (answers.includes(false) || wasAnswered(rest, email, false)) return false;
  return answers.includes(true) || wasAnswered(rest, email, true);
}

/** A person must act, or it came to nothing for a reason that is judged elsewhere; also of another try at the same cart. */
function isEnded(rest: Rest, cart: string, { id }: FollowUpRule): boolean {
  const whole = wholeOf(rest, cart);
  const tries = [...rest.ledger].filter(([number]) => wholeOf(rest, String(number)) === whole);
  const all = [...tries.map(([, { effects }]) => effects), rest.cartEffects.get(whole) ?? {}];
  return all.some((effects) => ['parked', 'skipped'].includes(effects[`followup:${id}`]?.state ?? ''));
}
