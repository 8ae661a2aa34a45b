import type { ContactWrite, FieldInfo, NeededField } from '../contact/contact-write.ts';
import type { ItemWrite } from '../contact/items/item-write.ts';
import type { TargetState } from '../effects/target.ts';
import type { Failure, Outcome } from '../ledger/failure.ts';
import type { Budget } from '../pace/budget.ts';

/** A contact as Mautic answers it. */
export interface MauticContact {
  readonly id: number;
  readonly email: string;
  /** Field alias → value as read back. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  /** False when it asked not to be mailed, or has no address; absent where the answer does not say. */
  readonly mayBeMailed?: boolean;
}

/** Contacts in Mautic. Results stand in the order of the items; a call never throws. */
export interface MauticContacts {
  /** Upsert by e-mail in batches (POST contacts/batch/new); blanks only the keys sent. */
  create(
    items: readonly (ContactWrite & { readonly email: string })[],
  ): Promise<readonly Outcome<MauticContact>[]>;
  /** Edit by remembered id in batches (PATCH contacts/batch/edit); never sends `email`. */
  edit(
    items: readonly (ContactWrite & { readonly id: number })[],
  ): Promise<readonly Outcome<MauticContact>[]>;
  /** Reads the contact and writes it back whole with these fields (PUT): the only way to store 0 < |x| < 1. */
  rewrite(id: number, fields: Readonly<Record<string, string>>): Promise<Outcome<MauticContact>>;
  /** Contacts with exactly this e-mail, case ignored. */
  find(email: string): Promise<Outcome<readonly MauticContact[]>>;
  /** Who stands under these ids now, by id; not who was deleted or merged away. Tags may be left out. */
  holders(ids: readonly number[]): Promise<Outcome<ReadonlyMap<number, MauticContact>>>;
  /** Whom an id leads to: of a contact that was merged away the one it was merged into; `undefined`: nobody. */
  heir(id: number): Promise<Outcome<MauticContact | undefined>>;
  /** Contacts with exactly one of these e-mails, case ignored, in as few look-ups as can be. */
  findAll(emails: readonly string[]): Promise<Outcome<readonly MauticContact[]>>;
  /**
   * Deletes a contact by an id that was just found by its address; one that is not there any more is deleted. An id that
   * was merged away would delete the winner (facts/mautic-observed).
   */
  remove(id: number): Promise<Outcome<void>>;
  /** Whether a write reaches Mautic at all: one of nobody. */
  takesWrites(): Promise<Outcome<void>>;
}

/** What Mautic's rate limiter leaves. */
export interface MauticBudget {
  /** As the last answers said it; `undefined` where there is no limiter. */
  current(): Budget | undefined;
}

/** Custom fields in Mautic, shared and remembered across instances. */
export interface MauticFields {
  /**
   * Makes sure of the fields the policy needs, created if allowed, and answers all that is known of any field. Needed
   * ones that cannot be had are absent from the map; of `others`, which Mautic brings along, those that must not be
   * written are marked.
   */
  ready(
    needed: readonly NeededField[],
    others?: readonly string[],
  ): Promise<Outcome<ReadonlyMap<string, FieldInfo>>>;
  /** After an answer that does not fit what is known: Mautic is asked anew, unless it just was. */
  recheck(): Promise<Outcome<void>>;
  /** Remembers a limit that an answer named. */
  learnLimit(alias: string, limit: number): Promise<void>;
}

/** Tags in Mautic: created once, under a claim, before contacts are tagged (two at once make duplicates). */
export interface MauticTags {
  /** Makes sure of these tags. Each of them is in one of the two answers; a call never throws. */
  ready(tags: readonly string[]): Promise<TagsReady>;
}

export interface TagsReady {
  /** Tag → as Mautic spells it, which keeps the first spelling of those its database holds equal. */
  readonly spellings: ReadonlyMap<string, string>;
  /** Tag → why it cannot be had. */
  readonly failures: ReadonlyMap<string, Failure>;
}

/** Notes on contacts in Mautic. Nothing keeps Mautic from adding the same one twice. */
export interface MauticNotes {
  /** Adds notes in one call; results stand in the order of the items. */
  add(
    items: readonly { readonly contactId: number; readonly text: string }[],
  ): Promise<readonly Outcome<void>[]>;
  /** Whether the contact has a note with this marker in its text. */
  has(contactId: number, marker: string): Promise<Outcome<boolean>>;
}

/** A template for a contact, and what stands for its placeholders, named without braces. */
export interface Email {
  readonly emailId: number;
  readonly contactId: number;
  /** Plain text. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Markup of ours already, in which every text is escaped. */
  readonly markup?: Readonly<Record<string, string>>;
}

/** E-mails of Mautic. Nothing tells whether one was sent. */
export interface MauticEmails {
  /** Sends a template to a contact. */
  send(email: Email): Promise<Outcome<void>>;
  /** Whether a template can be sent; Mautic's send does not look whether it is published. */
  stateOf(emailId: number): Promise<Outcome<TargetState>>;
  /** False when the contact asked not to be mailed; Mautic's send does not look. */
  mayBeMailed(contactId: number): Promise<Outcome<boolean>>;
}

/** Items to link to one contact. */
interface ContactItems {
  readonly contactId: number;
  readonly items: readonly ItemWrite[];
}

/** Custom items, where Mautic has the plugin of Custom Objects. */
export interface MauticItems {
  /**
   * Writes items of known contacts in one call, each contact once; results stand in the order of the entries. What
   * Mautic does not have is `repair` and named in `rejected`; of an `unknown` entry some items may have been written.
   */
  write(entries: readonly ContactItems[]): Promise<readonly Outcome<ItemsAnswer>[]>;
}

export interface ItemsAnswer {
  /** Of the contact that was written to. */
  readonly email: string;
  /** Items came back; without the plugin none do. */
  readonly hasItems: boolean;
}

/** Membership in segments; both calls may be repeated. */
export interface MauticSegments {
  /**
   * Puts contacts in, and answers the ids of those that are in now: an asked one that is missing was not there, one
   * that nobody asked for stands where a contact was merged into it.
   */
  add(segmentId: number, contactIds: readonly number[]): Promise<Outcome<ReadonlySet<number>>>;
  remove(segmentId: number, contactIds: readonly number[]): Promise<Outcome<void>>;
}

/** Membership in campaigns. Who is put in again may go through a campaign once more, where it allows that. */
export interface MauticCampaigns {
  add(campaignId: number, contactId: number): Promise<Outcome<void>>;
  /** May be repeated. */
  remove(campaignId: number, contactId: number): Promise<Outcome<void>>;
  /** Whether the contact is in it, or was once. */
  has(campaignId: number, contactId: number): Promise<Outcome<boolean>>;
}

/** Segments of Mautic by name. */
export interface MauticSegmentList {
  /** Names of all segments → their ids; of several of one name the oldest. */
  names(): Promise<Outcome<ReadonlyMap<string, number>>>;
  /** Makes one without filters, and answers its id. Mautic makes as many of one name as it is asked for. */
  create(name: string): Promise<Outcome<number>>;
}

/** Templates of e-mails in Mautic; nothing is ever published here. */
export interface MauticTemplates {
  /** Names of all e-mails → their ids; of several of one name the oldest. */
  names(): Promise<Outcome<ReadonlyMap<string, number>>>;
  /** Makes one that is not published, and answers its id. Mautic makes as many of one name as it is asked for. */
  create(template: {
    readonly name: string;
    readonly subject: string;
    readonly html: string;
    /** Id of its category. */
    readonly category?: number;
  }): Promise<Outcome<number>>;
  /** The category of e-mails with this title; made where there is none. Answers its id. */
  category(title: string): Promise<Outcome<number>>;
}
