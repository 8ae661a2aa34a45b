import * as v from 'valibot';
import { DRAFT } from '../../../../core/ledger/order-status.ts';
import { cut, SomeText } from '../../../../core/stores/fields.ts';

/** WooCommerce stores 20 characters; an order keeps every status it was seen in. */
const LONGEST_STATUS = 40;

/** A status without the `wc-` that the database and some plugins put before it. */
export const Status = v.pipe(
  SomeText,
  v.transform((status) => cut(status.replace(/^wc-/, ''), LONGEST_STATUS).trim()),
  v.nonEmpty(),
);

const EARLY = [DRAFT, 'pending', 'failed', 'on-hold'];
const LATE = ['processing', 'cancelled', 'completed', 'refunded', 'trash'];

/** How far an order got, for snapshots of the same second; a shop's own statuses lie in the middle. */
export function statusRank(status: string): number {
  if (EARLY.includes(status)) return EARLY.indexOf(status);
  return EARLY.length + 1 + LATE.indexOf(status);
}
