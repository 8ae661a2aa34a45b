import type { Target, Unusable } from '../../core/effects/target.ts';
import type { BackfillStanding } from './backfill-line.ts';

/** How the bridge stands; times are epoch ms. What people read of it is made in `standing-lines.ts`. */
export interface Standing {
  readonly contacts: {
    readonly known: number;
    readonly behind: number;
    readonly later: number;
    /** Code → how many. */
    readonly parked: Counts;
    readonly waiting: readonly Wait[];
  };
  /** Notes and e-mails; reason → how many. */
  readonly effects: {
    /** Being done, or not decided since a process died. */
    readonly claimed: number;
    readonly inDoubt: Counts;
    readonly toBeTriedAgain: Counts;
    readonly parked: Counts;
  };
  readonly policy: PolicyStanding;
  readonly ledger: {
    /** The one it has, and the greatest that this version reads. */
    readonly form: number;
    readonly reads: number;
    /** Absent until a function has noted it. */
    readonly since?: number;
    /** Until then the version before reads all that is written. */
    readonly wayBackUntil?: number;
  };
  readonly mautic: {
    /** At what pace it is called and why, in a sentence. */
    readonly calling: string;
  };
  readonly targets: readonly (Target & {
    readonly state: Unusable;
    readonly since: number;
    readonly remedy: string;
  })[];
  readonly fields: readonly { readonly alias: string; readonly code: string; readonly message: string }[];
  /** Of the stores that have, or had, one. */
  readonly backfills: readonly BackfillStanding[];
  readonly stores: readonly { readonly id: string; readonly lastDeliveryAt?: number }[];
}

export type Counts = Readonly<Record<string, number>>;

/** Contacts that wait for one reason. */
export interface Wait {
  readonly code: string;
  readonly count: number;
  /** What one of them was told. */
  readonly message: string;
  /** When the first of them is tried again. */
  readonly nextTryAt?: number | undefined;
}

/** Whether all contacts are marked for the policy of this configuration. */
export type PolicyStanding =
  | { readonly state: 'not-noted' | 'marked' }
  | { readonly state: 'marking'; readonly contacts: number };
