import type { CouponRequest } from '../../contact/carts/cart-coupon.ts';
import type { Facts } from '../../contact/facts/facts.ts';
import type { EffectState } from '../../ledger/effect-state.ts';
import type { FollowUp } from '../../policy/follow-ups/follow-ups.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Starts } from '../rule-starts.ts';
import type { About } from './about.ts';
import type { Past } from './past.ts';

/** The moment for which follow-ups are looked at. */
export interface Moment {
  /** Epoch ms. */
  readonly now: number;
  /** When the contact was last sent a follow-up that is not transactional, epoch ms. */
  readonly mailedAt?: number | undefined;
  /** Store id → its time zone. */
  readonly zones: ReadonlyMap<string, string>;
  /** Stores with a past that the ledger does not know. */
  readonly unknownPasts: ReadonlySet<string>;
}

export interface FollowUpOptions {
  readonly policy: Policy;
  readonly since: Starts;
  readonly moment: Moment;
}

/** Why a follow-up is not called for now. */
export type NotNow =
  | 'store-is-not-meant'
  | 'part-of-another-order'
  | 'has-not-begun'
  | 'older-than-the-rule'
  | 'order-has-ended'
  | 'is-for-another-order'
  | 'cart-has-had-it'
  | 'has-passed'
  | 'waits-for-history'
  | 'condition-does-not-hold'
  | 'waits-for-a-product'
  | 'waits-for-its-coupon'
  | 'has-no-coupon'
  | 'is-being-taken-over'
  | 'done'
  | 'skipped'
  | 'parked';

/** One rule looked at for one thing. */
export interface Considered {
  readonly rule: FollowUp;
  readonly about: About;
  /** Of the effect on that thing. */
  readonly id: string;
  readonly known?: EffectState | undefined;
  /** Epoch ms; absent where nothing began. */
  readonly dueAt?: number;
  /** More than seven days late: it is not sent, and said to have lapsed. */
  readonly tooLate?: true;
  readonly not?: NotNow;
  /** It bought before a rule that reaches everybody. */
  readonly isReached?: true;
  /** The coupon that is to be made before, or is being made. */
  readonly coupon?: CouponRequest;
  /** When to look again although nothing changed, epoch ms. */
  readonly lookAgainAt?: number;
}

/** One that has begun. */
export interface Begun extends Pick<Considered, 'rule' | 'about' | 'id' | 'known'> {
  /** When what it follows happened, or will, epoch ms. */
  readonly began: number;
  readonly dueAt: number;
  readonly isReached?: true;
}

/** What follow-ups are looked at with. */
export interface Whole extends FollowUpOptions {
  readonly facts: Facts;
  readonly past: Past;
}
