import type { Profile } from '../../lib/core/contact/contact.ts';
import type { ContactKey } from '../../lib/core/ledger/email.ts';
import { asKnown } from './erased.ts';
import { judgeActs } from './judge-acts.ts';
import { judgeCartMails } from './judge-cart-mails.ts';
import { judgeStrangers } from './judge-carts.ts';
import { judgeContacts } from './judge-contacts.ts';
import { judgeCoupons } from './judge-coupons.ts';
import { judgeEffects } from './judge-effects.ts';
import { judgeErased } from './judge-erased.ts';
import { judgeFollowUps } from './judge-follow-ups.ts';
import { judgeGifts } from './judge-gifts.ts';
import { judgeParts } from './judge-parts.ts';
import { judgeReach } from './judge-reach.ts';
import { judgeReminders } from './judge-reminders.ts';
import { hasCause } from './parked-effects.ts';
import type { Rest, Verdict } from './rest.ts';

/** Compares Mautic with the truth of the shop, and what was done once with what was to be done. */
export function judge(rest: Rest): Verdict {
  const verdict: Verdict = { lost: [], doubled: [], wrong: [] };
  judgeContacts(asKnown(rest), verdict);
  judgeEffects(rest, verdict);
  judgeErased(rest, verdict);
  judgeFollowUps(rest, verdict);
  judgeActs(rest, verdict);
  judgeParts(rest, verdict);
  judgeGifts(rest, verdict);
  judgeReach(rest, verdict);
  judgeCartMails(rest, verdict);
  judgeReminders(rest, verdict);
  judgeCoupons(rest, verdict);
  judgeStrangers(asKnown(rest), verdict);
  judgeParkedContacts(rest, verdict);
  judgeParkedEffects(rest, verdict);
  return verdict;
}

/**
 * Nothing is left to do, and nobody is parked but who crashed again and again, or whose address a person gave to another
 * contact just when one was made with it.
 */
function judgeParkedContacts({ profiles, disturbed, people, now }: Rest, verdict: Verdict): void {
  for (const [key, profile] of Object.entries(profiles)) {
    const { parked, work, email } = profile;
    if (work !== undefined && !isLater(profile, now))
      verdict.lost.push(`contact ${email} is still to be worked on`);
    const isTroubled = (disturbed.get(key as ContactKey) ?? 0) > 2;
    const isMadeTwice = parked?.code === 'duplicate-contacts' && people.given.has(email);
    const hasReason =
      isMadeTwice || (isTroubled && (parked?.code === 'crashes' || parked?.code === 'server-error'));
    if (parked && !hasReason) verdict.wrong.push(`contact ${email} is parked: ${parked.code}`);
  }
}

/** The sweep comes every minute. */
const JUST_DUE_MS = 3 * 60_000;

/** It is in step, and something of it is due some time. */
function isLater({ wanted, synced, due = 0 }: Profile, now: number): boolean {
  return wanted === synced && due > now - JUST_DUE_MS;
}

function judgeParkedEffects(rest: Rest, verdict: Verdict): void {
  for (const [id, { effects }] of rest.ledger) {
    for (const [effect, { state, reason }] of Object.entries(effects)) {
      if (state === 'parked' && !hasCause(rest, { id, effect, reason }))
        verdict.wrong.push(`${effect} of ${String(id)} is parked: ${reason ?? ''}`);
    }
  }
}
