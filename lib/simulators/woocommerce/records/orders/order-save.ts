import type { Topic } from '../../webhooks/topics.ts';
import { markPaying } from '../customers/customers.ts';
import { found, type Records } from '../records.ts';
import type { ShopOrder } from './order-state.ts';
import { moveStock, stockTaken } from './stock.ts';

/**
 * Keeps a changed order and tells of it; then what follows from it: the stock, and the customer whose first payment
 * it is (recordings 0058, 0210). Its date is now, unless posts keep it (facts/woocommerce §1.16).
 */
export function save(
  records: Records,
  changed: ShopOrder,
  topics: readonly Topic[] = ['order.updated'],
): void {
  const before = records.orders.get(changed.id);
  const modifiedAt = movesDate(records, changed, before) ? records.now() : changed.modifiedAt;
  const order = { ...changed, modifiedAt, stockTaken: stockTaken(changed) };
  records.orders.set(order.id, order);
  for (const topic of topics) records.tell(topic, order.id);
  if (order.stockTaken !== changed.stockTaken) moveStock(records, order);
  if (order.paidAt !== undefined && before?.paidAt === undefined) markPaying(records, order.customerId);
}

/** Not recorded, known from the plugin's code: a refund sets the date of its order in either storage. */
function movesDate({ storage }: Records, changed: ShopOrder, before: ShopOrder | undefined): boolean {
  if (storage === 'tables' || before === undefined) return true;
  return changed.status !== before.status || changed.refunds !== before.refunds;
}

/** @throws Error when there is no such order, or it is in the trash. */
export function live(records: Records, id: number): ShopOrder {
  const order = found(records.orders, id);
  if (order.trashed !== undefined) throw new Error(`order ${String(id)} is in the trash`);
  return order;
}
