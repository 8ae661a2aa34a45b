import type { Profile } from '../../lib/core/contact/contact.ts';
import type { EffectStates } from '../../lib/core/ledger/effect-state.ts';
import type { ContactKey } from '../../lib/core/ledger/email.ts';
import type { OrderState } from '../../lib/core/ledger/fold/order.ts';
import type { Policy } from '../../lib/core/policy/policy.ts';
import type { Shop } from '../../lib/simulators/woocommerce/shop.ts';
import type { RawDelivery } from '../support/oracle.ts';
import type { CouponBook } from './coupon-book.ts';
import type { FeedShop } from './feed-shop.ts';
import type { Marks } from './marks.ts';
import type { Mautic } from './mautic.ts';
import type { People } from './people.ts';
import type { OrderHistory } from './shop-life.ts';
import type { SubscriptionHistory } from './subscription-life.ts';

/** Everything the judge looks at when the world has come to rest. */
export interface Rest {
  readonly shop: Shop;
  /** The FluentCart store beside it, where there is one. */
  readonly feeds: FeedShop | undefined;
  readonly histories: ReadonlyMap<number, OrderHistory>;
  /** A bridge without keys knows only what webhooks told it: all that ever was in the queue. */
  readonly told: readonly RawDelivery[] | undefined;
  /** The same, whether there are keys or not. */
  readonly heard: readonly RawDelivery[];
  /** Deliveries that `record` took, and when (epoch ms). */
  readonly taken: readonly (RawDelivery & { readonly takenAt: number })[];
  /** People leave carts behind in this world. */
  readonly visited: boolean;
  /** What was done with coupons, in a shop where the bridge makes some. */
  readonly coupons: CouponBook | undefined;
  /** What truly happened to subscriptions of the FluentCart store. */
  readonly subscriptions: ReadonlyMap<number, SubscriptionHistory>;
  /** Name of an account or a subscription in the ledger → what was done once for it. */
  readonly effects: ReadonlyMap<string, EffectStates>;
  /** Follow-ups do more than to send e-mails in this world. */
  readonly acting: boolean;
  /** Epoch ms. */
  readonly now: number;
  /** A rule reaches everybody who bought before the connection. */
  readonly reaching: boolean;
  /** Nothing goes wrong any more since then, epoch ms. */
  readonly calmSince: number;
  readonly mautic: Mautic;
  readonly people: People;
  readonly policy: Policy;
  /** Orders created after this have notes and e-mails, epoch ms. */
  readonly since: number;
  /** The ledger does not know what the shop was before. */
  readonly pastIsMissing: boolean;
  /** Stores whose whole past was read. */
  readonly whole: ReadonlySet<string>;
  /** Id of a contact in Mautic → totals that somebody else wrote there before the bridge came. */
  readonly past: ReadonlyMap<number, Readonly<Record<string, number>>>;
  /** Policies that were deployed, and when: a rule that came later is for later orders. */
  readonly deployed: readonly { readonly policy: Policy; readonly at: number }[];
  readonly profiles: Readonly<Record<ContactKey, Profile>>;
  /** Names of all things in the ledger. */
  readonly things: readonly string[];
  /** What the ledger holds of orders, and what was done once for each. */
  readonly ledger: ReadonlyMap<number, LedgerOrder>;
  /** Id of a cart → what was done once for it. */
  readonly cartEffects: ReadonlyMap<string, EffectStates>;
  readonly disturbed: ReadonlyMap<ContactKey, number>;
  readonly erased: Erased;
  /** Before the nightly and the weekly look. */
  readonly early: boolean;
  /** The weekly look was there. */
  readonly weekly: boolean;
}

/** Who was erased, and everything in which something may be left of them. */
interface Erased {
  /** Address, as Mautic gets it → when, epoch ms; the last time, and the first. */
  readonly at: ReadonlyMap<string, number>;
  readonly first: ReadonlyMap<string, number>;
  /** Of the ledger, as text. */
  readonly rows: ReadonlyMap<string, string>;
  readonly marks: Marks;
}

export interface LedgerOrder {
  readonly state: OrderState;
  readonly effects: EffectStates;
}

/** One line each; all empty when every promise was kept. */
export interface Verdict {
  readonly lost: string[];
  readonly doubled: string[];
  readonly wrong: string[];
}

/** Somebody must act first. */
export function isParked(profiles: Rest['profiles'], email: string): boolean {
  return Object.values(profiles).some((profile) => profile.email === email && profile.parked !== undefined);
}
