import type { MadeCoupon } from '../../contact/coupon.ts';
import type { Facts } from '../../contact/facts/facts.ts';
import type { Giving } from '../../contact/facts/given.ts';
import { type CouponEffect, couponFor } from '../coupon.ts';
import type { EmailEffect, MembershipEffect, NoteEffect } from '../effect-kinds.ts';
import type { MarkEffect } from '../mark.ts';
import type { Once } from '../once.ts';
import type { Considered } from './considered.ts';
import { madeCoupon } from './coupon.ts';

type FollowUpEffect = EmailEffect | NoteEffect | MembershipEffect | MarkEffect | CouponEffect;

export interface EffectsOptions {
  readonly facts: Pick<Facts, 'carriers'>;
  /** Epoch ms. */
  readonly now: number;
  /** Nobody said yes to what is not transactional: no coupon is made for it. */
  readonly isUnwanted: boolean;
}

/** What a follow-up calls for, now or later; nothing where something speaks against it. */
export function followUpEffects(one: Considered, options: EffectsOptions): readonly FollowUpEffect[] {
  const { rule, about, id, known, dueAt, not, tooLate, coupon } = one;
  const isPassedOver = coupon !== undefined && options.isUnwanted && rule.send?.transactional === false;
  if (coupon && !isPassedOver)
    return called(couponFor(options.facts, { ...coupon, thing: about.ref }, options.now));
  if ((not !== undefined && !isPassedOver) || dueAt === undefined) return [];
  const once: Once = { id, thing: about.ref, dueAt, ...(known && { known }) };
  const made = rule.coupon && madeCoupon(rule, about, options.now);
  return [effectOf(one, { ...once, ...(tooLate && { tooLate }), ...(made && { coupon: made }) })];
}

function called(coupon: CouponEffect | undefined): readonly CouponEffect[] {
  return coupon ? [coupon] : [];
}

interface Called extends Once {
  readonly tooLate?: true;
  readonly coupon?: MadeCoupon;
}

function effectOf({ rule, about, isReached }: Considered, { coupon, ...once }: Called): FollowUpEffect {
  const { send, note, campaign, segment } = rule;
  if (send) {
    const { template, transactional } = send;
    const isSpaced = transactional ? {} : { isSpaced: true as const };
    const { id, reach } = rule;
    const quota = isReached && reach ? { quota: { rule: id, perDay: reach.perDay } } : {};
    return {
      kind: 'email',
      ...once,
      about,
      template,
      transactional,
      ...isSpaced,
      ...quota,
      ...(coupon && { coupon }),
    };
  }
  if (note !== undefined) return { kind: 'note', ...once, about, text: note };
  if (campaign) return { kind: 'membership', ...once, of: 'campaign', ...membershipOf(campaign) };
  // Whoever is put in, or gets a tag, is so for as long as it is written down that the rule did it.
  if (segment && 'remove' in segment)
    return { kind: 'membership', ...once, of: 'segment', ...membershipOf(segment) };
  return { kind: 'mark', ...once };
}

function membershipOf(
  said: { readonly add: number } | { readonly remove: number },
): Pick<MembershipEffect, 'does' | 'target'> {
  return 'add' in said ? { does: 'add', target: said.add } : { does: 'remove', target: said.remove };
}

/** Rules about tags and segments that do what they say at this moment (epoch ms), in the order in which they were due. */
export function givingNow(considered: readonly Considered[], now: number): readonly Giving[] {
  return considered
    .filter(({ not, dueAt, tooLate }) => not === undefined && !tooLate && dueAt !== undefined && dueAt <= now)
    .filter(({ rule }) => (rule.tag ?? rule.segment) !== undefined)
    .map(({ rule }) => ({ rule, at: now }));
}
