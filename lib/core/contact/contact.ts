import type { ContactKey } from '../ledger/email.ts';
import type { Ref } from '../ledger/snapshot.ts';

/** `live` work goes before `later` work (backfill, policy changes). */
export type Shard = 'live' | 'later';

/** The small record that says where a contact stands; one per e-mail address. Times are epoch ms. */
export interface Profile {
  readonly email: string;
  /** Valid only while Mautic's answer carries our e-mail. */
  readonly mauticId?: number;
  /** Raised with every change anything of this contact saw. */
  readonly wanted: number;
  /** The `wanted` that Mautic is known to hold. */
  readonly synced: number;
  readonly work?: Shard;
  /** Not before; absent while in step. */
  readonly due?: number;
  /** A failure asked to be left alone until then, whoever rings. */
  readonly notBefore?: number;
  /** Why it waits; absent where nobody has tried, and in a ledger of a version before. */
  readonly waiting?: Waiting;
  /** How often `sweep` rang since it was last in step. */
  readonly attempts: number;
  /** How often in a row Mautic failed (500) over it. */
  readonly serverErrors?: number;
  readonly parked?: Parked;
  /** A write has an unknown outcome: the next one is full, not a difference. */
  readonly doubt: boolean;
  /** When the contact was found deleted in Mautic: it stays deleted until an order created later. */
  readonly removedAt?: number;
  /** When it was last sent a follow-up that is not transactional. */
  readonly mailedAt?: number;
  /** When the person was erased: nothing that is older may be known of them. The address is empty once that is done. */
  readonly erasedAt?: number;
  /** The `erasedAt` for which the contact in Mautic was deleted. */
  readonly forgottenAt?: number;
}

/** How a try ended that has to be made again. */
export interface Deferral {
  /** The next write is full; false leaves it as it is. */
  readonly doubt: boolean;
  /** How often in a row Mautic failed (500) over this contact; absent when it ended otherwise. */
  readonly serverErrors?: number;
  /** For people. */
  readonly waiting?: Waiting;
  /** Where it stands in Mautic, should this try have learnt it: what is written there can be found again. */
  readonly mauticId?: number;
}

/** Of the failure that made a contact wait: it passes by itself, or once somebody has mended Mautic. */
interface Waiting {
  readonly code: string;
  readonly message: string;
}

export interface Parked {
  readonly code: string;
  readonly message: string;
  readonly at: number;
}

/**
 * Everything the bridge may have put into Mautic for a contact, saved before it is put there, so that a crash
 * never leaves a tag or a value that nobody takes away again.
 */
export interface Written {
  /** Field alias → fingerprint of the value last written; `UNKNOWN` while an attempt is under way. */
  readonly fields: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Those of the tags of which nobody knows whether they are there: an attempt was under way. */
  readonly unsureTags?: readonly string[];
  /** Field alias → the value Mautic refused, so that it is not sent again. */
  readonly refused: Readonly<Record<string, RefusedValue>>;
  /** Aliases of totals that held something else before the bridge wrote them: left alone while history is missing. */
  readonly kept?: readonly string[];
  /** Segments the bridge may have put it into. */
  readonly segments?: readonly number[];
  /** Epoch ms of the yes that brought it into the segment of consent: who left that since is not put back by it. */
  readonly consentedAt?: number;
  /** It was said once that it is not to be mailed. */
  readonly optedOut?: true;
  /** Epoch ms of the last answer in which Mautic showed this contact under its address. */
  readonly seenAt?: number;
}

interface RefusedValue {
  readonly value: string;
  readonly reason: string;
}

/** Which saving of `written` it is. */
export interface Edition {
  /** No other saving that says something else has the same. */
  readonly name: string;
  /** Epoch ms: since then somebody has been writing what it says into Mautic, and has not said how that ended. */
  readonly openSince?: number;
}

/** What was written for a contact. */
export interface Standing {
  readonly written: Written;
  /** Absent when nothing was ever written, when it was all forgotten, and in ledgers of the version before. */
  readonly edition?: Edition;
}

/** Somebody's turn at writing a contact: begins with what they read, ends with what they wrote. */
export interface Turn {
  /** Who it is: nobody else's edition has a name that begins so. */
  readonly author: string;
  /** The name of the edition they read; absent when there was none. */
  readonly onto?: string;
  /** Epoch ms: what is saved is about to be written. */
  readonly openSince?: number;
}

/** All that the ledger holds of one contact besides its profile. */
export interface Dossier extends Standing {
  /** Orders, customers and carts that point here; a stale pointer is harmless, the thing's own `contact` decides. */
  readonly refs: readonly Pointer[];
}

/** Names a thing of a contact. */
export interface Pointer extends Ref {
  /** Of a cart: when it was touched last, epoch ms, so that of many the newest can be chosen without reading all. */
  readonly touchedAt?: number;
}

/** A doorbell message: look at this contact. Losing it costs a minute. */
export interface Ring {
  readonly contact: ContactKey;
  readonly wanted: number;
  readonly attempts: number;
  /** Rung although the contact was behind already: somebody may have died while writing it. */
  readonly doubt?: boolean;
}

export const NOTHING_WRITTEN: Written = { fields: {}, tags: [], refused: {} };

/** Stands for a value that is being written: different from the fingerprint of any value. */
export const UNKNOWN = '?';
