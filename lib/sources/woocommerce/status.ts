import * as v from 'valibot';
import { SomeText } from './fields.ts';

/** A status without the `wc-` that the database and some plugins put before it. */
export const Status = v.pipe(
  SomeText,
  v.transform((status) => status.replace(/^wc-/, '')),
  v.nonEmpty(),
);

export const DRAFT = 'checkout-draft';

const EARLY = [DRAFT, 'pending', 'failed', 'on-hold'];
const LATE = ['processing', 'cancelled', 'completed', 'refunded', 'trash'];

/** How far an order got, for snapshots of the same second; a shop's own statuses lie in the middle. */
export function statusRank(status: string): number {
  if (EARLY.includes(status)) return EARLY.indexOf(status);
  return EARLY.length + 1 + LATE.indexOf(status);
}
