import type { Profile, Ring, Turn, Written } from '../../core/contact/contact.ts';
import type { FieldInfo } from '../../core/contact/contact-write.ts';
import type { Facts } from '../../core/contact/facts/facts.ts';
import type { Giving } from '../../core/contact/facts/given.ts';
import type { KnownBorders } from '../../core/contact/facts/scores-standing.ts';
import type { Change } from '../../core/contact/plan.ts';
import type { Effect, EmailEffect } from '../../core/effects/effect-kinds.ts';
import type { Starts } from '../../core/effects/rule-starts.ts';
import type { Failure, Outcome } from '../../core/ledger/failure.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Contacts, Expiry, Registers, Things } from '../../core/ports/ledger.ts';
import type {
  MauticBudget,
  MauticCampaigns,
  MauticContacts,
  MauticEmails,
  MauticFields,
  MauticItems,
  MauticNotes,
  MauticSegments,
  MauticTags,
} from '../../core/ports/mautic.ts';
import type { OpenShops, Shops } from '../../core/ports/shop.ts';
import type { Clock, Log, Metrics } from '../../core/ports/telemetry.ts';
import type { PastKnowledge } from '../registers/history.ts';
import type { Remarks } from './remarks.ts';
import type { Targets } from './targets.ts';

export interface SyncParts {
  readonly things: Things;
  readonly contacts: Contacts;
  readonly mautic: MauticContacts;
  readonly fields: MauticFields;
  readonly tags: MauticTags;
  readonly notes: MauticNotes;
  readonly emails: MauticEmails;
  readonly segments: MauticSegments;
  /** Absent: nobody is put into campaigns. */
  readonly campaigns?: MauticCampaigns;
  readonly items: MauticItems;
  /** Absent: this Mautic has no rate limiter. */
  readonly budget?: MauticBudget;
  /** Where all instances share the pace at which Mautic is called. */
  readonly registers: Registers;
  readonly policy: Policy;
  /** Store id → base currency. */
  readonly currencies: ReadonlyMap<string, string>;
  /** People opt out in a plugin of a store, and in Mautic before they are erased; absent where nobody can be told. */
  readonly optOuts?: {
    /** Those with such a plugin. */
    readonly stores: readonly string[];
    /** Says of a contact in Mautic that it is not to be mailed; may be said again. */
    readonly add: (contactId: number) => Promise<Outcome<void>>;
  };
  /** Store id → time zone, of those that say theirs. */
  readonly zones?: ReadonlyMap<string, string>;
  /** Store id → its address, where links into it begin; of a store without one there are none. */
  readonly sites?: ReadonlyMap<string, string>;
  /** Absent where the policy has nothing done in a shop. */
  readonly shops?: Shops;
  /** From when on orders have notes and e-mails. */
  readonly since: () => Promise<Starts>;
  /** What the ledger does not know of the time before the stores were connected. */
  readonly history: PastKnowledge;
  /** Where the fifths of the stores' buyers end; absent where the policy maps no scores. */
  readonly borders?: () => Promise<KnownBorders>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What is said once; `createSync` brings its own. */
  readonly remarks?: Remarks;
}

/** What the work on a batch has besides: what this process knows of what the policy names in Mautic, and the shops. */
export interface WorkParts extends SyncParts {
  readonly targets: Targets;
  /** Products, read for all its contacts together. */
  readonly catalogue: Pick<Things, 'load'>;
  readonly openShops?: OpenShops | undefined;
  /**
   * Calls Mautic several times when it is its turn, so that nothing waits between a look and what is done because of it.
   * It may be done again from its beginning, after a limit was met, so only its last call may change anything.
   * `otherwise`: Mautic is to be left alone, and nothing was called.
   */
  readonly inOneGo: <Value extends object | string>(
    work: (near: WorkParts) => Promise<Value>,
    otherwise: (failure: Failure) => Value,
  ) => Promise<Value>;
}

/** An e-mail that is not to be sent now, and why. */
export interface HeldEmail {
  readonly effect: EmailEffect;
  readonly failure: Failure;
}

/** One contact on its way through a batch. */
export interface Lane {
  readonly ring: Ring;
  /** Times this message was received: above 1 an earlier batch crashed, so what it wrote is unknown. */
  readonly receives: number;
  /** Once its contact was read. */
  readonly turn?: Turn;
}

/** What is to be done for one contact. */
export interface Draft {
  /** The moment for which it is drafted, epoch ms: everything in it follows from one. */
  readonly now: number;
  readonly lane: Lane;
  /** A create of it may be under way until then, epoch ms: Mautic makes two contacts of two of them. */
  readonly createUntil?: number | undefined;
  readonly profile: Profile;
  readonly facts: Facts;
  /** Follow-ups that give a tag or a segment with this write. */
  readonly giving?: readonly Giving[];
  readonly written: Written;
  /** Undefined: Mautic already holds what it should. */
  readonly change: Change | undefined;
  /** The remembered contact; undefined: write by e-mail. */
  readonly mauticId: number | undefined;
  /** What must happen once for its orders, done or not. */
  readonly effects: readonly Effect[];
  /** When to look again although nothing changed, epoch ms. */
  readonly lookAgainAt?: number | undefined;
  /** It asked a plugin of a store for no more e-mails. */
  readonly optedOut?: boolean;
  /** Those of them that are held back. */
  readonly held: readonly HeldEmail[];
  /** Segments the policy puts it into. */
  readonly segments: readonly number[];
  /** When the yes was said that puts it into the segment of consent, epoch ms. */
  readonly consentedAt?: number | undefined;
  /** Segments it is not taken out of: orders that the ledger does not know may keep it there. */
  readonly keptSegments: readonly number[];
  /** It comes into no segment and out of none now. */
  readonly segmentsHeld?: boolean;
  /** It may have a past that the ledger does not know. */
  readonly pastMissing: boolean;
  /** By which it is scored; absent where the policy maps no scores. */
  readonly borders?: KnownBorders | undefined;
  /** It would have more tags than a contact may have. */
  readonly tagsLeftOut: boolean;
  /** Aliases of mapped fields whose value cannot stand in them. */
  readonly unfit: readonly string[];
  /** Write everything, not the difference. */
  readonly full: boolean;
  /** Nothing of it is ours any more: what was written is taken back, and nobody is created for that. */
  readonly withdrawn: boolean;
  /** When it is forgotten, if nothing of it is to come into Mautic. */
  readonly expiry?: Expiry | undefined;
  /** The contact has to be there even if nothing of it changed. */
  readonly mustExist: boolean;
}

/** How the write of one contact ended. */
export type Ending =
  | {
      readonly end: 'written';
      readonly contactId: number;
      readonly written: Written;
      /** Everything was, not the difference. */
      readonly full: boolean;
    }
  /** `contactId`: where it stands, if it is there. */
  | { readonly end: 'unchanged'; readonly contactId?: number }
  /** Mautic has no such contact, and should have none. */
  | { readonly end: 'absent' }
  /** The ledger failed this one: its message comes again. */
  | { readonly end: 'crashed'; readonly error: unknown }
  /** Deleted in Mautic by somebody; it stays deleted until an order placed after `seenAt`. */
  | { readonly end: 'removed'; readonly seenAt: number }
  /** `contactId`: of one that was written before something behind it failed. */
  | { readonly end: 'failed'; readonly failure: Failure; readonly contactId?: number };

export type FieldInfos = ReadonlyMap<string, FieldInfo>;
