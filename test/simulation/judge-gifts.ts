import { FEED_IDS } from '../support/feed-orders.ts';
import { asAddress } from '../support/oracle.ts';
import { ACT_RULES, type ActRule, type Gift } from './act-rules.ts';
import type { CouponBook, Noted } from './coupon-book.ts';
import { FEED_STORE } from './feed-shop.ts';
import { complaintAbout } from './judge-acts.ts';
import { AGAIN_MS, CODE, judgeExpired, judgeRemoved } from './judge-coupons.ts';
import { hasSaidYes, surelyWants } from './judge-effects.ts';
import { hasRule } from './judge-follow-ups.ts';
import type { Occasion } from './occasions.ts';
import { occasionsOf } from './occasions-of.ts';
import type { Rest, Verdict } from './rest.ts';
import { statusNow } from './truth.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A claim is written, and the shop asked, within so long. */
const MADE_WITHIN_MS = 6 * HOUR;
/** Whose an id is was seen a while before something is done by it. */
const JUST_MOVED_MS = 35_000;

/** A rule whose e-mail brings a coupon. */
interface Giving {
  readonly rule: ActRule;
  readonly template: number;
  readonly transactional: boolean;
  readonly coupon: Gift;
}

const GIVING: readonly Giving[] = ACT_RULES.flatMap((rule) =>
  'gift' in rule.does ? [{ rule, template: rule.does.gift, ...rule.does }] : [],
);

type Mail = Rest['mautic']['sent'][number];

/**
 * An e-mail that brings a coupon: both are made once and for the same order, the coupon first, as the rule has it and not
 * before its time; no e-mail goes out without one, and none is missing.
 */
export function judgeGifts(rest: Rest, verdict: Verdict): void {
  if (!rest.acting) return;
  for (const giving of GIVING) {
    const sent = rest.mautic.sent.filter(({ emailId }) => emailId === giving.template);
    judgeMails(rest, verdict, { giving, sent });
    if (rest.coupons) judgeMissing(rest, verdict, { giving, sent });
  }
  const { coupons: book } = rest;
  if (!book) return;
  for (const noted of book.made) judgeMade(rest, verdict, noted);
  judgeClaims(rest, verdict, book);
  judgeHabit(rest, verdict, book);
  judgeRemoved(book, verdict);
  if (GIVING.some(({ rule }) => hasRule(rest.policy, rule))) judgeExpired(rest, verdict);
}

interface Sent {
  readonly giving: Giving;
  /** All its e-mails. */
  readonly sent: readonly Mail[];
}

function judgeMails(rest: Rest, verdict: Verdict, { giving, sent }: Sent): void {
  for (const mail of sent) {
    const complaint = aboutMail(rest, giving, mail);
    if (complaint !== undefined) verdict.wrong.push(`${nameOf(giving, mail.order)}: ${complaint}`);
  }
  for (const [order, mails] of Map.groupBy(sent, (mail) => mail.order))
    if (mails.length > 1) verdict.doubled.push(`${nameOf(giving, order)}: ${String(mails.length)}`);
}

function nameOf({ rule }: Giving, order: string): string {
  return `e-mail ${rule.id} of ${order}`;
}

function aboutMail(rest: Rest, giving: Giving, mail: Mail): string | undefined {
  const { rule, transactional } = giving;
  const { order, email, silencedMs = 0 } = mail;
  const complaint = complaintAbout(rest, { ...mail, rule, thing: thingOf(Number(order)) });
  const history = rest.histories.get(Number(order));
  if (complaint !== undefined || !history) return complaint ?? 'nothing began it';
  if (!transactional && silencedMs > JUST_MOVED_MS) return 'it reached somebody who asked for no mail';
  if (!transactional && !hasSaidYes(rest.histories, email, history)) return 'nobody said yes to it';
  return aboutCode(rest, giving, mail);
}

/** The coupon of that very order, which the shop took when it was mailed. */
function aboutCode(rest: Rest, { rule }: Giving, { code, order, askedAt }: Mail): string | undefined {
  const coupon = rest.coupons?.made.find((noted) => noted.coupon.code === code)?.coupon;
  if (!coupon) return `it brings the coupon "${code}", which nobody made`;
  if (rest.coupons?.meddled.has(code)) return 'its coupon is not what it was to be';
  if ((coupon.expiresAt ?? 0) <= askedAt) return 'its coupon had expired';
  const { effects = {} } = rest.ledger.get(Number(order)) ?? {};
  const own = effects[couponOf(rule)];
  const isForgotten = own === undefined || own.reason === 'erased';
  return isForgotten || own.code === code ? undefined : 'its coupon is that of something else';
}

function couponOf({ id }: ActRule): string {
  return `coupon:${id}`;
}

/** As occasions are called. */
function thingOf(id: number): string {
  return id > FEED_IDS ? `${FEED_STORE}/${String(id - FEED_IDS)}` : `demo/${String(id)}`;
}

/** An order with a coupon of a rule. */
interface Carrier {
  readonly id: number;
  readonly giving: Giving;
}

function carriersOf({ ledger }: Rest, code: string): readonly Carrier[] {
  return [...ledger].flatMap(([id, { effects }]) =>
    GIVING.filter(({ rule }) => effects[couponOf(rule)]?.code === code).map((giving) => ({ id, giving })),
  );
}

function judgeMade(rest: Rest, verdict: Verdict, noted: Noted): void {
  const { code } = noted.coupon;
  const carriers = carriersOf(rest, code);
  const [carrier] = carriers;
  const isForgotten = [...rest.ledger.values()].some(({ effects }) =>
    GIVING.some(({ rule }) => effects[couponOf(rule)]?.reason === 'erased'),
  );
  if (carriers.length > 1 || (!carrier && !isForgotten))
    verdict.doubled.push(`coupon ${code} is of ${String(carriers.length)} orders`);
  if (!carrier) return;
  const complaint = isAsWanted(carrier.giving, noted)
    ? aboutCoupon(rest, carrier, noted)
    : `it is not as it was to be: ${JSON.stringify(noted.coupon)}`;
  if (complaint !== undefined)
    verdict.wrong.push(`coupon ${code} of order ${String(carrier.id)}: ${complaint}`);
}

function isAsWanted({ coupon: { percent, days, minTotal = '0' } }: Giving, { coupon, at }: Noted): boolean {
  const { code, expiresAt = Number.POSITIVE_INFINITY, discountType, amount, minimumAmount } = coupon;
  const { usageLimit, individualUse, emailRestrictions } = coupon;
  return (
    CODE.test(code) &&
    discountType === 'percent' &&
    Number(amount) === percent &&
    Number(minimumAmount) === Number(minTotal) &&
    usageLimit === 1 &&
    individualUse &&
    emailRestrictions.length === 0 &&
    expiresAt > at + days * DAY - MADE_WITHIN_MS &&
    expiresAt <= at + days * DAY
  );
}

/** Whose an order is that ever had two addresses nobody can say. */
function ownerOf(rest: Rest, id: number): string | undefined {
  const [email, ...others] = [...(rest.histories.get(id)?.emails ?? [])].map(asAddress);
  return others.length === 0 && email !== undefined && !rest.people.given.has(email) ? email : undefined;
}

function aboutCoupon(rest: Rest, { id, giving }: Carrier, { at }: Noted): string | undefined {
  const { rule, transactional, coupon } = giving;
  const [email, history] = [ownerOf(rest, id), rest.histories.get(id)];
  if (email === undefined || !history) return undefined;
  const complaint = complaintAbout(rest, {
    rule,
    thing: thingOf(id),
    email,
    strayedMs: undefined,
    askedAt: at,
  });
  if (complaint !== undefined) return complaint;
  if (!transactional && !hasSaidYes(rest.histories, email, history)) return 'nobody said yes to its e-mail';
  const { total } = rest.ledger.get(id)?.state.data ?? {};
  return total !== undefined && Number(total) < Number(coupon.minTotal ?? 0)
    ? 'it is not worth it'
    : undefined;
}

/** What is said to be made is. */
function judgeClaims({ ledger }: Rest, verdict: Verdict, { made }: CouponBook): void {
  const there = new Set(made.map(({ coupon }) => coupon.code));
  for (const [id, { effects }] of ledger)
    for (const { rule } of GIVING) {
      const { state, code = '' } = effects[couponOf(rule)] ?? {};
      if (state === 'done' && !there.has(code))
        verdict.wrong.push(`coupon ${code} of order ${String(id)} was never made`);
    }
}

/** Of one rule nobody gets another one so soon; whoever was erased is somebody else. */
function judgeHabit(rest: Rest, verdict: Verdict, { made }: CouponBook): void {
  const given = made.flatMap(({ coupon: { code }, at }) => {
    const [carrier] = carriersOf(rest, code);
    const email = carrier && ownerOf(rest, carrier.id);
    const { rule } = carrier?.giving ?? {};
    const effect = rule && rest.ledger.get(carrier?.id ?? 0)?.effects[couponOf(rule)];
    return email !== undefined && effect?.state === 'done'
      ? [{ name: `${rule?.id ?? ''} of ${email}`, email, at }]
      : [];
  });
  for (const [name, coupons] of Map.groupBy(given, (one) => one.name)) {
    const times = coupons.map(({ at }) => at).sort((a, b) => a - b);
    const isSoon = times.some(
      (time, index) => time - (times[index - 1] ?? Number.NEGATIVE_INFINITY) < AGAIN_MS,
    );
    if (isSoon && !rest.erased.at.has(coupons[0]?.email ?? ''))
      verdict.doubled.push(`coupons ${name} in thirty days`);
  }
}

/** Whoever did enough has a coupon, and an e-mail with it, unless something speaks against it. */
function judgeMissing(rest: Rest, verdict: Verdict, { giving, sent }: Sent): void {
  if (!hasRule(rest.policy, giving.rule)) return;
  const mailed = new Set(sent.map(({ order }) => thingOf(Number(order))));
  const owed = occasionsOf(rest, giving.rule).filter((occasion) => isOwed(rest, giving, occasion));
  for (const { name } of owed) {
    const standing = standingOf(rest, giving, name);
    if (standing === 'made' && !mailed.has(name)) verdict.lost.push(`e-mail ${giving.rule.id} of ${name}`);
    if (standing === 'none') verdict.lost.push(`the coupon ${giving.rule.id} of ${name}`);
  }
}

function isOwed(
  rest: Rest,
  { transactional, coupon: { minTotal = '0' } }: Giving,
  occasion: Occasion,
): boolean {
  const email = occasion.isSteady ? occasion.owedTo() : undefined;
  if (email === undefined || (!transactional && !surelyWants(rest, email))) return false;
  const { total } = rest.ledger.get(idOf(occasion.name))?.state.data ?? {};
  return occasion.name.startsWith('demo/') && total !== undefined && Number(total) >= Number(minTotal);
}

function idOf(thing: string): number {
  return Number(thing.slice(thing.indexOf('/') + 1));
}

/** `made`: it has one; `else`: something speaks against it, or another order of the same person may have one. */
function standingOf(rest: Rest, { rule }: Giving, thing: string): 'made' | 'none' | 'else' {
  const id = idOf(thing);
  const { state, effects = {} } = rest.ledger.get(id) ?? {};
  const own = effects[couponOf(rule)];
  const isEnded = ['parked', 'skipped'].includes(effects[`followup:${rule.id}`]?.state ?? '');
  if (own?.state === 'done') return isEnded ? 'else' : 'made';
  if (own !== undefined || isEnded || statusNow(rest, id) === undefined) return 'else';
  const others = [...rest.ledger.values()].filter(
    (one) => state?.contact !== undefined && state.contact in one.state.contacts,
  );
  return others.some((one) => Object.hasOwn(one.effects, couponOf(rule))) ? 'else' : 'none';
}
