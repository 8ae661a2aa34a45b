import type {
  Deferral,
  Dossier,
  Parked,
  Pointer,
  Profile,
  Ring,
  Shard,
  Standing,
  Turn,
  Written,
} from '../contact/contact.ts';
import type { ItemRows } from '../contact/items/items-plan.ts';
import type { EffectState, EffectStates } from '../ledger/effect-state.ts';
import type { ContactKey } from '../ledger/email.ts';
import type { Erasures } from '../ledger/fold/erasure.ts';
import type { State } from '../ledger/fold/order.ts';
import type { Register } from '../ledger/register.ts';
import type { Ref } from '../ledger/snapshot.ts';

/** A state and the revision under which it may be replaced. */
export interface Entry {
  readonly state: State;
  readonly revision: number;
  /** What has been done once for it. */
  readonly effects: EffectStates;
  /** When it was written last, epoch ms. */
  readonly savedAt?: number;
}

/** What the stores said: orders, customers and products. */
export interface Things {
  /** Consistent read; absent ones are missing from the map, which is keyed by `refName`. */
  load(refs: readonly Ref[]): Promise<ReadonlyMap<string, Entry>>;
  /** Writes if the stored revision is still `revision` (`undefined`: if there is none); false: somebody was faster. */
  save(ref: Ref, state: State, revision: number | undefined): Promise<boolean>;
  /** Takes an effect of a thing if nobody has (or only `taken`, which it replaces); false: somebody was faster. */
  claimEffect(thing: Ref, effect: string, claim: EffectClaim): Promise<boolean>;
  /**
   * Says how far a claimed effect is; `undefined`: it was not done and may be claimed again.
   * @throws Error when there is no such thing: what was done would be forgotten.
   */
  markEffect(thing: Ref, effect: string, state: EffectState | undefined): Promise<void>;
  /** When this store was connected: `now` if this is the first time anybody asks. Epoch ms. */
  connectedSince(store: string, now: number): Promise<number>;
  /** Notes that `contact` has this order, customer or cart. Idempotent; replaces what an earlier one said besides. */
  point(contact: ContactKey, pointer: Pointer): Promise<void>;
  /** Notes that `contact` waits for a product nobody has described yet. Idempotent. */
  awaitProduct(product: Ref, contact: ContactKey): Promise<void>;
  /** Contacts that wait for a product. */
  waitingFor(product: Ref): Promise<readonly ContactKey[]>;
  /** The contact no longer waits. Idempotent. */
  stopWaiting(product: Ref, contact: ContactKey): Promise<void>;
}

interface EffectClaim {
  /** Epoch ms. */
  readonly at: number;
  /** The contact in Mautic it will be done for. */
  readonly contactId: number;
  /** Of a coupon: what is to be made, before anybody is asked to make it. */
  readonly coupon?: { readonly code: string; readonly expiresAt: number };
  /** The state it was seen in, if it had one. */
  readonly taken?: EffectState;
}

export interface WantResult {
  readonly wanted: number;
  readonly attempts: number;
  /** It was in step (even if something is due later), parked or `later` before, so nobody has rung for it. */
  readonly fellBehind: boolean;
}

/** Where each contact stands. */
export interface Contacts {
  /**
   * `wanted` + 1, onto the live work list, no longer parked. Due at `dueIfIdle` unless it has a due time; that of what
   * is in step is of something else, and may be weeks away, so it does not count.
   */
  want(contact: ContactKey, email: string, dueIfIdle: number): Promise<WantResult>;
  /** As `want` for a contact that exists already; `undefined` when there is none. `inFull` puts it in doubt. */
  wantAgain(contact: ContactKey, dueIfIdle: number, inFull?: boolean): Promise<WantResult | undefined>;
  /** As `wantAgain`, but onto the `later` list, due at `due`, unless the contact is on the live list already. */
  wantLater(contact: ContactKey, due: number, inFull?: boolean): Promise<void>;
  /** As `wantLater`, and makes the profile, with this address, of a contact that has none. */
  introduceLater(contact: ContactKey, email: string, due: number): Promise<void>;
  /** When it was wanted last, whatever for, epoch ms: whoever looked since has seen what was saved before. */
  lastWanted(contact: ContactKey): Promise<number | undefined>;
  /** Consistent read. */
  profile(contact: ContactKey): Promise<Profile | undefined>;
  /** Consistent read of everything else in the contact's partition. */
  dossier(contact: ContactKey): Promise<Dossier>;
  /**
   * `undefined` once it is saved. Whoever takes a turn saves nothing when somebody else has saved since they read it,
   * and is answered what stands there.
   */
  saveWritten(contact: ContactKey, written: Written, turn?: Turn): Promise<Standing | undefined>;
  /** Consistent read of what is known of a contact's custom items, by the names of their rows. */
  items(contact: ContactKey): Promise<ItemRows>;
  /** Replaces rows of items, any number; each by itself, so that a failure may leave some as they were. */
  saveItems(contact: ContactKey, rows: ItemRows): Promise<void>;
  /**
   * Mautic holds `wanted`: off the work list, attempts 0, no doubt (unless `inFull`), not parked — if `wanted` has not moved.
   * Otherwise only notes what is known and answers `behind`.
   */
  settle(contact: ContactKey, wanted: number, known: Known): Promise<'in-step' | 'behind'>;
  /**
   * Somebody starts to work on this contact alone, because an earlier try ended unfinished. Answers how many such
   * tries there were since one last ended, this one included.
   */
  startAlone(contact: ContactKey): Promise<number>;
  /** Not before `due`, whoever rings. */
  defer(contact: ContactKey, due: number, how: Deferral): Promise<void>;
  /** Due at `due`, unless a failure asked for more time: then it stays as it is. */
  hasten(contact: ContactKey, due: number): Promise<void>;
  /** Nobody will need to know this contact: all that is known of it goes then, unless it is wanted again before. */
  expire(contact: ContactKey, expiry: Expiry): Promise<void>;
  /** The remembered contact in Mautic is somebody else's now, or was deleted there and comes back. */
  forgetMauticId(contact: ContactKey): Promise<void>;
  /** It is sent a follow-up now, epoch ms: the next one keeps its distance. */
  noteMailed(contact: ContactKey, at: number): Promise<void>;
  /** Off the work list with its reason, in doubt and with attempts 0, unless `wanted` has moved (then nothing, and false). */
  park(contact: ContactKey, wanted: number, parked: Parked): Promise<boolean>;
  /**
   * The person is to be forgotten as of `at`: marked, and `wanted` + 1 on the live list, due then. False when there is
   * no such contact.
   */
  erase(contact: ContactKey, at: number): Promise<boolean>;
  /** Whether anybody was ever erased: without it nobody asks who. */
  hasErasures(): Promise<boolean>;
  /** When each of these was erased, epoch ms; who never was is missing. */
  erasures(contacts: readonly ContactKey[]): Promise<Erasures>;
  /**
   * Mautic holds nothing of who was erased at `erasedAt`: its id is forgotten. With `wanted` nothing is left of them at
   * all: off the work list and without an address, unless `wanted` has moved (`behind`).
   */
  forget(contact: ContactKey, erasedAt: number, wanted?: number): Promise<'in-step' | 'behind'>;
  /** Contacts of a shard whose due time has come, the longest due first. */
  due(shard: Shard, before: number, limit: number): Promise<readonly DueContact[]>;
  /** Moves `due` on and counts an attempt if `due` is still what was read; how to ring for it, else `undefined`. */
  postpone(contact: DueContact, due: number): Promise<Ring | undefined>;
}

/** What is deleted of a contact that has nothing but carts, and when. */
export interface Expiry {
  /** Epoch ms. */
  readonly at: number;
  /** Nothing is if `wanted` has moved. */
  readonly wanted: number;
  /** Of the contact. */
  readonly pointers: readonly Ref[];
  /** That belong to nobody else. */
  readonly carts: readonly Ref[];
}

export interface Known {
  readonly mauticId?: number;
  /** `null` forgets it. */
  readonly removedAt?: number | null;
  /** Something of it has to happen then, epoch ms: it stays on the work list, due at that moment. */
  readonly nextDue?: number;
  /** On which list it stays; live when absent. */
  readonly nextShard?: Shard;
  /** When Mautic was written to, epoch ms. */
  readonly writtenAt?: number;
  /** Then it is written in full: what is in Mautic now may be overtaken. */
  readonly inFull?: boolean;
  /** It stays to be forgotten, as `expire` has just said; anything else that is settled takes that away. */
  readonly keepsExpiry?: true;
}

export interface DueContact {
  readonly contact: ContactKey;
  readonly due: number;
  readonly attempts: number;
}

/** Everything the ledger holds of a kind, page by page. Reads the whole table: for people and rare occasions. */
export interface Survey {
  /** `after` is what the page before answered as `next`; without `next` it was the last page. */
  profiles(after?: string): Promise<SurveyPage<SurveyedContact>>;
  orders(after?: string): Promise<SurveyPage<SurveyedThing>>;
  /** Everything for which something happens once: orders, customer records. */
  carriers(after?: string): Promise<SurveyPage<SurveyedThing>>;
}

export interface SurveyPage<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

export interface SurveyedContact {
  readonly contact: ContactKey;
  readonly profile: Profile;
  /** As `lastWanted`. */
  readonly wantedAt?: number;
  /** When it was written to Mautic last, epoch ms; absent also of what a version before wrote. */
  readonly writtenAt?: number;
}

export interface SurveyedThing {
  readonly ref: Ref;
  readonly entry: Entry;
}

/** Small values that all instances share, each replaced only by whoever has seen the latest (compare and set). */
export interface Registers {
  /** Consistent read. */
  read(register: Register): Promise<Registered | undefined>;
  /** Writes if the stored revision is still `revision` (`undefined`: if there is none); false: somebody was faster. */
  write(register: Register, text: string, revision: number | undefined): Promise<boolean>;
}

export interface Registered {
  readonly text: string;
  readonly revision: number;
}

/** State shared by all instances: who creates which tag or field, and what is known of them. */
export interface Claims {
  /** Everything finished of a kind, by name. */
  finished(kind: ClaimKind): Promise<ReadonlyMap<string, string>>;
  /** `claimed`: yours until `until`. `finished`: somebody did it. `held`: somebody is at it. */
  claim(kind: ClaimKind, name: string, lease: Lease): Promise<'claimed' | 'finished' | 'held'>;
  /** Done; `value` is what others need to know of it. Also replaces the value of a finished one. */
  finish(kind: ClaimKind, name: string, value: string): Promise<void>;
  /** What was finished is gone: whoever claims it next does it again. Idempotent. */
  reopen(kind: ClaimKind, name: string): Promise<void>;
  /** Gives up a claim so that another may try at once. */
  release(kind: ClaimKind, name: string, holder: string): Promise<void>;
}

export type ClaimKind = 'TAG' | 'FIELD' | 'LEASE';

export interface Lease {
  readonly holder: string;
  /** Epoch ms now and when the claim lapses. */
  readonly now: number;
  readonly until: number;
}
