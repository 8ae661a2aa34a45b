import { found, type Records } from '../records.ts';
import type { NewOrder } from './new-order.ts';
import { edit, type OrderEdit, openDraft, place, placeDraft, setStatus } from './order-making.ts';
import type { ShopOrder, Via } from './order-state.ts';
import { deleteRefund, erase, refund, restore, trash } from './order-undoing.ts';

/** What people do with orders. Which webhooks each action sends, and in which order, is recorded (facts §2). */
export interface ShopOrders {
  /**
   * Places an order and answers its id. Block checkout (`store-api`, the default) sends order.updated before
   * order.created (recordings 0056, 0057), the classic one (`checkout`) and `rest-api` after it (0071, 0072).
   */
  place(order?: NewOrder, via?: Via): number;
  /** WooCommerce before 10.8: opening the checkout page makes an order in `checkout-draft`; order.updated. */
  openDraft(order?: NewOrder): number;
  /** A draft becomes an order: order.updated, order.created. */
  placeDraft(id: number, status?: string): void;
  /** order.updated, also when nothing changes. `refunded` gives back what is left (recording 0114). */
  setStatus(id: number, status: string): void;
  /**
   * Only what is given; an empty change is a save without change, which moves the date too, unless orders are posts:
   * there no edit does (facts §1.16). order.updated.
   */
  edit(id: number, change: OrderEdit): void;
  /** All that is left by default; the status stays until nothing is left. order.updated. Answers the refund's id. */
  refund(id: number, amount?: string, reason?: string): number;
  /** Changes no date and sends nothing (facts §1.9); a status `refunded` stays. */
  deleteRefund(id: number, refundId: number): void;
  /** Changes no date and sends nothing (facts §1.9). */
  addNote(id: number): void;
  /** order.deleted; where orders are posts also product.deleted and coupon.deleted of the same id (facts §1.13). */
  trash(id: number): void;
  /** order.restored, without order.updated (recording 0185). */
  restore(id: number): void;
  /** For good; sends nothing (facts §1.14). */
  erase(id: number): void;
  get(id: number): ShopOrder | undefined;
  /** Of any status, by id. */
  all(): readonly ShopOrder[];
}

/** All but `place`, `openDraft`, `get` and `all` throw when there is no such order; a change also when it is in the trash. */
export function createOrders(records: Records): ShopOrders {
  return {
    place: (order = {}, via = 'store-api') => place(records, order, via),
    openDraft: (order = {}) => openDraft(records, order),
    placeDraft: (id, status = 'processing') => placeDraft(records, id, status),
    setStatus: (id, status) => setStatus(records, id, status),
    edit: (id, change) => edit(records, id, change),
    refund: (id, amount, reason = '') => refund(records, id, { amount, reason }),
    deleteRefund: (id, refundId) => deleteRefund(records, id, refundId),
    addNote: (id) => void found(records.orders, id),
    trash: (id) => trash(records, id),
    restore: (id) => restore(records, id),
    erase: (id) => erase(records, id),
    get: (id) => records.orders.get(id),
    all: () => [...records.orders.values()].sort((a, b) => a.id - b.id),
  };
}
