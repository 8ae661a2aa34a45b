import type { ContactKey } from './email.ts';
import type { Ref } from './snapshot.ts';

/** What a replay is asked for: all of what is given must hold. */
export interface Selection {
  /** Everything; needed when nothing else is given. */
  readonly all?: boolean;
  /** Only what was put aside: nothing that is in step is written again. */
  readonly parked?: boolean;
  readonly store?: string;
  /** The order's id in its store. */
  readonly order?: string;
  readonly contact?: ContactKey;
  /** Epoch ms: of when something was parked or received, and of the last change of an order. */
  readonly since?: number;
  /** Epoch ms, exclusive. */
  readonly until?: number;
  /** Code of what parked a contact, reason of a parked effect, or `DEAD_LETTER`. */
  readonly error?: string;
}

/** The error of what lies in a dead-letter queue. */
export const DEAD_LETTER = 'dead-letter';

/** Why nothing can be selected by it; `undefined`: something can. */
export function complaintAbout(selection: Selection): string | undefined {
  const { all, parked, store, order, contact, since, until, error } = selection;
  const given = [store, order, contact, since, until, error].some((value) => value !== undefined);
  if (!given && all !== true && parked !== true)
    return 'nothing is selected: name a store, an order, a contact, a time or an error, or say that what is parked or all is meant';
  if (order !== undefined && store === undefined) return 'an order needs its store: two stores number alike';
  if (since !== undefined && until !== undefined && since >= until)
    return 'the selected time ends before it begins';
  return undefined;
}

/** Somebody named this one: it is read at once, and not looked for in the whole ledger. */
export function isDirect({ order, contact }: Selection): boolean {
  return order !== undefined || contact !== undefined;
}

/** Whether a moment (epoch ms) is selected. */
export function isWithin({ since, until }: Selection, at: number): boolean {
  return at >= (since ?? Number.NEGATIVE_INFINITY) && at < (until ?? Number.POSITIVE_INFINITY);
}

/** Whether what went wrong in this way is selected. */
export function isOfError({ error }: Selection, code: string | undefined): boolean {
  return error === undefined || error === code;
}

/** Whether an order is selected by its name. */
export function isOfOrder({ store, order }: Selection, ref: Ref): boolean {
  const isOfStore = store === undefined || ref.store === store;
  return isOfStore && (order === undefined || (ref.kind === 'order' && ref.id === order));
}

/** Whether everything of a contact is selected, whatever state it is in. */
export function isAnyTime({ since, until, error, parked }: Selection): boolean {
  return parked !== true && since === undefined && until === undefined && error === undefined;
}
