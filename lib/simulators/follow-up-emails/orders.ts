import type { FueEmail, FueRecords } from './records.ts';
import type { FueScheduler } from './scheduler.ts';

/** As much of an order as follow-ups look at. */
interface FueOrder {
  readonly id: string;
  readonly email: string;
  readonly products?: readonly number[];
  readonly categories?: readonly number[];
}

/** What the shop's orders do to the queue. */
export interface FueOrders {
  /** Its status changed: every storewide e-mail of that status is queued, priority or not (facts B2). */
  reached(order: FueOrder, status: string, before?: string): void;
  /** Its queue goes with it. */
  deleted(order: FueOrder): void;
}

const DURATION_SECONDS: Readonly<Record<string, number>> = {
  minutes: 60,
  hours: 3600,
  days: 86_400,
  weeks: 604_800,
  months: 30 * 86_400,
  years: 365 * 86_400,
};

export function createOrders(records: FueRecords, scheduler: FueScheduler): FueOrders {
  function queue(email: FueEmail, order: FueOrder): void {
    const { id, name, interval, duration } = email;
    const wait = Number(interval) * (DURATION_SECONDS[duration] ?? 0);
    const wall = Date.parse(`${records.local().replace(' ', 'T')}Z`) + wait * 1000;
    const sendOn = new Date(wall).toISOString().slice(0, 19).replace('T', ' ');
    const item = scheduler.add({ emailId: String(id), userEmail: order.email, orderId: order.id, sendOn });
    scheduler.note(item, `The email "${name}" has been added to the queue (Queue ID #${String(item)})`);
    scheduler.schedule(item);
  }
  function remove(which: (emailId: string, orderId: string, userEmail: string) => boolean): void {
    for (const item of records.items.values())
      if (!item.isSent && which(item.emailId, item.orderId, item.userEmail)) records.items.delete(item.id);
  }
  function requeue(email: FueEmail, order: FueOrder): void {
    const id = String(email.id);
    remove((emailId, orderId, to) => emailId === id && to === order.email && orderId !== order.id);
    const rows = [...records.items.values()];
    if (!rows.some((item) => item.emailId === id && item.orderId === order.id)) queue(email, order);
  }
  function react(email: FueEmail, order: FueOrder, status: string): void {
    const { type, trigger } = email;
    if (type === 'storewide' && trigger === status && matches(email, order)) queue(email, order);
    const isPurchase = status === 'processing' || status === 'completed';
    if (trigger === 'after_last_purchase' && isPurchase) requeue(email, order);
  }
  function reached(order: FueOrder, status: string, before?: string): void {
    for (const email of [...records.emails.values()].filter((one) => one.status === 'active')) {
      if (email.removeOnStatusChange && email.trigger === before)
        remove((emailId, orderId) => emailId === String(email.id) && orderId === order.id);
      react(email, order, status);
    }
  }
  return { reached, deleted: ({ id }) => remove((_, orderId) => orderId === id) };
}

/** One made by the API that lacks both numbers matches nothing. */
function matches({ productId, categoryId }: FueEmail, { products = [], categories = [] }: FueOrder): boolean {
  if (Number(productId) > 0) return products.includes(Number(productId));
  if (Number(categoryId) > 0) return categories.includes(Number(categoryId));
  return productId === '0' && categoryId === '0';
}
