/** How far an effect is. `claimed` and `doubt` say that it may have happened, `refused` that it did not. `at` is
 * epoch ms: when that was, and of a refused one when it may be tried again. */
export interface EffectState {
  readonly state: 'claimed' | 'doubt' | 'refused' | 'done' | 'skipped' | 'parked';
  readonly at: number;
  readonly reason?: string;
  /** How often in a row it ended in doubt. */
  readonly doubts?: number;
  /** The contact in Mautic it was, or may have been, done for: the order may have gone to another one since. */
  readonly contactId?: number;
  /** Of one that was moved here from elsewhere: when it would have gone out there. */
  readonly plannedAt?: number;
  /** Of a coupon: chosen and written down before it is made, so that a repeat makes the same one. */
  readonly code?: string;
  /** Of a coupon: when it expires, or would; chosen with its code. */
  readonly expiresAt?: number;
}

/** Reasons of refused effects that are being moved here from elsewhere. */
export const TAKEOVER = {
  /** Held there; `at` says since when. */
  held: 'taking-over',
  /** Read there as unsent after it was held for long enough: it is ours, whether the row is deleted already or not. */
  ours: 'taken-over',
  /** Due here, at `plannedAt`. */
  due: 'migrated',
} as const;

/** Effect id → how far it is; an effect that nobody touched is absent. */
export type EffectStates = Readonly<Record<string, EffectState>>;

/** Of an effect on a thing that the ledger does not have. */
export function nothingToMark(thing: string, effect: string): Error {
  return new Error(`The ledger has no ${thing}, so nobody can write down how far its ${effect} is`);
}
