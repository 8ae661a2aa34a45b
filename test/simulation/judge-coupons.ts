import type { EffectStates } from '../../lib/core/ledger/effect-state.ts';
import type { ShopCoupon } from '../../lib/simulators/woocommerce/records/coupons/coupon-state.ts';
import { asAddress } from '../support/oracle.ts';
import type { CouponBook, Noted } from './coupon-book.ts';
import { asKnown, cartsBegun, isOfErased, isReachedLater } from './erased.ts';
import { purchasesOf } from './judge-cart-mails.ts';
import { leftCarts, toldCarts } from './left-carts.ts';
import type { Row } from './mautic-contacts.ts';
import { isParked, type Rest, type Verdict } from './rest.ts';
import { hadAddress } from './truth.ts';
import { COUPON } from './visited-policies.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** `m` and nine letters that nobody reads or copies wrongly. */
export const CODE = /^m[abcdefghjkmnpqrstuvwxyz]{9}$/;
/** A contact gets one in so long. */
export const AGAIN_MS = 30 * DAY;
/** The night in which what nobody wants is deleted may have come just before. */
const NEXT_NIGHT_MS = DAY + 3 * HOUR;
/** A coupon that has expired stays for a day. */
const DELETED_WITHIN_MS = DAY + NEXT_NIGHT_MS;
/** A claim is written, and the shop asked, within so long. */
const MADE_WITHIN_MS = 30 * MINUTE;
/** An hour after it is abandoned nobody waits for it any longer; here nothing goes wrong by then. */
const PATIENCE_MS = 2 * HOUR;

/** Coupons are made once, as they are to be, for what was left and not bought, and deleted when nobody wants them any more. */
export function judgeCoupons(rest: Rest, verdict: Verdict): void {
  const { coupons: book } = rest;
  if (!book || !rest.visited) return;
  for (const noted of book.made) judgeMade(rest, verdict, noted);
  judgeRemoved(book, verdict);
  judgeClaims(rest, verdict, book);
  judgeHabit(rest, verdict);
  judgeMissing(rest, verdict);
  if (rest.policy.carts?.coupon) judgeExpired(rest, verdict);
}

/** Only what is of the bridge goes, and that when it has expired. */
export function judgeRemoved(book: CouponBook, verdict: Verdict): void {
  for (const { coupon, at } of book.removed) {
    const isExpired = (coupon.expiresAt ?? Number.POSITIVE_INFINITY) < at;
    if (!isExpired || !CODE.test(coupon.code))
      verdict.wrong.push(`coupon ${coupon.code} was deleted too soon`);
  }
  if (!book.keepsItsOwn) verdict.wrong.push('a coupon of the shop was deleted');
}

/** What a coupon may be for, as its ledger says: a cart, or an order that nobody paid. */
interface Carrier {
  /** The cart's id, or the number of the order. */
  readonly id: string;
  readonly effects: EffectStates;
}

function carriersOf({ cartEffects, ledger }: Rest): readonly Carrier[] {
  return [
    ...[...cartEffects].map(([id, effects]) => ({ id, effects })),
    ...[...ledger].map(([id, { effects }]) => ({ id: String(id), effects })),
  ].filter(({ effects }) => Object.hasOwn(effects, COUPON_ID));
}

const COUPON_ID = 'coupon:cart';

/** What is said to be made is. */
function judgeClaims(rest: Rest, verdict: Verdict, book: CouponBook): void {
  const there = new Set(book.made.map(({ coupon }) => coupon.code));
  for (const { id, effects } of carriersOf(rest)) {
    const { state, code = '' } = effects[COUPON_ID] ?? {};
    if (state === 'done' && !there.has(code)) verdict.wrong.push(`coupon ${code} of ${id} was never made`);
  }
}

function judgeMade(rest: Rest, verdict: Verdict, { coupon, at }: Noted): void {
  const { code, expiresAt = Number.POSITIVE_INFINITY } = coupon;
  const { discountType, amount, usageLimit, individualUse, emailRestrictions } = coupon;
  const isRight =
    CODE.test(code) &&
    discountType === 'percent' &&
    Number(amount) === COUPON.percent &&
    usageLimit === 1 &&
    individualUse &&
    emailRestrictions.length === 0 &&
    expiresAt > at - MADE_WITHIN_MS &&
    expiresAt <= at + COUPON.mostDays * DAY;
  if (!isRight) verdict.wrong.push(`coupon ${code} is not as it was to be: ${JSON.stringify(coupon)}`);
  const carriers = carriersOf(rest).filter(({ effects }) => effects[COUPON_ID]?.code === code);
  const [carrier] = carriers;
  // Of somebody who is erased nothing of what was in doubt stays.
  const isForgotten = carriersOf(rest).some(({ effects }) => effects[COUPON_ID]?.reason === 'erased');
  if (carriers.length > 1 || (!carrier && !isForgotten))
    verdict.doubled.push(`coupon ${code} is of ${String(carriers.length)} carts`);
  if (!carrier) return;
  const complaint = complaintAbout(rest, carrier, at);
  if (complaint !== undefined) verdict.wrong.push(`coupon ${code} of ${carrier.id}: ${complaint}`);
}

/** Only of what ever had one address alone anybody can say whose it is. */
function ownerOf(rest: Rest, id: string): string | undefined {
  const words = toldCarts(rest).filter((cart) => cart.id === id);
  const tries = [...rest.ledger].filter(([, { state }]) => state.data?.cartId === id).map(([order]) => order);
  const orders = [Number(id), ...tries].flatMap((order) => [...(rest.histories.get(order)?.emails ?? [])]);
  const addresses = new Set([...words.map(({ email }) => email), ...orders].map(asAddress));
  const [own] = addresses;
  return addresses.size === 1 && !rest.people.given.has(own ?? '') ? own : undefined;
}

function complaintAbout(rest: Rest, { id }: Carrier, at: number): string | undefined {
  const email = ownerOf(rest, id);
  if (email === undefined || rest.people.taken.has(email)) return undefined;
  const begun = rest.histories.get(Number(id))?.createdAt ?? cartsBegun(rest, email).get(id) ?? 0;
  const isLater = isReachedLater(rest, { email, askedAt: at });
  if (isLater && isOfErased(rest, email, begun)) return 'who left it was erased before';
  const words = toldCarts(rest).filter((cart) => cart.id === id);
  const changes = rest.histories.get(Number(id))?.changes ?? [];
  const times = [begun, ...words.map((cart) => Date.parse(cart.updated_at)), ...changes.map((one) => one.at)];
  const touches = times.filter((time) => time <= at);
  if (at < Math.min(...touches) + HOUR) return 'it had only just begun';
  // Before a coupon the shop is not asked.
  const asTold = { ...(isLater ? asKnown(rest) : rest), told: rest.heard };
  const bought = purchasesOf(asTold, { email, askedAt: at });
  return bought.some((time) => time > Math.max(...touches)) ? 'it had bought since' : undefined;
}

/** Nobody gets another one so soon; whoever was erased is somebody else. */
function judgeHabit(rest: Rest, verdict: Verdict): void {
  const given = (rest.coupons?.made ?? []).flatMap(({ coupon: { code }, at }) => {
    const one = carriersOf(rest).find(({ effects }) => effects[COUPON_ID]?.code === code);
    const email = one && ownerOf(rest, one.id);
    return one?.effects[COUPON_ID]?.state === 'done' && email !== undefined ? [{ email, at }] : [];
  });
  for (const [email, coupons] of Map.groupBy(given, (one) => one.email)) {
    const times = coupons.map(({ at }) => at).sort((a, b) => a - b);
    const isSoon = times.some((time, index) => time - (times[index - 1] ?? 0) < AGAIN_MS);
    if (isSoon && !rest.erased.at.has(email)) verdict.doubled.push(`coupons of ${email} in thirty days`);
  }
}

/** Whoever left enough has one, unless something speaks against it. */
function judgeMissing(rest: Rest, verdict: Verdict): void {
  const { carts } = rest.policy;
  if (!carts?.coupon) return;
  const { after, coupon } = carts;
  for (const [email, cart] of leftCarts(asKnown(rest)).left) {
    if (rest.people.taken.has(email) || rest.people.given.has(email) || isParked(rest.profiles, email))
      continue;
    const isDue = rest.now > cart.touched + after + PATIENCE_MS;
    const isWorthIt = coupon.minTotal === undefined;
    const carriers = carriersOf(rest);
    const isKnown = carriers.some(({ id }) => id === cart.id);
    if (isDue && isWorthIt && !isKnown && !hadOne(rest, email))
      verdict.lost.push(`the coupon of ${cart.id}, which ${email} left`);
  }
}

/** Anything that may ever have been of this address has one, or was about to. */
function hadOne(rest: Rest, email: string): boolean {
  return carriersOf(rest).some(({ id }) => {
    const history = rest.histories.get(Number(id));
    const isOrdered = history !== undefined && hadAddress(history, email);
    return isOrdered || toldCarts(rest).some((cart) => cart.id === id && asAddress(cart.email) === email);
  });
}

/** What nobody used is deleted, of a policy that makes any. */
export function judgeExpired(rest: Rest, verdict: Verdict): void {
  const { coupons: book, shop, now, early } = rest;
  if (early) return;
  for (const coupon of book?.left() ?? []) {
    const isOld = (coupon.expiresAt ?? 0) < now - DELETED_WITHIN_MS;
    const isFree = shop.coupons.usedBy(coupon).length === 0 && freedAt(rest, coupon) < now - NEXT_NIGHT_MS;
    if (isOld && isFree) verdict.lost.push(`the deletion of coupon ${coupon.code}`);
  }
}

/** When the last order that held a coupon came to nothing, epoch ms. */
function freedAt({ shop, histories }: Rest, { code }: ShopCoupon): number {
  const holders = shop.orders.all().filter(({ coupons }) => coupons.includes(code));
  return Math.max(0, ...holders.map(({ id }) => histories.get(id)?.changes.at(-1)?.at ?? 0));
}

interface Held {
  readonly row: Row;
  /** What it left. */
  readonly cart: { readonly id: string } | undefined;
}

/** The field holds the code of a coupon of what was left, which the shop takes, and nothing once there is none. */
export function judgeCode(rest: Rest, verdict: Verdict, { row, cart }: Held): void {
  const held = row.fields.get('mautic_woo_coupon_code') ?? null;
  const effect = cart && carriersOf(rest).find(({ id }) => id === cart.id)?.effects[COUPON_ID];
  const isGood = effect?.state === 'done' && (effect.expiresAt ?? 0) > rest.now;
  const right = isGood ? effect.code : null;
  if (held !== right)
    verdict.wrong.push(`contact ${row.email} has the coupon ${String(held)} instead of ${String(right)}`);
  if (held === null) return;
  const coupon = rest.shop.coupons.find(String(held));
  const isTaken = coupon !== undefined && (coupon.expiresAt ?? 0) > rest.now;
  if (!isTaken || Number(coupon.amount) !== COUPON.percent)
    verdict.wrong.push(`contact ${row.email} has the coupon ${String(held)}, which the shop does not take`);
}
