import type { Identity } from './auth/identity.ts';
import type { ClosedLists } from './database/closed-lists.ts';
import type { Database } from './database/database.ts';
import { toAtom } from './database/dates.ts';
import type { PhpMap, PhpValue } from './database/php-value.ts';
import type { Authorship } from './database/rows.ts';
import type { VersionTraits } from './version.ts';

/** Everything a handler can see: the database, the version, the clock, and how long the race window is open. */
export type World = {
  readonly db: Database;
  readonly traits: VersionTraits;
  readonly isInList: ClosedLists;
  readonly now: () => Date;
  /** Waits between the duplicate check and the insert, when a race window is set. */
  readonly raceWindow: () => Promise<void> | undefined;
  /** Why the mail transport fails, if it does. */
  readonly mailFailure: () => string | undefined;
  /** The database takes no column for this alias. */
  readonly cannotMakeField: (alias: string) => boolean;
  /** The plugin of Custom Objects; people install and remove it. */
  readonly customObjects: { areInstalled: boolean };
  /** Character limits of contact fields that differ from the version's default, by alias. */
  readonly customFieldLimits: Readonly<Record<string, number>>;
};

/** One authenticated request. */
export type Call = {
  readonly method: string;
  readonly path: string;
  /** The numbers and words in the path's placeholders, in order. */
  readonly params: readonly string[];
  readonly query: PhpMap;
  readonly body: PhpValue;
  readonly identity: Identity;
};

/** The marks of a row made now by this caller; by version, also those of a change. */
export function createdBy({ traits, now }: World, identity: Identity): Authorship {
  const created = {
    isPublished: true,
    dateAdded: toAtom(now()),
    dateModified: null,
    createdBy: identity.userId,
    createdByUser: identity.name,
    modifiedBy: null,
    modifiedByUser: null,
  };
  return traits.marksNewAsModified ? { ...created, ...modifiedBy(identity, now()) } : created;
}

/** The marks of a row changed now by this caller. */
export function modifiedBy(
  identity: Identity,
  now: Date,
): Pick<Authorship, 'dateModified' | 'modifiedBy' | 'modifiedByUser'> {
  return { dateModified: toAtom(now), modifiedBy: identity.userId, modifiedByUser: identity.name };
}

/** The marks of a row in the order every entity shows them. */
export function authorshipOf(row: Authorship): Authorship {
  const {
    isPublished,
    dateAdded,
    dateModified,
    createdBy: creator,
    createdByUser,
    modifiedBy: editor,
    modifiedByUser,
  } = row;
  return {
    isPublished,
    dateAdded,
    dateModified,
    createdBy: creator,
    createdByUser,
    modifiedBy: editor,
    modifiedByUser,
  };
}
