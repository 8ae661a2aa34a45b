import type { Failure } from '../../core/ledger/failure.ts';
import type { Store } from '../../core/policy/configuration/store.ts';
import type { OptOutList } from '../../core/stores/opt-out.ts';
import type { ReadItem, Source } from '../../core/stores/source.ts';
import type { StoreApi, StoreItem, StoreKind, StoreQuestion } from '../../core/stores/store-api.ts';
import type { Unfinished } from '../../core/stores/store-progress.ts';
import type { Erased } from '../people/erased.ts';
import type { Folded, Seen } from '../record/parts.ts';
import type { Bookmark } from './bookmark.ts';
import type { LeftOut } from './left-out.ts';
import type { ReconcileParts } from './parts.ts';

/** One store in one run. */
export interface Visit {
  readonly parts: ReconcileParts;
  readonly store: Store;
  readonly source: Source;
  readonly api: StoreApi;
  /** Of a store with a plugin in which people opt out. */
  readonly optOuts?: OptOutList;
  /** False when nothing new may be started any more. */
  readonly hasTime: () => boolean;
  readonly fold: (seen: readonly Seen[], folded: Folded) => Promise<ReadonlySet<number>>;
  /** Takes out of what is read who was erased. */
  readonly erased: Erased;
  /** What is being folded, for the run after one that dies. */
  readonly unfinished: Bookmark<Unfinished>;
  /** Contacts of what is in the ledger as it was read may never have been told: a run that folded it may have died. */
  readonly mayBeUntold?: boolean;
  readonly leftOut: LeftOut;
  /** Hears of what was read, once it is in the ledger. */
  readonly watch?: (kind: StoreKind, read: readonly ReadItem[]) => void;
  /** How much was read, and how much of that the ledger did not know. */
  readonly tally: { read: number; changed: number };
}

/** The store did not answer what was asked: nothing more of that is read in this run. */
export class Unread extends Error {
  override readonly name = 'Unread';
  readonly failure: Failure;
  /** What was asked for. */
  readonly what: string;

  constructor(failure: Failure, what: string) {
    super(failure.message);
    this.failure = failure;
    this.what = what;
  }
}

/** What an object of the store says. */
export function readItem({ source, store }: Visit, kind: StoreKind, { item, now }: StoreItem): ReadItem {
  const testOrders = store.testOrders ? { testOrders: true } : {};
  return source.read({ kind, store: store.id, item, now, ...testOrders });
}

/** An answer that nobody can go on from; the next run may get a better one. */
export function contradiction(question: StoreQuestion, why: string): Unread {
  const what = nameOf(question);
  const message = `The store's list of ${what} ${why}. Look for a plugin that changes the answers of its REST API.`;
  return new Unread({ kind: 'retry', code: 'contradiction', message }, what);
}

/** What a question asks for, in words. */
export function nameOf({ kind, trash }: StoreQuestion): string {
  return trash ? 'orders in the trash' : `${kind}s`;
}
