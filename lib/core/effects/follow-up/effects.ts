import type { Giving } from '../../contact/given.ts';
import type { EmailEffect, MembershipEffect, NoteEffect } from '../effect-kinds.ts';
import type { MarkEffect } from '../mark.ts';
import type { Once } from '../once.ts';
import type { Considered } from './considered.ts';

type FollowUpEffect = EmailEffect | NoteEffect | MembershipEffect | MarkEffect;

/** What a follow-up calls for, now or later; nothing where something speaks against it. */
export function followUpEffects(one: Considered): readonly FollowUpEffect[] {
  const { about, id, known, dueAt, not, tooLate } = one;
  if (not !== undefined || dueAt === undefined) return [];
  const once: Once = { id, thing: about.ref, dueAt, ...(known && { known }) };
  return [effectOf(one, { ...once, ...(tooLate && { tooLate }) })];
}

function effectOf({ rule, about }: Considered, once: Once & { readonly tooLate?: true }): FollowUpEffect {
  const { send, note, campaign, segment } = rule;
  if (send) {
    const { template, transactional } = send;
    const isSpaced = transactional ? {} : { isSpaced: true as const };
    return { kind: 'email', ...once, about, template, transactional, ...isSpaced };
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
