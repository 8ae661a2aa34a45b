import type { MadeCoupon } from '../contact/coupon.ts';
import type { CouponEffect } from './coupon.ts';
import type { About } from './follow-up/about.ts';
import type { LapsedEffect } from './lapsed.ts';
import type { MarkEffect } from './mark.ts';
import type { Once } from './once.ts';

/**
 * Something that must happen once for a thing of the ledger: it follows from (facts, policy, now), is claimed on that
 * thing by one conditional write before it is done, and never happens again for the same rule and thing.
 */
export type Effect = NoteEffect | EmailEffect | MembershipEffect | MarkEffect | CouponEffect | LapsedEffect;

/** So many notes go out with one call: Mautic takes 200 (recording 168), but answers each with its whole contact. */
export const NOTES_A_CALL = 50;

/** Named `note:<status>`, or `note:followup:<rule>`: what stands behind the colon is in its marker. */
export interface NoteEffect extends Once {
  readonly kind: 'note';
  readonly about: About;
  /** What it says, of a follow-up; else what the order is, with the status in the id. */
  readonly text?: string;
  /** Of a follow-up: it is seven days late, and not added any more. */
  readonly tooLate?: true;
}

/** Out of a segment, into a campaign or out of one. */
export interface MembershipEffect extends Once {
  readonly kind: 'membership';
  readonly of: 'segment' | 'campaign';
  /** Mautic's id. */
  readonly target: number;
  readonly does: 'add' | 'remove';
  /** It is seven days late, and not done any more. */
  readonly tooLate?: true;
}

export interface Quota {
  /** Id of the rule. */
  readonly rule: string;
  readonly perDay: number;
}

export interface EmailEffect extends Once {
  readonly kind: 'email';
  /** What it tells of. */
  readonly about: About;
  /** Of a follow-up: the contact gets one of them in a while. */
  readonly isSpaced?: true;
  /** Of a follow-up: it is seven days late, and not sent any more. */
  readonly tooLate?: true;
  /** Of a rule that reaches everybody, to somebody who bought before it: no more than so many a day. */
  readonly quota?: Quota;
  /** Of a follow-up that brings one. */
  readonly coupon?: MadeCoupon;
  /** Mautic's id of the e-mail. */
  readonly template: number;
  /** Sent to people who asked not to be contacted, too. */
  readonly transactional: boolean;
  /** Nobody said yes to it, where the policy asks for that: it is passed over for good. */
  readonly unwanted?: true;
}
