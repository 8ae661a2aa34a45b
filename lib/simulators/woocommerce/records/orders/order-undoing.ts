import { cents } from '../amounts.ts';
import { found, type Records } from '../records.ts';
import { withRefund } from './order-making.ts';
import { live, save } from './order-save.ts';
import { inStatus, unrefunded } from './order-state.ts';

/** Gives back `amount`, or all that is left; the last of it makes the order `refunded` (recordings 0107-0109). */
export function refund(
  records: Records,
  id: number,
  { amount, reason }: { readonly amount: string | undefined; readonly reason: string },
): number {
  const order = live(records, id);
  const back = amount === undefined ? unrefunded(order) : cents(amount);
  if (back <= 0 || back > unrefunded(order)) throw new Error(`order ${String(id)} cannot give that back`);
  const lessened = withRefund(records, order, { back, reason });
  const whole = unrefunded(lessened) === 0;
  save(records, whole ? inStatus(lessened, 'refunded', records.now()) : lessened);
  return lessened.refunds[0]?.id ?? 0;
}

export function deleteRefund(records: Records, id: number, refundId: number): void {
  const order = live(records, id);
  records.orders.set(id, { ...order, refunds: order.refunds.filter((one) => one.id !== refundId) });
}

/** Moves the date (recording `order-trashed-get`) and keeps the status it had. */
export function trash(records: Records, id: number): void {
  const order = live(records, id);
  const at = records.now();
  const trashed = { from: order.status, at, metaId: records.nextMetaId() };
  records.nextMetaId();
  records.orders.set(id, { ...order, status: 'trash', trashed, modifiedAt: at });
  records.tell('order.deleted', id);
  if (records.storage === 'tables') return;
  // An order that is a post is told of as whatever a post may be (facts/woocommerce §1.13).
  records.tell('product.deleted', id);
  records.tell('coupon.deleted', id);
}

/** Brings the status back and moves the date; its other dates stay (recording 0185). */
export function restore(records: Records, id: number): void {
  const { trashed, ...order } = found(records.orders, id);
  if (trashed === undefined) throw new Error(`order ${String(id)} is not in the trash`);
  records.orders.set(id, { ...order, status: trashed.from, modifiedAt: records.now() });
  records.tell('order.restored', id);
}

export function erase(records: Records, id: number): void {
  found(records.orders, id);
  records.orders.delete(id);
}
